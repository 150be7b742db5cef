from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.crisis import DANGERS, CrisisHit, CrisisLane, CrisisRule, CrisisRuleError
from bot.understanding.normalising import LENGTH_LIMIT

SWEDISH = (
    CrisisRule("emergency-112", "life", ("brinner", "hotar + med kniv"), ("brinner + för", "brinner ... lampan")),
    CrisisRule(
        "suicide-helpline",
        "suicide",
        ("vill dö", "vill inte leva", "ta* mitt/sitt liv", "självmordstank*", "= självmord"),
        ("vill + inte + dö", "dö + av skratt", "ta + mitt + liv + på + allvar"),
    ),
    CrisisRule("child-helpline-bris", "child", ("pappa/mamma slår mig",)),
    CrisisRule("report-concern-child", "child", ("barn*, märken/blåmärken, rygg*/kropp*", "granne ... barn*")),
    CrisisRule("violence-women-helpline", "violence", ("slår + mig", "misshandl*", "rädd_för/livrädd_för min man")),
)
ENGLISH = (
    CrisisRule("suicide-helpline", "suicide", ("want to die", "kill + myself")),
    CrisisRule("poison-information", "poison", ("drank/ate poison/bleach", "poisoned"), ("prison",)),
    CrisisRule("report-concern-child", "child", ("incest*",)),
)
ARABIC = (CrisisRule("emergency-112", "life", ("حريق بيت", "يقتلني")),)
PERSIAN = (CrisisRule("suicide-helpline", "suicide", ("می‌خواهم بمیرم",)),)
THAI = (CrisisRule("suicide-helpline", "suicide", ("อยากตาย", "ไม่อยาก อยู่", "= ไม่ไหวแล้ว")),)
LANE = CrisisLane({"sv": SWEDISH, "en": ENGLISH, "ar": ARABIC, "fa": PERSIAN, "th": THAI})
BOSNIAN_LANE = CrisisLane({"bs": (CrisisRule("suicide-helpline", "suicide", ("želim + da + umrem",)),)})


def topic(text: str, *languages: str) -> str | None:
    hit = LANE.find(text, languages)
    return hit.topic if hit else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("jag vill dö", "suicide-helpline"),
        ("jag vill bara verkligen dö", "suicide-helpline"),
        ("jag vill ju ändå faktiskt redan dö", None),
        ("dö vill", None),
        ("tar sitt liv", "suicide-helpline"),
        ("hon tog livet", None),
        ("min mamma slår mig", "child-helpline-bris"),
        ("han slår ofta mig", None),
        ("min granne är inte snäll mot sina barn", "report-concern-child"),
        ("märken på ryggen på ett barn", "report-concern-child"),
        ("barnet har märken", None),
        ("jag är rädd för min man", "violence-women-helpline"),
        ("rädd men inte för min man", None),
        ("självmord", "suicide-helpline"),
        ("Självmord?!", "suicide-helpline"),
        ("bok om självmord", None),
    ],
)
def test_pattern_language_means_what_it_says(text: str, expected: str | None) -> None:
    assert topic(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("JAG VILL DÖ", "suicide-helpline"),
        ("jag vill do", "suicide-helpline"),
        ("jag vill dööööö", "suicide-helpline"),
        ("JAGVILLINTELEVA", "suicide-helpline"),
        ("IWANTTODIE", "suicide-helpline"),
        ("sjalvmordstankar", "suicide-helpline"),
        ("sjävlmordstankar", "suicide-helpline"),
        ("misshanlad av honom", "violence-women-helpline"),
        ("missandlad av honom", "violence-women-helpline"),
        ("i was posoned", "poison-information"),
        ("i was poisonned", "poison-information"),
        ("حرِيق في البيتِ", "emergency-112"),
        ("وبيقتلني", "emergency-112"),
        ("سيقتلني", "emergency-112"),
        ("می خواهم بمیرم", "suicide-helpline"),
        ("ميخواهم بميرم", "suicide-helpline"),
        ("ผมอยากตายมาก", "suicide-helpline"),
        ("ไม่อยากมีชีวิตอยู่แล้ว", "suicide-helpline"),
        ("ไม่ไหวแล้ว", "suicide-helpline"),
        ("รอไม่ไหวแล้วค่ะ", None),
    ],
)
def test_spelling_as_people_type_it(text: str, expected: str | None) -> None:
    assert topic(text) == expected


def test_tigrinya_letters_that_sound_alike_are_one() -> None:
    rule = CrisisRule("violence-women-helpline", "violence", ("ሰብኣየይ ይወቅዓኒ",), unless=("ፊልም ሰብኣየይ",))
    lane = CrisisLane({"ti": [rule]})
    assert lane.find("ሰብኣየይ ይወቕዓኒ") is not None
    assert lane.find("ሰብአየይ ይወቅአኒ") is not None
    assert lane.find("ፊልም ሰብአየይ ይወቕዓኒ") is None


def test_serbian_cyrillic_meets_latin_rules() -> None:
    assert BOSNIAN_LANE.find("желим да умрем") is not None


@pytest.mark.parametrize(
    "text",
    ["jag vill inte dö", "vill dö av skratt", "jag brinner för musik", "ta mitt liv på allvar", "brinner det i lampan"],
)
def test_an_idiom_cancels_the_match_it_overlaps(text: str) -> None:
    assert topic(text) is None


def test_an_idiom_leaves_another_match_standing() -> None:
    assert topic("jag brinner för musik men huset brinner") == "emergency-112"


@pytest.mark.parametrize("text", ["he is in prison, ate well", "where should I invest", "ett får vill do"])
def test_a_real_word_is_not_taken_for_a_dangerous_one(text: str) -> None:
    assert topic(text) in (None, "suicide-helpline" if "vill do" in text else None)


def test_another_accent_is_another_word() -> None:
    lane = CrisisLane({"sv": (CrisisRule("suicide-helpline", "suicide", ("min far dog",)),)})
    assert lane.find("min far dog")
    assert lane.find("min får dog") is None


def test_a_piece_of_an_inflected_word_is_no_match_of_its_own() -> None:
    lane = CrisisLane({"fi": (CrisisRule("suicide-helpline", "suicide", ("itsemurha",), ("elokuva itsemurhasta",)),)})
    assert lane.find("itsemurha")
    assert lane.find("elokuva itsemurhasta") is None


def test_short_words_in_any_order_keep_their_accents() -> None:
    lane = CrisisLane({"sv": (CrisisRule("suicide-helpline", "suicide", ("tankar, dö",)),)})
    assert lane.find("att dö är i mina tankar")
    assert lane.find("what do the tankar say") is None


def test_the_most_acute_danger_is_answered_whatever_the_order() -> None:
    assert topic("min man slår mig och hotar med kniv") == "emergency-112"
    assert topic("jag vill dö för att pappa slår mig") == "suicide-helpline"
    assert topic("min granne slår mig och sina barn") == "report-concern-child"


def test_of_one_danger_the_first_rule_is_answered() -> None:
    assert topic("min granne och mamma slår mig och andra barn") == "child-helpline-bris"


def test_languages_mix_in_one_sentence() -> None:
    assert topic("min fru says i want to die", "sv") == "suicide-helpline"
    assert topic("hotar med kniv, I drank bleach", "en") == "emergency-112"


def test_a_likely_language_breaks_ties() -> None:
    text = "jag vill dö i want to die"
    found = {languages: LANE.find(text, languages) for languages in (("sv",), ("en",), ("fa", "en"))}
    assert {languages: hit.language for languages, hit in found.items() if hit} == {
        ("sv",): "sv",
        ("en",): "en",
        ("fa", "en"): "en",
    }


def test_a_hit_says_what_triggered_it() -> None:
    assert LANE.find("Hjälp! Jag VILL bara dö nu") == CrisisHit("suicide-helpline", "sv", "vill dö", "vill bara dö")


def test_dangers_are_ordered_most_acute_first() -> None:
    assert DANGERS[0] == "life"
    assert DANGERS.index("suicide") < DANGERS.index("violence")


@pytest.mark.parametrize(
    ("rule", "remedy"),
    [
        (CrisisRule("t", "panic", ("vill dö",)), "use one of life, poison"),
        (CrisisRule("t", "life", ()), "write at least one pattern"),
        (CrisisRule("t", "life", ("",)), "write at least one"),
        (CrisisRule("t", "life", ("+ vill dö",)), "must stand between two words"),
        (CrisisRule("t", "life", ("vill ... + dö",)), "must stand between two words"),
        (CrisisRule("t", "life", ("vill dö ...",)), "a word is missing at the end"),
        (CrisisRule("t", "life", ("vill/ dö",)), "remove it"),
        (CrisisRule("t", "life", ("vi*l dö",)), "only first or last"),
        (CrisisRule("t", "life", ("hus&hem brinner",)), "part the words with spaces"),
        (CrisisRule("t", "life", ("d* vill",)), "at least two letters"),
        (CrisisRule("t", "life", ("dö",)), "add a word beside it"),
        (CrisisRule("t", "life", ("barn, blå märken",)), "between two commas stands one word"),
        (CrisisRule("t", "life", ("vill dö",), ("av ... ",)), "a word is missing at the end"),
    ],
)
def test_a_bad_rule_names_language_rule_and_remedy(rule: CrisisRule, remedy: str) -> None:
    with pytest.raises(CrisisRuleError) as problem:
        CrisisLane({"sv": (SWEDISH[0], rule)})
    assert "sv, rule 2 (t)" in str(problem.value)
    assert remedy in str(problem.value)


@pytest.mark.parametrize("text", ["", " ", "\n", "?!", "🔥🔥🔥", "\u202e\u202d", "0", "a" * 10_000, "\u0301", "\x00"])
def test_empty_and_odd_text_is_no_danger(text: str) -> None:
    assert LANE.find(text) is None


def test_danger_is_found_at_the_end_of_a_long_letter() -> None:
    letter = "Hej, jag skriver om mitt ärende. " * 300
    assert LANE.find(letter) is None
    assert topic(letter + "Jag vill dö.") == "suicide-helpline"


@given(st.text(max_size=300))
def test_any_text_is_read_without_error_and_twice_alike(text: str) -> None:
    assert LANE.find(text) == LANE.find(text)


@given(
    st.lists(
        st.sampled_from(
            [
                "vill",
                "dö",
                "inte",
                "slår",
                "mig",
                "barn",
                "märken",
                "rygg",
                "en",
                "prison",
                "ate",
                "bleach",
                "حريق",
                "بيت",
            ]
        )
    )
)
def test_capitals_change_nothing(words: list[str]) -> None:
    text = " ".join(words)
    small, large = LANE.find(text), LANE.find(text.upper())
    assert (small and small.pattern) == (large and large.pattern)


def test_several_threads_get_the_same_answers() -> None:
    texts = ["jag vill dö", "slår mig", "jag brinner för musik", "ate poison", "حريق في البيت"] * 40
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(LANE.find, texts)) == [LANE.find(text) for text in texts]


def calls_made(work: Callable[[], object]) -> int:
    """Python and C function calls made: a measure of work that no other load on the machine changes."""
    count = 0

    def counting(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(counting)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "slår mig ",
        "vill ",
        "vill inte dö av skratt ",
        "självmordstanka ",
        "barn rygg märken ",
        "อยากตา",
        "حريق ",
        "xq zw ",
        "å" * 60 + " ",
    ],
)
def test_work_is_bounded_and_does_not_grow_with_a_hostile_text(piece: str) -> None:
    long = calls_made(lambda: LANE.find(piece * (10_000 // len(piece))))
    longer = calls_made(lambda: LANE.find(piece * (100_000 // len(piece))))
    assert long <= 20 * LENGTH_LIMIT
    assert longer <= 1.2 * long + 200
