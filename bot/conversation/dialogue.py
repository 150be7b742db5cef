"""The dialogue: one message in, one reply out. It keeps nothing; what is to be stored is told as an effect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

from bot.activities.asking import period_of
from bot.conversation import activities, menus, organisations
from bot.conversation.actions import Action, Verb
from bot.conversation.answers import answer, beside_swedish, other_languages, with_emergency_number
from bot.conversation.brain import Brain, same_language
from bot.conversation.commands import parse_command
from bot.conversation.composing import Turn
from bot.conversation.letters import letter_reply, with_letter_words
from bot.conversation.replies import Message, Reply, Style
from bot.conversation.wishing import WISHES, wish
from bot.languages.bidi import strip_controls
from bot.languages.table import SOURCE
from bot.understanding import Decision, Understood
from bot.understanding.normalising import normalise

# A question longer than this is read only in part, and the resident is told so.
READ_CHARACTERS = 1000
# A message this short that holds a word out of a letter asks what the word means.
LETTER_QUESTION_WORDS = 2
# From this probability of a safety topic, or of danger, on a reply begins with the emergency number: it costs one line.
POSSIBLE_SAFETY_TOPIC = 0.15
POSSIBLE_DANGER = 0.45

_MENUS: dict[Verb, Callable[[Turn], Reply]] = {
    Verb.LANGUAGES: menus.language_menu,
    Verb.AREAS: menus.areas,
    Verb.PERSON: menus.person,
    Verb.HELP: menus.help_,
    Verb.PRIVACY: menus.privacy,
    Verb.ABOUT: menus.about,
    Verb.STOP: menus.stopped,
    Verb.ORGANISATIONS: organisations.organisations,
    Verb.FORGET: menus.forget,
    Verb.FORGET_CONFIRMED: menus.forgotten,
}


class Dialogue:
    """Answers messages with the content that is in service at that moment."""

    def __init__(
        self, brain: Callable[[], Brain], today: Callable[[], date], now: Callable[[], datetime] | None = None
    ) -> None:
        """`brain` gives the content in service; `today` the day in Sweden, on which reviews fall due.

        `now` is the moment stamped on files for calendars.
        """
        self._brain, self._today = brain, today
        self._now = now or (lambda: datetime.now(UTC))

    def reply(self, message: Message) -> Reply:
        """The reply to one message; never raises for what a resident can send."""
        turn = self._turn(message)
        action = message.action or parse_command(message.text.strip())
        if action is not None:
            return self._act(turn, action)
        text = strip_controls(message.text).strip()
        if not normalise(text[:READ_CHARACTERS]).strip():
            return self._without_words(turn, message)
        return self._answer(turn, text)

    def understand(self, text: str, chosen: str | None, suggested: str | None = None) -> Understood:
        """What a question is taken to mean, as `reply` would take it; `suggested` is the language of the app."""
        brain = self._brain()
        spoken = [
            brain.languages[one].spoken if one is not None and one in brain.languages else None
            for one in (chosen, suggested)
        ]
        return brain.understanding.understand(text[:READ_CHARACTERS], *spoken)

    def _turn(self, message: Message) -> Turn:
        brain = self._brain()
        chosen = message.chosen if message.chosen in brain.languages else None
        language_id = chosen or brain.languages.negotiate(message.client_language) or SOURCE
        return Turn(brain, brain.languages[language_id], chosen, message.client_language, self._today(), message.wishes)

    # Tapped --------------------------------------------------------------------------------------------------------

    def _act(self, turn: Turn, action: Action) -> Reply:
        if action.language in turn.brain.languages:
            turn = _in_language(turn, action.language)
        match action.verb:
            case Verb.START:
                return self._start(turn, action.about)
            case Verb.CHOOSE_LANGUAGE if action.about in turn.brain.languages:
                return menus.language_chosen(_in_language(turn, action.about))
            case Verb.CHOOSE_LANGUAGE:
                return menus.language_menu(turn)
            case Verb.AREA:
                return menus.area(turn, action.about)
            case Verb.WHATS_ON:
                return activities.whats_on(turn, action.about)
            case Verb.CHOOSE_BY:
                return activities.choose_by(turn, action.about)
            case Verb.ACTIVITY:
                return activities.activity_card(turn, action.about)
            case Verb.CALENDAR:
                return activities.add_to_calendar(turn, action.about, self._now())
            case Verb.MAP:
                return activities.on_map(turn, action.about)
            case Verb.ORGANISATION:
                return organisations.organisation(turn, action.about)
            case verb if verb in WISHES:
                return wish(turn, action, self._now())
            case Verb.TOPIC | Verb.SWEDISH | Verb.OTHER_LANGUAGE:
                return self._topic(turn, action)
            case _:
                return _MENUS[action.verb](turn)

    def _start(self, turn: Turn, about: str) -> Reply:
        if self._knows(turn, about):
            return answer(turn, [about])
        if about in turn.brain.programme.shown:
            return activities.activity_card(turn, about)
        return menus.area(turn, about) if turn.brain.content.in_area(about) else menus.first_meeting(turn)

    def _topic(self, turn: Turn, action: Action) -> Reply:
        """A topic's card; an old button of a topic that is gone leads to the areas."""
        if not self._knows(turn, action.about):
            return menus.areas(turn)
        match action.verb:
            case Verb.SWEDISH:
                return beside_swedish(turn, action.about)
            case Verb.OTHER_LANGUAGE:
                return other_languages(turn, action.about)
            case _:
                return answer(turn, [action.about])

    def _knows(self, turn: Turn, label: str) -> bool:
        try:
            turn.brain.title(label, SOURCE)
        except KeyError:
            return False
        return True

    # Typed ---------------------------------------------------------------------------------------------------------

    def _without_words(self, turn: Turn, message: Message) -> Reply:
        """Pictures, recordings and signs get help, or the first meeting when there has been none."""
        reply = menus.help_(turn) if message.chosen else menus.first_meeting(turn)
        if message.is_unreadable:
            reply = replace(reply, blocks=(turn.say("I can only read text."), *reply.blocks))
        return reply

    def _answer(self, turn: Turn, text: str) -> Reply:
        understood = self.understand(text, turn.chosen, turn.brain.languages.negotiate(turn.client_language))
        turn = self._in_language_of_question(turn, understood)
        reply = self._decide(turn, text, understood)
        if len(text) > READ_CHARACTERS and understood.crisis is None:
            notice = turn.say(
                "That was long. I read only the beginning. Write one question in a few words.", Style.NOTICE
            )
            reply = replace(reply, blocks=(notice, *reply.blocks))
        return replace(reply, identified=understood.language, candidates=understood.candidates)

    def _decide(self, turn: Turn, text: str, understood: Understood) -> Reply:
        if understood.crisis is not None:
            return answer(turn, [understood.crisis.topic], is_crisis=True)
        if understood.small_talk is not None and (period := period_of(understood.small_talk)) is not None:
            return activities.whats_on(turn, period)
        if understood.small_talk is not None:
            return menus.small_talk(turn, understood.small_talk)
        if understood.decision is Decision.ANSWER:
            reply = answer(turn, understood.topics)
            return with_emergency_number(turn, reply) if understood.danger >= POSSIBLE_DANGER else reply
        letter_words = turn.brain.letter_words.find(text)
        if letter_words and len(text.split()) <= LETTER_QUESTION_WORDS:
            return letter_reply(turn, letter_words)
        reply = self._undecided(turn, text, understood)
        return with_letter_words(turn, letter_words, reply) if letter_words else reply

    def _undecided(self, turn: Turn, text: str, understood: Understood) -> Reply:
        topics = (
            [candidate.topic for candidate in understood.candidates] if understood.decision is Decision.CHOOSE else []
        )
        brain = turn.brain
        if (wanted := brain.activity_questions.wanted(text, brain.programme)) is not None:
            reply = activities.whats_on(turn, wanted)
        elif titled := brain.activity_questions.titled(text, brain.programme):
            reply = activities.choose(turn, titled, topics)
        elif topics:
            reply = menus.choose(turn, topics)
        elif area := brain.area_names.named(text, (one.id for one in brain.languages.chain(turn.language.id))):
            reply = menus.area(turn, area)
        else:
            reply = menus.unknown(turn)
        return with_emergency_number(turn, reply) if self._may_be_danger(turn, understood) else reply

    def _may_be_danger(self, turn: Turn, understood: Understood) -> bool:
        """Written rules do not find every wording; the likeness of danger is reason enough for a number."""
        return understood.danger >= POSSIBLE_DANGER or any(
            candidate.confidence >= POSSIBLE_SAFETY_TOPIC and turn.brain.content.is_dangerous(candidate.topic)
            for candidate in understood.candidates
        )

    def _in_language_of_question(self, turn: Turn, understood: Understood) -> Turn:
        """The language of the question when that is sure, unless it is a variety of the chosen one.

        Who has chosen none and writes in a script that the suggested language has not is better off with a guess.
        """
        languages = turn.brain.languages
        wanted, nearest = understood.language, understood.nearest
        if wanted is None and not turn.chosen and nearest is not None and nearest in languages:
            wanted = nearest if languages[nearest].script != turn.language.script else None
        if wanted is None or wanted not in languages or same_language(languages, turn.language.id, wanted):
            return turn
        return _in_language(turn, wanted)


def _in_language(turn: Turn, language_id: str) -> Turn:
    return replace(turn, language=turn.brain.languages[language_id])
