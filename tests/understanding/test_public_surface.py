"""What `Understanding` promises to those who use it, on a small base of examples and on the real content."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.brain import Brain
from bot.understanding import Decision, Example, LanguageProfile, Understanding, normalising
from tests.understanding.stores import ArraysInMemory

ENGLISH = {
    "housing": ("housing queue", "find a flat", "rent an apartment", "join the queue for a flat", "apartment in town"),
    "school": (
        "school for my child",
        "register at school",
        "my son starts school",
        "compulsory school",
        "school place",
    ),
    "library": (
        "borrow books",
        "library card",
        "opening hours of the library",
        "where is the library",
        "return a book",
    ),
}
SWEDISH = {
    "housing": ("bostadskö", "söka lägenhet", "hyra lägenhet", "ställa sig i kö för bostad"),
    "school": ("skola för mitt barn", "anmäla till skolan", "skolplats", "grundskola"),
    "library": ("låna böcker", "lånekort", "bibliotekets öppettider", "lämna tillbaka en bok"),
}
PROFILES = (
    LanguageProfile("sv", "Latn", ("och", "att", "jag", "hur", "vill", "en", "för", "till", "min"), "åäö", ("jag vill ha hjälp",), "sv"),
    LanguageProfile("en", "Latn", ("the", "and", "how", "do", "a", "to", "my", "where", "is"), "", ("how do i get help",), "en"),
    LanguageProfile("uk", "Cyrl", ("як", "де", "мені", "для", "в"), "їєґ", ("де я можу отримати допомогу",), "uk"),
)  # fmt: skip


def examples() -> list[Example]:
    return [
        Example(phrase, topic, language)
        for language, topics in (("en", ENGLISH), ("sv", SWEDISH))
        for topic, phrases in topics.items()
        for phrase in phrases
    ]


@pytest.fixture(scope="module")
def small() -> Understanding:
    talk = {"greeting": {"en": ("hello",), "sv": ("hej",)}, "thanks": {"en": ("thank you",)}}
    return Understanding.fit(examples(), PROFILES, small_talk=talk)


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.text)
def test_a_stored_phrase_is_answered_at_once(small: Understanding, example: Example) -> None:
    understood = small.understand(example.text.upper() + "!", example.language)
    assert understood.decision is Decision.ANSWER
    assert understood.topics == (example.topic,)


def test_a_question_is_read_by_the_rules_of_its_own_language() -> None:
    french = LanguageProfile("fr", "Latn", ("je", "le", "à", "un", "est"), "", ("où est le bureau",), "fr")
    phrases = [Example(text, topic, "fr") for topic, text in (("school", "aller à l'école"), ("work", "un travail"))]
    understood = Understanding.fit(phrases, (french,)).understand("Aller à l’école ?", "fr")
    assert (understood.topics, understood.candidates[0].confidence) == (("school",), 1)


def test_a_message_of_long_words_is_brought_into_one_spelling_once(small: Understanding) -> None:
    small.understand("a first question fits what it needs", "en")
    before = normalising._normalised.cache_info().misses
    small.understand("Library opening hours SATURDAY evenings?", "en")
    assert normalising._normalised.cache_info().misses == before + 1


@pytest.mark.parametrize("text", ["", " ", "?!", "12345", "😀😀", "xqzw vvkp", "\x00\u202e", "\n\t"])
def test_what_says_nothing_is_not_known(small: Understanding, text: str) -> None:
    understood = small.understand(text)
    assert understood.decision is Decision.UNKNOWN
    assert understood.topics == ()
    assert understood.language is None


def test_a_greeting_alone_is_small_talk_and_before_a_question_it_is_not(small: Understanding) -> None:
    assert small.understand("Hello!").small_talk == "greeting"
    question = small.understand("hello, housing queue")
    assert question.small_talk is None
    assert question.candidates[0].topic == "housing"


def test_the_best_candidates_come_first_and_are_probabilities(small: Understanding) -> None:
    for text in ("queue for a flat", "school library", "book", "lägenhet"):
        confidences = [candidate.confidence for candidate in small.understand(text).candidates]
        assert len(confidences) <= 3
        assert confidences == sorted(confidences, reverse=True)
        assert all(0 <= confidence <= 1 for confidence in confidences)


def test_a_swedish_word_in_another_language_finds_its_topic(small: Understanding) -> None:
    assert small.understand("як мені bostadskö", "uk").candidates[0].topic == "housing"


def test_a_number_alone_finds_the_topic_that_has_it() -> None:
    numbers = Understanding.fit(
        [*examples(), Example("1177", "health", "sv"), Example("1177", "health", "uk")], PROFILES
    )
    for chosen in (None, "sv", "uk"):
        assert numbers.understand("1177", chosen).topics == ("health",)


def test_a_language_in_latin_letters_is_searched_in_the_phrases_of_that_language() -> None:
    romanised = LanguageProfile("uk-Latn", "Latn", ("yak", "de", "meni", "dlia"), "", ("de meni dopomozhut",), "uk")
    phrases = [Example("yak otrymaty kvartyru", "housing", "uk"), Example("yak otrymaty knyhu", "library", "uk")]
    explained = Understanding.fit([*examples(), *phrases], (*PROFILES, romanised)).explain("de meni otrymaty kvartyru")
    assert "uk" in dict(explained.searched)
    assert explained.understood.candidates[0].topic == "housing"


def test_a_misspelt_question_still_points_to_its_topic(small: Understanding) -> None:
    assert small.understand("libary card").candidates[0].topic == "library"
    assert small.understand("bostadskoo", "sv").candidates[0].topic == "housing"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80), st.sampled_from([None, "sv", "en", "uk", "nonsense"]))
def test_no_text_makes_it_fail(small: Understanding, text: str, chosen: str | None) -> None:
    understood = small.understand(text, chosen)
    assert (understood.decision is Decision.ANSWER) == bool(understood.topics or understood.small_talk)


def test_the_order_of_the_examples_changes_nothing(small: Understanding) -> None:
    """Of phrases, topics and languages: a shuffle shuffles all three."""
    talk = {"thanks": {"en": ("thank you",)}, "greeting": {"sv": ("hej",), "en": ("hello",)}}
    for seed in range(3):
        shuffled = random.Random(seed).sample(examples(), len(examples()))
        other = Understanding.fit(shuffled, tuple(reversed(PROFILES)), small_talk=talk)
        for text in ("queue for a flat", "skola", "a book for my son", "як мені bostadskö", "hello, school", ""):
            for chosen in (None, "en", "sv"):
                assert other.understand(text, chosen) == small.understand(text, chosen)


def test_a_new_topic_in_one_language_leaves_the_others_as_they_are(small: Understanding) -> None:
    """All but a hair of confidence, for rarity counts all topics there are."""
    dentist = [Example(text, "dentist", "en") for text in ("see a dentist", "toothache", "broken tooth", "dental care")]
    larger = Understanding.fit([*examples(), *dentist], PROFILES)
    for example in examples():
        assert larger.understand(example.text, example.language).topics == (example.topic,)
    for text in ("jag vill hyra en lägenhet", "mitt barn och skolan", "lånekort", "öppettider biblioteket"):
        before, after = small.understand(text, "sv"), larger.understand(text, "sv")
        assert after.decision == before.decision
        assert after.candidates[0].topic == before.candidates[0].topic
        assert after.candidates[0].confidence == pytest.approx(before.candidates[0].confidence, abs=0.05)


def test_several_threads_may_ask_at_once() -> None:
    fresh = Understanding.fit(examples(), PROFILES)
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: fresh.understand("queue for a flat", "en").candidates, range(16)))
    assert len(set(found)) == 1


def test_nothing_can_be_asked_of_an_empty_base() -> None:
    assert Understanding.fit([], PROFILES).understand("housing").decision is Decision.UNKNOWN


def test_it_explains_with_the_words_that_decided(small: Understanding) -> None:
    found = small.explain("libary card", "en")
    assert "library" in {word.read_as for word in found.words} | {phrase.topic for phrase in found.near_phrases}
    assert found.understood == small.understand("libary card", "en")
    assert found.thresholds
    assert found.reason


def test_what_it_weighed_adds_up_to_its_confidence(small: Understanding) -> None:
    found = small.explain("a card for the library in town", "en")
    total = sum(added for _, added in found.weighed.values())
    assert found.understood.candidates[0].confidence == pytest.approx(1 / (1 + math.exp(-total)), abs=1e-3)
    assert [one.topic for one in found.candidate_phrases] == [one.topic for one in found.understood.candidates]
    assert found.candidate_phrases[0].text in ENGLISH["library"]


def fitted(store: ArraysInMemory, phrases: Sequence[Example]) -> Understanding:
    understanding = Understanding.fit(phrases, PROFILES, store=store)
    for language in understanding.languages:
        understanding.prepare(language)
    return understanding


def test_what_was_kept_answers_as_what_is_fresh_and_another_phrase_needs_another_fit() -> None:
    store = ArraysInMemory()
    fresh, again = fitted(store, examples()), fitted(store, examples())
    assert store.found == 2
    assert fresh.understand("queue for a flat", "en") == again.understand("queue for a flat", "en")
    fitted(store, [*examples(), Example("loan", "library", "en")])
    assert len(store.kept) == 3


# The real content --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language_id", ["sv", "en", "ar", "so", "uk", "fi"])
def test_every_title_finds_its_topic(brain: Brain, language_id: str) -> None:
    wrong = []
    for topic in brain.content.topics.values():
        if language_id in topic.texts:
            understood = brain.understanding.understand(topic.texts[language_id].title, language_id)
            found = understood.topics or tuple(one.topic for one in understood.candidates)
            if understood.crisis is None and topic.id not in found:
                wrong.append(topic.id)
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "language_id"),
    [
        ("hur ställer jag mig i bostadskön?", "sv"),
        ("how do I register in the housing queue", "en"),
        ("كيف يمكنني التسجيل في قائمة انتظار السكن", "ar"),
        ("як мені знайти квартиру", "uk"),
        ("sideen guri ku heli karaa", "so"),
        ("miten saan asunnon", "fi"),
        ("چطور می‌توانم خانه پیدا کنم", "fa"),
        ("ብኸመይ ገዛ ክረክብ ይኽእል", "ti"),
    ],
)  # fmt: skip
def test_the_language_of_a_plain_question_is_known(brain: Brain, text: str, language_id: str) -> None:
    assert brain.understanding.understand(text).language == language_id


@pytest.mark.parametrize("chosen", ["ar", "bs", "en", "uk", None])
@pytest.mark.parametrize("text", ["bostadskö", "försörjningsstöd", "vårdcentral", "personnummer"])
def test_a_swedish_word_alone_is_never_taken_for_another_language(brain: Brain, text: str, chosen: str | None) -> None:
    assert brain.understanding.understand(text, chosen).language in (None, "sv", chosen)


@pytest.mark.parametrize("text", ["SFI", "BankID", "Uddevalla", "112"])
def test_names_and_numbers_say_nothing_of_the_language(brain: Brain, text: str) -> None:
    assert brain.understanding.understand(text, "ar").language in (None, "ar")
