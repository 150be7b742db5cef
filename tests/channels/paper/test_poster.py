"""Posters: the code says what it should, the letters are there, and Arabic ones are joined and in order."""

from __future__ import annotations

from pathlib import Path

import pytest
import segno
from PIL import Image, ImageFont, features

from bot.channels.paper import PosterError, draw_poster, save_poster, word_poster
from bot.channels.paper.lettering import lines, missing_letters, typeface
from bot.channels.paper.poster import DPI, HEIGHT, WIDTH
from bot.conversation.brain import Brain
from bot.conversation.commands import parse_command
from bot.languages.table import Languages

LINK = "https://t.me/tillsammans_test_bot?start=sfi__{language}"
# A word in each script, with letters of the languages that have more than the rest.
SAMPLES = {
    "ar": "دورة اللغة السويدية للمهاجرين؟",
    "fa": "چگونه پول می‌گیرم؟ گ پ ژ چ",
    "ckb": "چۆن فێری زمانی سویدی دەبم؟ ڕێگا، گەڵا، ژیان",
    "ps": "څنګه سويډني زده کړم؟ ځ ښ ږ ړ ډ ټ ڼ ې ۍ",
    "prs": "کورس سویدنی برای مهاجران",
    "ti": "ትምህርቲ ቋንቋ ስዊድን ንስደተኛታት፧",
    "am": "የስዊድን ቋንቋ ትምህርት ለስደተኞች፤",
    "th": "เรียนภาษาสวีเดนสำหรับผู้อพยพที่นี่",
    "uk": "Шведська мова для іммігрантів: їжа, ґанок, є",
    "ru": "Шведский для иммигрантов, объявление, ёлка",
    "so": "Iswiidhishka soogalootiga",
    "kmr": "Swêdî ji bo koçberan: şîn, çêj, ûrt",
    "bs": "Švedski za doseljenike: đak, žena, čaša, ćup",
    "pl": "Szwedzki dla imigrantów: źródło, łąka, ńęó",
    "tr": "Göçmenler için İsveççe: ığüşöç",
    "es": "Sueco para inmigrantes: ¿niño?",
    "fr": "Le suédois : où, ça, œuvre, naïf",
    "fi": "Ruotsia maahanmuuttajille: äö",
    "sv": "Svenska för invandrare: åäö",
    "sv-simple": "Svenska för invandrare – sfi",
    "en": "Swedish for immigrants’ “course”",
}


def code_in(image: Image.Image, size: int) -> list[list[bool]]:
    """The modules of the code in a poster, read from its pixels: the widest run of dark begins at a finder."""
    dark = image.point(lambda tone: 255 if tone < 128 else 0)
    # The code is the only thing of ink in the middle third that is far wider than a line is high.
    rows = [dark.crop((0, top, WIDTH, top + 1)).getbbox() for top in range(HEIGHT)]
    blocks, start = [], None
    for top, row in enumerate([*rows, None]):
        if row and start is None:
            start = top
        elif not row and start is not None:
            blocks.append((start, top))
            start = None
    top, bottom = max(blocks, key=lambda block: block[1] - block[0])
    box = dark.crop((0, top, WIDTH, bottom)).getbbox()
    assert box is not None
    left, right = box[0], box[2]
    assert right - left == bottom - top, "the code is not square"
    module = (bottom - top) / size
    assert module == int(module), "modules are not whole pixels"
    at = [int(module * (index + 0.5)) for index in range(size)]
    return [[dark.getpixel((left + x, top + y)) == 255 for x in at] for y in at]


@pytest.mark.parametrize("language", ["sv", "ar", "ti", "uk", "th", "sv-simple"])
def test_the_code_holds_the_link(brain: Brain, language: str, tmp_path: Path) -> None:
    link = LINK.format(language=language)
    png, pdf = save_poster(draw_poster(word_poster(brain, "sfi", language, link)), tmp_path / "new" / "poster")
    wanted = segno.make_qr(link, error="q")
    with Image.open(png) as image:
        assert image.size == (WIDTH, HEIGHT)
        assert image.info["dpi"] == pytest.approx((DPI, DPI), abs=0.1)
        assert code_in(image, len(wanted.matrix)) == [[bool(module) for module in row] for row in wanted.matrix]
    # A4 in points of 1/72 inch.
    assert b"595.2" in pdf.read_bytes()
    assert b"841.92" in pdf.read_bytes()


def test_the_link_opens_the_topic_in_the_language_of_the_poster() -> None:
    action = parse_command("/start " + LINK.format(language="sv-simple").partition("=")[2])
    assert action is not None
    assert (action.about, action.language) == ("sfi", "sv-simple")


@pytest.mark.parametrize("language", SAMPLES)
def test_every_language_has_its_letters(languages: Languages, language: str) -> None:
    text = f"{SAMPLES[language]} {languages[language].name} Uddevalla kommun 0522-69 60 00 t.me/a_b?start=sfi_x ()–:.,"
    for bold in (False, True):
        assert missing_letters(text, typeface(languages[language], 60, bold=bold)) == set()


def test_samples_are_of_every_language(languages: Languages) -> None:
    assert set(SAMPLES) == set(languages)


def test_a_letter_that_is_missing_is_told(brain: Brain) -> None:
    poster = word_poster(brain, "sfi", "sv", "https://a.se/😀")
    with pytest.raises(PosterError, match="the typeface has no 😀"):
        draw_poster(poster)


def test_arabic_is_joined_and_runs_right_to_left(languages: Languages) -> None:
    assert features.check("raqm"), "Pillow is built without raqm"
    font = typeface(languages["ar"], 100)
    # Joined, the three letters of a word are narrower than alone.
    assert font.getlength("بيت", direction="rtl") < 0.9 * sum(font.getlength(letter) for letter in "بيت")
    # The first letter stands to the right: cut off on the right, the line is the one without its first word.
    whole, later = font.getmask("ممم ا", direction="rtl"), font.getmask("ا", direction="rtl")
    left = [[whole.getpixel((x, y)) for x in range(later.size[0])] for y in range(whole.size[1])]
    assert any(any(row) for row in left)
    assert whole.size[0] > 3 * later.size[0]
    ink = [sum(whole.getpixel((x, y)) > 0 for y in range(whole.size[1])) for x in range(whole.size[0])]
    assert ink.index(max(ink)) < whole.size[0] / 2, "the alef, the tallest, is last and so on the left"


def test_a_number_in_arabic_text_is_never_parted(languages: Languages) -> None:
    font: ImageFont.FreeTypeFont = typeface(languages["ar"], 60)
    number = "\u20660522-69 60 00\u2069"
    found = lines(f"اتصلوا بالبلدية على الرقم {number}. قولوا ما هو الموضوع", font, 420, "rtl")
    assert len(found) > 2
    assert sum(number in line for line in found) == 1


def test_thai_is_parted_where_a_line_ends(languages: Languages) -> None:
    font = typeface(languages["th"], 100)
    found = lines(SAMPLES["th"], font, 600, "ltr")
    assert len(found) > 1
    assert "".join(found) == SAMPLES["th"]
    assert all(font.getlength(line) <= 600 for line in found)


def test_the_longest_titles_fit(brain: Brain) -> None:
    for language_id in ("sv", "en", "ar", "fi", "so", "uk", "fa", "bs"):
        longest = max(brain.content.topics, key=lambda topic: len(brain.title(topic, language_id)))
        assert draw_poster(word_poster(brain, longest, language_id, "https://a.se")).size == (WIDTH, HEIGHT)


def test_a_translation_nobody_has_read_says_so(brain: Brain) -> None:
    assert word_poster(brain, "sfi", "ar", "https://a.se").labels
    assert not word_poster(brain, "sfi", "sv", "https://a.se").labels
    assert len(word_poster(brain, "sfi", "sv-simple", "https://a.se").titles) == 1


def test_what_cannot_be_made_or_written_is_told(brain: Brain, tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        word_poster(brain, "no-such-topic", "sv", "https://a.se")
    with pytest.raises(PosterError, match="too long for a code"):
        draw_poster(word_poster(brain, "sfi", "sv", "https://a.se/" + "x" * 4000))
    (tmp_path / "file").write_text("")
    with pytest.raises(PosterError, match="cannot be written"):
        save_poster(Image.new("L", (10, 10)), tmp_path / "file" / "poster")
