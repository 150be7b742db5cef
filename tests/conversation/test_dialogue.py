"""What a resident meets, whatever the channel. Content is looked up, so that staff can edit texts without breaking tests."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.actions import Action, Verb
from bot.conversation.brain import Brain
from bot.conversation.dialogue import READ_CHARACTERS, Dialogue
from bot.conversation.replies import ChooseLanguage, Forget, Kind, Message, Reply, Style, Unsubscribe
from bot.knowledge.fingerprints import TranslationState
from bot.languages.bidi import FSI, LRI, PDI
from bot.languages.table import Languages
from bot.languages.words import Words, catalogue_path
from bot.settings import ROOT
from bot.understanding import Candidate, Decision, Understood
from tests.conftest import TODAY

LANGUAGES = ("sv", "sv-simple", "en", "ar", "so", "uk")


def actions(reply: Reply) -> list[Action]:
    return [button.action for row in reply.buttons for button in row]


def notices(reply: Reply) -> str:
    return "\n".join(block.text for block in reply.blocks if block.style in (Style.NOTICE, Style.LABEL))


def say(dialogue: Dialogue, text: str, chosen: str | None = None, client: str | None = None) -> Reply:
    return dialogue.reply(Message(text=text, chosen=chosen, client_language=client))


def tap(dialogue: Dialogue, verb: Verb, about: str = "", language: str = "", chosen: str | None = None) -> Reply:
    return dialogue.reply(Message(action=Action(verb, about, language), chosen=chosen))


# First meeting and languages ---------------------------------------------------------------------------------------


def test_the_first_meeting_offers_every_language_by_its_own_name(dialogue: Dialogue, brain: Brain) -> None:
    reply = say(dialogue, "/start", client="uk")
    offered = [action.about for action in actions(reply)]
    assert offered[:4] == ["uk", "sv", "sv-simple", "en"]
    assert sorted(offered) == sorted(brain.languages)
    assert [block.language.id for block in reply.blocks] == ["uk", "sv", "en"]
    assert len(reply.blocks) <= 5


def test_an_empty_message_from_a_stranger_is_a_first_meeting(dialogue: Dialogue) -> None:
    assert Verb.CHOOSE_LANGUAGE in {action.verb for action in actions(say(dialogue, "  \u202e "))}


@pytest.mark.parametrize("language_id", LANGUAGES)
def test_choosing_a_language_answers_in_it_and_asks_the_channel_to_remember(
    dialogue: Dialogue, language_id: str
) -> None:
    reply = tap(dialogue, Verb.CHOOSE_LANGUAGE, language_id, chosen="en")
    assert reply.effects == (ChooseLanguage(language_id),)
    assert reply.language.id == language_id
    assert "112" in reply.text


def test_a_language_without_words_of_its_own_is_honest_about_it(
    brain: Brain, languages: Languages, tmp_path: Path
) -> None:
    """Here none but Swedish and English has any."""
    (tmp_path / "sv" / "LC_MESSAGES").mkdir(parents=True)
    shutil.copy(catalogue_path(ROOT / "locales", "sv", "resident"), catalogue_path(tmp_path, "sv", "resident"))
    wordless = replace(brain, words=Words(tmp_path, languages))
    reply = tap(Dialogue(lambda: wordless, lambda: TODAY), Verb.CHOOSE_LANGUAGE, "pl")
    assert reply.effects == (ChooseLanguage("pl"),)
    assert any(block.style is Style.NOTICE and brain.languages["pl"].name in block.text for block in reply.blocks)


def test_an_unknown_language_leads_to_the_menu_and_is_not_stored(dialogue: Dialogue) -> None:
    reply = tap(dialogue, Verb.CHOOSE_LANGUAGE, "klingon", chosen="en")
    assert reply.effects == ()
    assert {action.verb for action in actions(reply)} == {Verb.CHOOSE_LANGUAGE}


def test_a_stored_language_that_is_gone_is_no_error(dialogue: Dialogue) -> None:
    assert say(dialogue, "/help", chosen="klingon").language.id == "sv"


def test_answering_in_the_language_of_the_question_never_changes_the_choice(dialogue: Dialogue, brain: Brain) -> None:
    question = brain.title("housing-queue-uddevallahem", "en")
    reply = say(dialogue, question, chosen="ar")
    assert reply.language.id == "en"
    assert reply.effects == ()
    assert Action(Verb.CHOOSE_LANGUAGE, "en") in actions(reply)


def test_easy_swedish_stays_easy_when_the_question_is_in_swedish(dialogue: Dialogue) -> None:
    reply = say(dialogue, "hur ställer jag mig i bostadskö", chosen="sv-simple")
    assert reply.language.id == "sv-simple"


# Answers -----------------------------------------------------------------------------------------------------------


def test_an_answer_carries_its_truth_label(dialogue: Dialogue, brain: Brain) -> None:
    reply = tap(dialogue, Verb.TOPIC, "housing-queue-uddevallahem", "sv")
    meta = brain.content.topics["housing-queue-uddevallahem"].meta
    assert str(meta.checked.year) in notices(reply)
    assert brain.content.sources[meta.sources[0]].title in notices(reply)
    assert "maskin" in notices(reply)


@pytest.mark.parametrize("language_id", LANGUAGES)
def test_every_topic_has_a_card_in_every_language_that_is_served(
    dialogue: Dialogue, brain: Brain, language_id: str
) -> None:
    for topic_id in brain.content.topics:
        reply = tap(dialogue, Verb.TOPIC, topic_id, language_id)
        assert reply.topics == (topic_id,)
        assert reply.blocks[0].style is Style.HEADING
        assert reply.text.count(LRI) + reply.text.count(FSI) == reply.text.count(PDI)


def test_figures_are_isolated_in_arabic(dialogue: Dialogue, brain: Brain) -> None:
    reply = tap(dialogue, Verb.PERSON, chosen="ar")
    number = brain.content.facts["municipality.switchboard"].value
    assert f"{LRI}{number}{PDI}" in reply.text


def test_an_answer_missing_in_a_language_says_so_in_that_language(dialogue: Dialogue, brain: Brain) -> None:
    reply = tap(dialogue, Verb.TOPIC, "sfi", "tr")
    assert reply.language.id == "en"
    assert brain.languages["tr"].name in notices(reply)


def test_an_outdated_translation_says_so(brain: Brain) -> None:
    topic = brain.content.topics["sfi"]
    text = topic.source.model_copy(update={"answer": topic.source.answer + "\n\nNytt."})
    changed = replace(topic, texts={**topic.texts, "sv": text})
    content = replace(brain.content, topics={**brain.content.topics, "sfi": changed})
    assert content.state("sfi", "en") is TranslationState.OUTDATED
    later = Dialogue(lambda: replace(brain, content=content), lambda: date(2026, 11, 21))
    assert "has changed since" in notices(tap(later, Verb.TOPIC, "sfi", "en"))


def test_a_review_that_is_overdue_is_told_to_residents(brain: Brain) -> None:
    later = Dialogue(lambda: brain, lambda: date(2031, 1, 1))
    assert "should have been checked" in notices(tap(later, Verb.TOPIC, "sfi", "en"))


def test_the_swedish_text_can_be_shown_beside(dialogue: Dialogue, brain: Brain) -> None:
    reply = tap(dialogue, Verb.SWEDISH, "sfi", "en", chosen="en")
    assert {block.language.id for block in reply.beside} == {"sv"}
    assert reply.blocks[0].text == brain.title("sfi", "en")


def test_the_same_answer_in_another_language_leaves_the_choice_alone(dialogue: Dialogue) -> None:
    reply = tap(dialogue, Verb.OTHER_LANGUAGE, "sfi", "sv", chosen="sv")
    assert {action.verb for action in actions(reply)} == {Verb.TOPIC}
    other = dialogue.reply(Message(action=Action(Verb.TOPIC, "sfi", "en"), chosen="sv"))
    assert other.language.id == "en"
    assert other.effects == ()


def test_a_deep_link_opens_its_topic(dialogue: Dialogue) -> None:
    assert say(dialogue, "/start sfi").topics == ("sfi",)
    assert say(dialogue, "/start nothing-like-it").kind is Kind.MENU


@pytest.mark.parametrize("verb", [Verb.TOPIC, Verb.SWEDISH, Verb.OTHER_LANGUAGE, Verb.AREA])
@pytest.mark.parametrize("about", ["", "gone", "sfi.gone", "../../etc/passwd", "."])
def test_old_and_forged_buttons_lead_to_the_areas(dialogue: Dialogue, verb: Verb, about: str) -> None:
    reply = tap(dialogue, verb, about, chosen="en")
    assert {action.verb for action in actions(reply)} == {Verb.AREA, Verb.WHATS_ON}


# Areas, help and the rest ------------------------------------------------------------------------------------------


def test_every_topic_can_be_reached_by_browsing(dialogue: Dialogue, brain: Brain) -> None:
    areas = [action.about for action in actions(tap(dialogue, Verb.AREAS, chosen="sv"))]
    reached = {action.about for area in areas for action in actions(tap(dialogue, Verb.AREA, area, chosen="sv"))}
    assert set(brain.content.topics) <= reached


@pytest.mark.parametrize("command", ["/help", "/about", "/privacy", "/topics", "/language", "/forget"])
@pytest.mark.parametrize("language_id", ["sv", "en", "ar"])
def test_commands_answer_in_the_chosen_language(dialogue: Dialogue, command: str, language_id: str) -> None:
    reply = say(dialogue, command, chosen=language_id)
    assert reply.language.id == language_id
    assert reply.blocks


def test_it_says_that_it_is_a_bot(dialogue: Dialogue) -> None:
    assert "bot" in say(dialogue, "/about", chosen="en").text.lower()
    assert all("bot" in block.text.lower() for block in say(dialogue, "/start", client="sv").blocks)


def test_forgetting_asks_first_and_then_does_it(dialogue: Dialogue) -> None:
    asked = say(dialogue, "/forget", chosen="en")
    assert asked.effects == ()
    assert Action(Verb.FORGET_CONFIRMED) in actions(asked)
    assert tap(dialogue, Verb.FORGET_CONFIRMED, chosen="en").effects == (Forget(),)


# Decisions ---------------------------------------------------------------------------------------------------------


class _FixedUnderstanding:
    """Understands everything in one way."""

    def __init__(self, understood: Understood) -> None:
        self._understood = understood

    def understand(self, text: str, chosen: str | None = None, suggested: str | None = None) -> Understood:
        return self._understood


def _understanding(brain: Brain, understood: Understood) -> Dialogue:
    fixed = replace(brain, understanding=_FixedUnderstanding(understood))  # type: ignore[arg-type]
    return Dialogue(lambda: fixed, lambda: date(2026, 11, 21))


def test_three_choices_and_a_way_out_when_unsure(brain: Brain) -> None:
    candidates = tuple(Candidate(topic, 0.3) for topic in ("sfi", "school", "preschool"))
    reply = say(_understanding(brain, Understood("en", Decision.CHOOSE, candidates)), "school", chosen="en")
    assert reply.kind is Kind.CHOOSE
    assert [action.about for action in actions(reply)[:3]] == ["sfi", "school", "preschool"]
    assert Action(Verb.PERSON) in actions(reply)
    assert reply.candidates == candidates


def test_an_honest_i_do_not_know_leads_to_a_person(brain: Brain) -> None:
    reply = say(_understanding(brain, Understood("en", Decision.UNKNOWN, ())), "dragon licence", chosen="en")
    assert reply.kind is Kind.UNKNOWN
    assert brain.content.facts["municipality.switchboard"].value in reply.text


@pytest.mark.parametrize("decision", [Decision.CHOOSE, Decision.UNKNOWN])
def test_an_unsure_reply_begins_with_the_emergency_number_when_it_may_be_danger(
    brain: Brain, decision: Decision
) -> None:
    may_be, is_not = (
        say(_understanding(brain, Understood("en", decision, (Candidate(topic, 0.3),))), "words", chosen="en")
        for topic in ("suicide-helpline", "library")
    )
    assert may_be.phones[0].number == "112"
    assert "112" not in [phone.number for phone in is_not.phones]


def test_two_questions_get_two_answers(brain: Brain) -> None:
    understood = Understood("en", Decision.ANSWER, (), topics=("sfi", "id-card"))
    reply = say(_understanding(brain, understood), "sfi and id card", chosen="en")
    assert reply.topics == ("sfi", "id-card")
    assert [block.text for block in reply.blocks if block.style is Style.HEADING] == [
        brain.title("sfi", "en"),
        brain.title("id-card", "en"),
    ]


@pytest.mark.parametrize("kind", ["greeting", "thanks", "bye", "who", "what", "person", "something-new"])
def test_small_talk_is_answered_briefly(brain: Brain, kind: str) -> None:
    reply = say(_understanding(brain, Understood("en", Decision.ANSWER, (), small_talk=kind)), "hello", chosen="en")
    assert reply.blocks
    assert reply.topics == ()


def test_stop_words_of_every_language_stop_whatever_is_sent_unasked(brain: Brain, dialogue: Dialogue) -> None:
    spoken = {brain.languages[language_id].spoken for language_id in brain.content.small_talk}
    assert {language.spoken for language in brain.languages.values()} == spoken
    for language_id, kinds in brain.content.small_talk.items():
        for phrase in kinds["stop"]:
            for chosen in (language_id, "en"):
                reply = say(dialogue, f" {phrase.upper()}! ", chosen=chosen)
                assert reply.effects == (Unsubscribe(),), f"{phrase} ({language_id}, {chosen} chosen)"
                assert reply.buttons[0][0].action == Action(Verb.FORGET)


@pytest.mark.parametrize(
    "text", ["stop smoking", "sluta röka", "when does the bus stop", "he does not stop hitting me"]
)
def test_a_question_that_holds_a_stop_word_is_a_question(dialogue: Dialogue, text: str) -> None:
    assert Unsubscribe() not in say(dialogue, text, chosen="sv").effects


@pytest.mark.parametrize(
    ("text", "language_id"),
    [("jag vill ta mitt liv", "sv"), ("I want to kill myself", "en"), ("my flat is on fire", "en")],
)
def test_danger_comes_first_with_the_emergency_number(dialogue: Dialogue, text: str, language_id: str) -> None:
    reply = say(dialogue, text, chosen=language_id)
    assert reply.kind is Kind.CRISIS
    assert reply.is_sensitive
    assert reply.phones[0].number == "112"
    assert reply.language.id == language_id


def test_what_is_written_down_as_an_ordinary_question_is_not_taken_for_danger(brain: Brain, dialogue: Dialogue) -> None:
    """A false alarm frightens, and a title is what sharing an answer types."""
    for topic in brain.content.topics.values():
        for language in brain.languages.launch if topic.meta.sensitivity == "normal" else ():
            crisis = dialogue.understand(brain.title(topic.id, language.id), language.id).crisis
            assert crisis is None, f"{topic.id} ({language.id}): {crisis}"


@pytest.mark.parametrize(
    ("text", "language_id"),
    [
        ("do i have to vaccinate my child", "en"),
        ("my mother is old and has no income", "en"),
        ("باج", "ckb"),
        ("îş", "kmr"),
    ],
)
def test_a_stored_phrase_is_not_overruled_by_being_like_danger(dialogue: Dialogue, text: str, language_id: str) -> None:
    assert say(dialogue, text, chosen=language_id).kind is not Kind.CRISIS


# Hostile input -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "?" * 10_000,
        "bostad " * 2_000,
        "😀😀😀",
        "123456",
        "\x00\x01\x02",
        "\u202e\u2066",
        "{number}",
        "<b>",
        "/",
        "%s%n",
    ],
)
def test_any_text_gets_a_reply(dialogue: Dialogue, text: str) -> None:
    reply = say(dialogue, text, chosen="en")
    assert reply.blocks
    assert reply.buttons


def test_a_long_message_is_told_to_be_read_only_in_part(dialogue: Dialogue) -> None:
    assert "only the beginning" in say(dialogue, "housing queue " * READ_CHARACTERS, chosen="en").text


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200), st.sampled_from([None, "sv", "ar", "uk", "th"]))
def test_no_text_makes_the_dialogue_fail(dialogue: Dialogue, text: str, chosen: str | None) -> None:
    assert say(dialogue, text, chosen=chosen).blocks


@pytest.mark.parametrize(
    ("language_id", "text"),
    [
        ("sv", "min dotter mår så dåligt att hon pratar om att dö"),
        ("sv", "han har inte andats på flera minuter"),
        ("en", "she has taken a lot of sleeping pills"),
    ],
)
def test_danger_that_no_rule_names_still_brings_the_emergency_number(
    dialogue: Dialogue, language_id: str, text: str
) -> None:
    assert "112" in dialogue.reply(Message(text, chosen=language_id)).text


@pytest.mark.parametrize(
    ("text", "language_id"), [("допоможіть", "uk"), ("مساعدة", "ar"), ("ช่วยด้วย", "th"), ("hyra", "sv")]
)
def test_a_single_word_in_another_script_is_not_answered_in_swedish(
    dialogue: Dialogue, text: str, language_id: str
) -> None:
    assert dialogue.reply(Message(text)).language.id == language_id


def test_a_single_word_in_another_script_never_changes_the_chosen_language(dialogue: Dialogue) -> None:
    assert dialogue.reply(Message("допоможіть", chosen="fi")).language.id == "fi"
