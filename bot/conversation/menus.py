"""What is not an answer: the first meeting, choosing a language, areas and topics, help, privacy, "I don't know"."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversation.actions import Action, Verb
from bot.conversation.answers import in_rows, topic_button
from bot.conversation.composing import EMERGENCY, SWITCHBOARD, Turn
from bot.conversation.replies import Block, Button, ChooseLanguage, Forget, Kind, Reply, Style, Unsubscribe
from bot.knowledge.rendering import Plain
from bot.languages.table import SOURCE, Language

# Offered first to everybody, after the language their app or browser suggests.
FIRST_OFFERED = (SOURCE, "sv-simple", "en")


def first_meeting(turn: Turn) -> Reply:
    """A greeting in the suggested language, Swedish and English, and every language by its own name."""
    greeted = dict.fromkeys([turn.language.id, SOURCE, "en"])
    blocks: list[Block] = []
    for language_id in greeted:
        texts = turn.brain.words.of(language_id)
        line = texts("I am a bot. I answer questions about life in Uddevalla. Choose your language:")
        blocks.append(Block((Plain(line),), texts.language))
    return Reply(language=turn.texts.language, blocks=tuple(blocks), buttons=language_buttons(turn))


def language_menu(turn: Turn) -> Reply:
    """Every language by its own name."""
    return Reply(turn.texts.language, (turn.say("Choose your language:"),), buttons=language_buttons(turn))


def language_buttons(turn: Turn) -> tuple[tuple[Button, ...], ...]:
    """The suggested language first, then Swedish, easy Swedish and English, then the rest; two in a row, no flags."""
    order = dict.fromkeys([turn.language.id, *FIRST_OFFERED, *turn.brain.languages])
    languages = [turn.brain.languages[key] for key in order]
    return in_rows(
        [Button(language.name, Action(Verb.CHOOSE_LANGUAGE, language.id), language) for language in languages], 2
    )


def language_chosen(turn: Turn) -> Reply:
    """The choice confirmed in the language chosen, and how to go on."""
    blocks = [turn.say("You have chosen {language}.", language=turn.language.name)]
    if turn.texts.language.id != turn.language.id:
        blocks.append(not_translated(turn, turn.language))
    blocks += [*_how_to_ask(turn)]
    return Reply(
        turn.texts.language,
        tuple(blocks),
        buttons=((turn.areas_button, turn.language_button),),
        effects=(ChooseLanguage(turn.language.id),),
    )


def not_translated(turn: Turn, language: Language) -> Block:
    """The notice that the bot's own words are not in a language yet."""
    return turn.say(
        "I understand {language}, but my answers are in {other} for now.",
        Style.NOTICE,
        language=language.name,
        other=turn.texts.language.name,
    )


def _how_to_ask(turn: Turn) -> tuple[Block, ...]:
    return (
        turn.say("Write your question in a few words, in your own language. Spelling does not matter."),
        turn.say("Danger to life? Call {number}.", Style.TEXT, number=turn.fact(EMERGENCY)),
    )


def areas(turn: Turn) -> Reply:
    """All areas as buttons."""
    content = turn.brain.content
    named = [(area, *_area_title(turn, area)) for area in content.areas.get(SOURCE, {}) if content.in_area(area)]
    buttons = [Button(title, Action(Verb.AREA, area), language) for area, title, language in named]
    rows = (*in_rows(buttons, 2), (turn.activities_button,))
    return Reply(turn.texts.language, (turn.say("What do you want to know about?"),), buttons=rows)


def area(turn: Turn, area_id: str) -> Reply:
    """The topics of one area as buttons; the areas when there is no such area."""
    topics = turn.brain.content.in_area(area_id)
    if not topics:
        return areas(turn)
    title, language = _area_title(turn, area_id)
    heading = Block((Plain(title),), language, Style.HEADING)
    rows = in_rows([topic_button(turn, topic.id) for topic in topics], 1)
    return Reply(language, (heading,), buttons=(*rows, (turn.areas_button,)))


def _area_title(turn: Turn, area_id: str) -> tuple[str, Language]:
    languages = turn.brain.languages
    chain = (language.id for language in languages.chain(turn.language.id))
    title, language_id = turn.brain.content.area_title(area_id, chain)
    return title, languages[language_id]


def help_(turn: Turn) -> Reply:
    """How to ask, and how to reach a person."""
    blocks = (*_how_to_ask(turn), person_line(turn), turn.say("If you do not know what to write, choose an area."))
    return Reply(turn.texts.language, blocks, buttons=((turn.areas_button, turn.language_button),))


def person(turn: Turn) -> Reply:
    """The way to a person: the bot itself can connect nobody."""
    blocks = (turn.say("I am a bot and cannot connect you to a person."), person_line(turn))
    return Reply(turn.texts.language, blocks, buttons=((turn.areas_button,),))


def person_line(turn: Turn) -> Block:
    """Whom to call to speak with a person."""
    return turn.say(
        "To speak with a person, call Uddevalla kommun (the municipality): {number}. Say what it is about.",
        Style.TEXT,
        number=turn.fact(SWITCHBOARD),
    )


def about(turn: Turn) -> Reply:
    """Who answers here, and what it cannot do."""
    blocks = (
        turn.say("I am a bot, not a person. I help residents of Uddevalla to find information about society."),
        turn.say(
            "I only show texts that are already written, with their source. I never make up an answer. "
            "When I do not know, I say so."
        ),
        turn.say("I give information, not decisions. What applies to you is decided by the authority."),
        turn.say("Many texts have been translated by a machine. It says so under each of them."),
    )
    return Reply(turn.texts.language, blocks, buttons=((turn.areas_button, turn.language_button),))


def privacy(turn: Turn) -> Reply:
    """What is kept, and how to have it deleted."""
    blocks = (
        turn.say(
            "I keep the language you have chosen and what you want to be told about. I do not keep what you write."
        ),
        turn.say("Do not write personal identity numbers or other people's names here."),
        turn.say("If you use Telegram, Telegram also keeps this chat. You can delete it there."),
    )
    return Reply(turn.texts.language, blocks, buttons=((turn.button("Forget me", Action(Verb.FORGET)),),))


def stopped(turn: Turn) -> Reply:
    """Ends what the bot sends unasked; what it says is true whether there was anything to end or not."""
    return Reply(
        turn.texts.language,
        (turn.say("You have no subscriptions now. I send you nothing unless you write first."),),
        buttons=((turn.button("Forget me", Action(Verb.FORGET)), turn.areas_button),),
        effects=(Unsubscribe(),),
    )


def forget(turn: Turn) -> Reply:
    """Asks before anything is deleted."""
    yes, no = turn.button("Yes, forget me", Action(Verb.FORGET_CONFIRMED)), turn.button("No", Action(Verb.HELP))
    return Reply(
        turn.texts.language,
        (turn.say("Shall I delete everything I keep about you? That is your language and your subscriptions."),),
        buttons=((yes, no),),
    )


def forgotten(turn: Turn) -> Reply:
    """Says that it is done."""
    return Reply(
        turn.texts.language,
        (turn.say("Done. I keep nothing about you now."),),
        buttons=((turn.language_button,),),
        effects=(Forget(),),
    )


def choose(turn: Turn, labels: Sequence[str]) -> Reply:
    """Up to three topics to choose from, and the way out when it is none of them."""
    rows = [(topic_button(turn, label),) for label in labels]
    none = (turn.button("None of these", Action(Verb.PERSON)), turn.areas_button)
    return Reply(
        turn.texts.language, (turn.say("I am not sure what you mean. Is it one of these?"),), Kind.CHOOSE, (*rows, none)
    )


def unknown(turn: Turn) -> Reply:
    """An honest "I don't know", with the way to a person and to everything that can be asked."""
    blocks = (
        turn.say("I do not have an answer to that."),
        person_line(turn),
        turn.say("You can also try other words, or choose an area."),
    )
    return Reply(turn.texts.language, blocks, Kind.UNKNOWN, ((turn.areas_button, turn.language_button),))


def small_talk(turn: Turn, kind: str) -> Reply:
    """A short, polite answer to what is no question."""
    match kind:
        case "who":
            return about(turn)
        case "what":
            return help_(turn)
        case "person":
            return person(turn)
        case "stop":
            return stopped(turn)
        case "thanks":
            line = turn.say("You are welcome. Ask again whenever you like.")
        case "bye":
            line = turn.say("Goodbye, and take care.")
        case _:
            line = turn.say("Hello! I am a bot. Write your question, or choose an area.")
    return Reply(turn.texts.language, (line,), buttons=((turn.areas_button, turn.language_button),))
