"""A4 posters at 300 dots per inch, as PNG and PDF: a question, and a code that opens the bot at its answer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import segno
from PIL import Image, ImageDraw

from bot.channels.paper.lettering import lines, missing_letters, typeface
from bot.channels.paper.wording import Poster, Wording

DPI = 300
# A4, 210 by 297 mm.
WIDTH, HEIGHT = 2480, 3508
_MARGIN = 190
_TITLE, _SECOND_TITLE, _TEXT, _SMALL = 170, 104, 74, 54
_SMALLEST_TITLE = 90
# The code may be a hand's breadth; what is empty round it belongs to it (4 modules, ISO/IEC 18004).
_CODE, _QUIET = 1500, 4
_LINE = 1.48
_INK, _GREY, _PAPER = 0, 90, 255


class PosterError(ValueError):
    """The poster cannot be made; the message says why."""


@dataclass(slots=True)
class _Sheet:
    """Draws centred lines from the top down; `top` is where the next one goes."""

    draw: ImageDraw.ImageDraw
    top: int = _MARGIN

    def write(self, wording: Wording, size: int, *, bold: bool = False, ink: int = _INK) -> None:
        font, direction = typeface(wording.language, size, bold=bold), wording.language.direction
        if missing := missing_letters(wording.text, font):
            raise PosterError(f"the typeface has no {' '.join(sorted(missing))} ({wording.language.id})")
        for line in lines(wording.text, font, WIDTH - 2 * _MARGIN, direction):
            # On the baseline, because typefaces differ in how much they keep free above it.
            self.draw.text((WIDTH // 2, self.top + size), line, ink, font, anchor="ms", direction=direction)
            self.top += round(size * _LINE)


def draw_poster(poster: Poster) -> Image.Image:
    """The poster in grey tones; raises PosterError when it does not fit or a letter is missing."""
    code, scale = _code(poster.link)
    for size in range(_TITLE, _SMALLEST_TITLE - 1, -10):
        image = Image.new("L", (WIDTH, HEIGHT), _PAPER)
        sheet = _Sheet(ImageDraw.Draw(image))
        _write_titles(sheet, poster, size)
        _draw_code(sheet, code, scale)
        _write_texts(sheet, poster)
        if sheet.top <= HEIGHT - _MARGIN // 2:
            return image
    raise PosterError(f"'{poster.titles[0].text}' is too long for a poster")


def save_poster(image: Image.Image, path: Path) -> tuple[Path, Path]:
    """Write `path` with the endings .png and .pdf; raises PosterError when it cannot be written."""
    png, pdf = path.with_name(f"{path.name}.png"), path.with_name(f"{path.name}.pdf")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        image.save(png, dpi=(DPI, DPI), optimize=True)
        image.save(pdf, resolution=DPI, quality=95, title=path.name)
    except OSError as error:
        raise PosterError(f"{path.parent}: cannot be written: {error.strerror}; choose another folder") from error
    return png, pdf


def _code(link: str) -> tuple[segno.QRCode, int]:
    """The code, readable with a quarter of it dirty, and the pixels of one module."""
    try:
        code = segno.make_qr(link, error="q")
    except segno.DataOverflowError as error:
        raise PosterError(f"the link is too long for a code: {len(link)} characters") from error
    return code, int(_CODE // code.symbol_size(border=_QUIET)[0])


def _write_titles(sheet: _Sheet, poster: Poster, size: int) -> None:
    first, *others = poster.titles
    sheet.write(first, size, bold=True)
    for other in others:
        sheet.top += _TEXT // 2
        sheet.write(other, min(size, _SECOND_TITLE), ink=_GREY)


def _draw_code(sheet: _Sheet, code: segno.QRCode, scale: int) -> None:
    sheet.top += _TEXT
    side = int(code.symbol_size(scale, _QUIET)[0])
    left = (WIDTH - side) // 2 + _QUIET * scale
    for row, modules in enumerate(code.matrix):
        for column, is_dark in enumerate(modules):
            if is_dark:
                x, y = left + column * scale, sheet.top + (row + _QUIET) * scale
                sheet.draw.rectangle((x, y, x + scale - 1, y + scale - 1), fill=_INK)
    sheet.top += side


def _write_texts(sheet: _Sheet, poster: Poster) -> None:
    link = Wording(poster.link.removeprefix("https://"), poster.scan[-1].language)
    sheet.write(link, _SMALL, ink=_GREY)
    for texts, size, ink in ((poster.scan, _TEXT, _INK), (poster.person, _SMALL, _INK), (poster.labels, _SMALL, _GREY)):
        sheet.top += _SMALL // 2
        for index, wording in enumerate(texts):
            sheet.write(wording, size, ink=ink if index == 0 else _GREY)
