"""Questions over several languages, in parts, as letters, and the reasons given for what was understood."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.understanding.elsewhere import Elsewhere
from bot.understanding.explaining import near_phrases, word_evidence
from bot.understanding.model import Decision, Example
from bot.understanding.parting import understand_parts
from bot.understanding.phrase_index import PhraseIndex
from bot.understanding.searching import Searcher

TOPICS = ("benefit", "housing", "library", "school")
PHRASES = {
    "sv": {
        "housing": ["söka lägenhet", "bostadskö", "hur får jag en hyresrätt", "ställa sig i kö för lägenhet", "kö"],
        "school": [
            "anmäla barn till skolan",
            "när börjar skolan",
            "byta skola för mitt barn",
            "skolplats till mitt barn",
        ],
        "library": ["låna böcker på biblioteket", "lånekort", "bibliotekets öppettider", "kö"],
        "benefit": [
            "söka barnbidrag",
            "hur mycket är barnbidraget",
            "när kommer barnbidraget",
            "barnbidrag för två barn",
        ],
    },
    "en": {
        "housing": ["find a flat", "join the housing queue", "how do i rent an apartment", "apply for a rental flat"],
        "school": ["register my child at school", "when does school start", "change school", "school place for my son"],
        "library": ["borrow books at the library", "library card", "library opening hours", "return a library book"],
        "benefit": ["apply for child benefit", "how much is child benefit", "when is child benefit paid"],
    },
    "ar": {
        "housing": ["كيف أجد شقة", "أريد استئجار شقة", "قائمة انتظار السكن"],
        "school": ["تسجيل ابني في المدرسة", "متى تبدأ المدرسة"],
    },
}
BACKGROUND = {"library": "På biblioteket finns tidningar, datorer och skrivare. Visa legitimation för att få ett kort."}
SURE = {"sv": 0.95, "en": 0.05}


@pytest.fixture(scope="module")
def searcher() -> Searcher:
    return build()


def build() -> Searcher:
    numbers = {topic: number for number, topic in enumerate(TOPICS)}
    told = [Example(text, topic, "sv") for topic, text in BACKGROUND.items()]
    indexes = {
        language: PhraseIndex(
            language,
            [Example(text, topic, language) for topic, texts in topics.items() for text in texts],
            numbers,
            told if language == "sv" else (),
        )
        for language, topics in PHRASES.items()
    }
    return Searcher(indexes, TOPICS)


@pytest.mark.parametrize("text", ["Lånekort?", "  LÅNEKORT ", "lanekort", "library card"])
def test_a_stored_phrase_is_certain_in_any_case_and_without_dots(searcher: Searcher, text: str) -> None:
    finding = searcher.search(text, {"sv": 0.5, "en": 0.5})
    assert finding.decision is Decision.ANSWER
    assert [(one.topic, one.confidence) for one in finding.candidates] == [("library", 1)]


def test_a_phrase_stored_for_two_topics_is_asked_back(searcher: Searcher) -> None:
    finding = searcher.search("kö", SURE)
    assert finding.decision is Decision.CHOOSE
    assert {one.topic for one in finding.candidates} == {"housing", "library"}


def test_one_word_of_several_topics_is_asked_back(searcher: Searcher) -> None:
    assert searcher.search("barn", SURE).decision is Decision.CHOOSE


@pytest.mark.parametrize("text", ["", "😀", "!!!", "1234", "zzz qqq", "ฉัน", "x" * 2_000, "aaaaaaaa", "k", "h h h"])
def test_what_no_phrase_is_about_is_unknown(searcher: Searcher, text: str) -> None:
    finding = searcher.search(text, SURE)
    assert finding.decision is Decision.UNKNOWN


def test_a_language_without_phrases_is_left_out(searcher: Searcher) -> None:
    assert searcher.search("bostadskö", {"kmr": 1.0}).decision is Decision.UNKNOWN
    assert searcher.search("bostadskö", {"kmr": 0.9, "sv": 0.1}).decision is Decision.ANSWER


@pytest.mark.parametrize(
    ("text", "topic"),
    [("وصلتني رسالة عن barnbidraget", "benefit"), ("ما هي bostadskön", "housing"), ("ما هي bostadsko", "housing")],
)
def test_a_swedish_word_in_another_language_finds_its_topic(searcher: Searcher, text: str, topic: str) -> None:
    assert searcher.search(text, {"ar": 1.0, "sv": 0.1}).candidates[0].topic == topic


def test_an_unlikely_language_is_not_searched_for_words_the_likely_one_knows(searcher: Searcher) -> None:
    assert [one.language for one in searcher.search("find a flat now", {"en": 1.0, "sv": 0.01}).answers] == ["en"]
    for text in ("find bostadskö", "find bostadskön"):
        assert [one.language for one in searcher.search(text, {"en": 1.0, "sv": 0.01}).answers] == ["en", "sv"]


def test_background_helps_to_find_a_topic_but_is_no_phrase(searcher: Searcher) -> None:
    finding = searcher.search("skrivare och datorer", SURE)
    assert finding.candidates[0].topic == "library"
    assert all(near.text != BACKGROUND["library"] for near in near_phrases(finding))


def test_a_word_that_begins_nearly_like_a_place_names_none() -> None:
    assert Elsewhere().find(["maalmood", "malmo", "malmös", "стокгольмі", "malmöbon", "skatteverket"]) == [
        "malmo",
        "malmös",
        "стокгольмі",
        "malmöbon",
    ]


def test_a_place_elsewhere_is_not_answered_at_once(searcher: Searcher) -> None:
    assert searcher.search("hur får jag en hyresrätt nu", SURE).decision is Decision.ANSWER
    assert searcher.search("hur får jag en hyresrätt i malmö", SURE).decision is not Decision.ANSWER


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=120))
def test_candidates_are_ranked_probabilities(searcher: Searcher, text: str) -> None:
    finding = searcher.search(text, SURE)
    confidences = [one.confidence for one in finding.candidates]
    assert confidences == sorted(confidences, reverse=True)
    assert len(confidences) <= 3
    assert all(0 <= one <= 1 for one in confidences)
    assert len({one.topic for one in finding.candidates}) == len(confidences)


def test_two_questions_in_one_message_are_answered_as_two(searcher: Searcher) -> None:
    for text in ("bostadskö och lånekort", "söka barnbidrag? bibliotekets öppettider"):
        _, topics = understand_parts(text, text, SURE, searcher)
        assert len(topics) <= 2
    _, topics = understand_parts(
        "söka barnbidrag? Bibliotekets öppettider", "söka barnbidrag bibliotekets öppettider", SURE, searcher
    )
    assert set(topics) == {"benefit", "library"}


def test_one_question_with_a_comma_stays_one(searcher: Searcher) -> None:
    text = "hur får jag en hyresrätt, tack"
    assert understand_parts(text, text, SURE, searcher)[1] == ("housing",)


@pytest.mark.parametrize("text", ["for (låna=0; låna<9; låna++) { böcker(); }", "{'barnbidrag': [1, 2]}"])
def test_code_is_about_nothing(searcher: Searcher, text: str) -> None:
    finding, topics = understand_parts(text, text, SURE, searcher)
    assert finding.decision is Decision.UNKNOWN
    assert topics == ()


def test_a_few_signs_are_no_code(searcher: Searcher) -> None:
    text = "söka barnbidrag (2 barn) :)"
    assert understand_parts(text, text, SURE, searcher)[0].candidates[0].topic == "benefit"


def test_a_pasted_letter_finds_its_subject(searcher: Searcher) -> None:
    filler = "Vi skriver till er med anledning av ert ärende hos oss under hösten. Brevet har skickats automatiskt. "
    text = filler + "Hur mycket är barnbidraget. " + filler * 3
    finding, topics = understand_parts(text, text, SURE, searcher)
    assert finding.decision is not Decision.UNKNOWN
    assert finding.candidates[0].topic == "benefit"
    assert set(topics) <= {"benefit"}


def test_a_language_is_fitted_once_when_many_ask_at_the_same_time() -> None:
    fresh = build()
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: fresh.search("söka en lägenhet", SURE), range(16)))
    assert len({one.candidates for one in found}) == 1
    assert len({id(one.answers[0].fitted) for one in found}) == 1


def test_the_words_that_decided_weigh_most(searcher: Searcher) -> None:
    finding = searcher.search("kan man få barnbidraget snart", SURE)
    words = {one.word: one.weight for one in word_evidence(finding, searcher.number_of("benefit"))}
    assert max(words, key=lambda word: words[word]) == "barnbidraget"


def test_a_mended_word_is_shown_as_it_was_read(searcher: Searcher) -> None:
    finding = searcher.search("bibliotekts tider", SURE)
    read = {one.word: one.read_as for one in word_evidence(finding, searcher.number_of("library"))}
    assert read["bibliotekts"] == "bibliotekets"


def test_near_phrases_come_nearest_first(searcher: Searcher) -> None:
    near = near_phrases(searcher.search("låna en bok på biblioteket", SURE))
    assert [one.similarity for one in near] == sorted((one.similarity for one in near), reverse=True)
    assert near[0].topic == "library"
