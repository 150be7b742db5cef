"""Every mistake staff can make is told with file, line and remedy, and all of them at once."""

from __future__ import annotations

from datetime import date

import pytest

from bot.conversation.loading import BrainLoader
from bot.languages.table import Languages
from tests.small_content import SmallContent, lines

HOUSING = "sv/housing.yaml"
# The small content is in two languages; that the others are missing is told as it should be.
UNTRANSLATED = ("have no text in", "older than", "is not translated")


def found(content: SmallContent, languages: Languages) -> list[str]:
    return [
        line for line in lines(content.load(languages).problems) if all(known not in line for known in UNTRANSLATED)
    ]


def test_the_small_content_is_right(small_content: SmallContent, languages: Languages) -> None:
    loaded = small_content.load(languages)
    assert loaded.brain is not None, lines(loaded.problems)
    assert found(small_content, languages) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        (HOUSING, "  answer: |", "  anser: |", "knowledge/sv/housing.yaml:3: 'anser' is not a field here; did you mean 'answer'?"),
        (HOUSING, "{queue.web}", "{queue.wbe}", "housing.yaml:4: there is no fact 'queue.wbe' in knowledge/facts/; did you mean 'queue.web'?"),
        (HOUSING, "{queue.web}", "{queue.secret}", "housing.yaml:4: the fact 'queue.secret' is secondary, so it may not be shown"),
        (HOUSING, "{queue.web}", "{queue.web", "housing.yaml:4: a curly bracket has no partner"),
        (HOUSING, "[emergency-112]", "[emergency-121]", "housing.yaml:18: there is no topic 'emergency-121'; did you mean 'emergency-112'?"),
        (HOUSING, "[emergency-112]", "[housing-queue]", "housing.yaml:18: a topic is not related to itself"),
        (HOUSING, "[municipal-page]", "[municipal-pgae]", "housing.yaml:17: there is no source 'municipal-pgae'"),
        (HOUSING, "Det är gratis.", "Det är <b>gratis</b>.", "housing.yaml:6: HTML (<b>) is shown as it stands"),
        (HOUSING, "Det är gratis.", "Det är **gratis**.", "housing.yaml:6: Markdown (**)"),
        (HOUSING, "Det är gratis.", "Det kostar 100 kr.", "housing.yaml:6: the figure 100 is typed in the text"),
        (HOUSING, "Det är gratis.", "Det är ٣ dagar.", "housing.yaml:6: the figure ٣ is typed in the text"),
        (HOUSING, "Det är gratis.", "Se www.uddevalla.se.", "housing.yaml:6: the link www.uddevalla.se. is typed in the text"),
        (HOUSING, "Det är gratis.", "Det är gr\u0430tis.", "housing.yaml:6: 'gr\u0430tis' mixes the scripts Cyrillic, Latin"),
        (HOUSING, "Det är gratis.", "Det är\u202e gratis.", "housing.yaml:6: an invisible character (RIGHT-TO-LEFT OVERRIDE)"),
        (HOUSING, "bostadskö\n    -", "bostadsk\u043e\n    -", "housing.yaml:11: 'bostadsk\u043e' mixes the scripts"),
        (HOUSING, "- söka lägenhet", "- Bostadskö", "housing.yaml:12: 'Bostadskö' stands twice under 'housing-queue'"),
        (HOUSING, "- söka lägenhet", "- Ambulans", "'Ambulans' also asks for 'emergency-112'"),
        (HOUSING, "- söka lägenhet", "- '!?'", "housing.yaml:12: '!?' has no letter or figure in it"),
        (HOUSING, "bostadskö\n  answer", "bostadskö på 14 dagar\n  answer", "housing.yaml:2: the figure 14 stands in the title but in no fact"),
        (HOUSING, "review_by: 2027-05-01", "review_by: 2026-05-01", "housing.yaml:15: 'housing-queue' should have been read again by 2026-05-01"),
        (HOUSING, "review_by: 2027-05-01", "review_by: nästa år", "housing.yaml:15: 'nästa år' is not right for 'review_by'"),
        (HOUSING, "  ask:\n    - bostadskö\n    - söka lägenhet\n", "  ask: bostadskö\n", "housing.yaml:10: 'ask' has the wrong form"),
        (HOUSING, "    owner: kontaktcenter\n", "", "'owner' is missing; add a line 'owner:' with its value"),
        ("facts/contacts.yaml", "https://www.uddevallahem.se", "http://www.uddevallahem.se", "contacts.yaml:4: 'http://www.uddevallahem.se' is not right for 'url'"),
        ("facts/contacts.yaml", "queue.web:", "queue.age:", "contacts.yaml:5: 'queue.age' stands twice here"),
        ("facts/contacts.yaml", "emergency.sos:", "emergency.so:", "the fact 'emergency.sos' is missing"),
        ("facts/contacts.yaml", 'number: "16"', 'number: "16", amount: "16 kr"', "contacts.yaml:5:"),
        ("facts/contacts.yaml", 'number: "16"', 'date: "02-30"', "contacts.yaml:5: 02-30 is not a day in the calendar"),
        ("sources.yaml", "municipal-page", "municipal-pages", "there is no source 'municipal-page' in knowledge/sources.yaml; did you mean 'municipal-pages'?"),
        ("en/housing.yaml", "{queue.web}", "{emergency.sos}", "en/housing.yaml:4: 'emergency.sos' stands in this text but not in the Swedish one"),
        ("en/housing.yaml", "Register at {queue.web}.", "Register.", "en/housing.yaml:3: 'queue.web' stands in the Swedish text but not here"),
        ("en/housing.yaml", "housing-queue:\n", "housing-cue:\n", "en/housing.yaml:1: 'housing-cue' has no Swedish text; did you mean 'housing-queue'?"),
        ("crisis/sv.yaml", "min man andas inte", "min man sover", "crisis/sv.yaml:6: 'min man sover' must lead to emergency-112, but leads to -"),
        ("crisis/sv.yaml", "jag andas ut", "hon andas inte", "crisis/sv.yaml:7: 'hon andas inte' is no danger, but 'andas inte' (sv) matches it"),
        ("crisis/sv.yaml", "topic: emergency-112", "topic: emergency-113", "crisis/sv.yaml:2: there is no topic 'emergency-113'"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(
    small_content: SmallContent, languages: Languages, name: str, old: str, new: str, told: str
) -> None:
    small_content.change(name, old, new)
    problems = found(small_content, languages)
    assert any(told in line for line in problems), problems


def test_all_mistakes_are_told_at_once(small_content: SmallContent, languages: Languages) -> None:
    small_content.change(HOUSING, "  answer: |", "  anser: |")
    small_content.change("facts/contacts.yaml", "https://www.uddevallahem.se", "http://www.uddevallahem.se")
    small_content.change("en/housing.yaml", "  ask:", "  aks:")
    told = found(small_content, languages)
    assert {line.split(":")[0] for line in told} == {
        "knowledge/sv/housing.yaml",
        "knowledge/facts/contacts.yaml",
        "knowledge/en/housing.yaml",
    }


def test_one_broken_fact_does_not_bring_a_flood(small_content: SmallContent, languages: Languages) -> None:
    small_content.change("facts/contacts.yaml", 'phone: "112"', 'phone: "x"')
    assert len(found(small_content, languages)) == 1


def test_an_unreadable_facts_file_does_not_bring_a_flood(small_content: SmallContent, languages: Languages) -> None:
    small_content.save("facts/contacts.yaml", "a: [")
    assert len(found(small_content, languages)) == 1


def test_a_text_too_long_for_one_message_is_told(small_content: SmallContent, languages: Languages) -> None:
    small_content.change(HOUSING, "Det är gratis.", "Det är gratis. " * 250)
    assert any("too long for one Telegram message" in line for line in found(small_content, languages))


def test_a_time_sensitive_review_is_at_most_a_year_away(small_content: SmallContent, languages: Languages) -> None:
    small_content.change(HOUSING, "review_by: 2027-05-01", "time_sensitive: true\n    review_by: 2028-05-01")
    assert any("more than 12 months away" in line for line in found(small_content, languages))


def test_a_passed_review_date_does_not_take_the_bot_down(small_content: SmallContent, languages: Languages) -> None:
    loader = BrainLoader(small_content.knowledge, small_content.locales, languages)
    assert loader.load(date(2030, 1, 1)).brain is not None


def test_missing_languages_are_told_of_without_stopping_the_service(
    small_content: SmallContent, languages: Languages
) -> None:
    loaded = small_content.load(languages)
    assert any("have no text in arabiska" in line for line in lines(loaded.problems))
    assert loaded.brain is not None


@pytest.mark.parametrize("name", ["sv/housing.yml", "xx/housing.yaml", "sv/huosing.yaml"])
def test_a_misnamed_file_is_told_of(small_content: SmallContent, languages: Languages, name: str) -> None:
    small_content.save(name, small_content.path(HOUSING).read_bytes().replace(b"housing-queue", b"other-topic"))
    assert any(name.split("/")[0] in line for line in found(small_content, languages))


def test_the_same_topic_in_two_files_is_told_of(small_content: SmallContent, languages: Languages) -> None:
    text = small_content.path("sv/emergency-and-safety.yaml").read_text(encoding="utf-8")
    small_content.save("sv/emergency-and-safety.yaml", text + small_content.path(HOUSING).read_text(encoding="utf-8"))
    assert any(
        "'housing-queue' stands in another file of this folder too" in line for line in found(small_content, languages)
    )


def test_editors_swap_files_are_not_content(small_content: SmallContent, languages: Languages) -> None:
    for name in ("sv/.housing.yaml.swp", "sv/housing.yaml~", "sv/#housing.yaml#", "sv/.#housing.yaml"):
        small_content.save(name, "<<<")
    assert found(small_content, languages) == []


def test_the_content_may_lie_in_a_folder_of_any_name(small_content: SmallContent, languages: Languages) -> None:
    elsewhere = small_content.knowledge.rename(small_content.knowledge.parent / "my answers")
    (elsewhere / "glossary").mkdir()
    (elsewhere / "glossary" / "sv.yaml").write_text(
        "beslut: {sender: A, means: B 1, do: C, topics: [housing-queue]}\n", encoding="utf-8"
    )
    told = lines(BrainLoader(elsewhere, small_content.locales, languages).load(date(2026, 11, 21)).problems)
    assert any(line.startswith("knowledge/glossary/sv.yaml:1: the figure 1 is typed") for line in told)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "stop: [sluta]\nstopp: [sluta]\n",
            "small-talk.yaml:2: 'stopp' is no kind of small talk; did you mean 'stop'?",
        ),
        (
            "bye: [hej då]\n",
            "small-talk.yaml:1: there are no words with which to ask the bot to stop; write them under 'stop'",
        ),
        ("bye: [Sluta]\nstop: [stop, sluta]\n", "small-talk.yaml:2: 'sluta' also means 'bye' (sv); keep one of them"),
    ],
)
def test_small_talk_that_cannot_be_told_apart_is_told_of(
    small_content: SmallContent, languages: Languages, text: str, told: str
) -> None:
    small_content.save("sv/small-talk.yaml", text)
    assert any(told in line for line in found(small_content, languages))
