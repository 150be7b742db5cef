"""Bidirectional text: values set apart so that a phone number never shows reversed in Arabic or Persian."""

from __future__ import annotations

import re
import unicodedata

LRI, FSI, PDI, RLM = "\u2066", "\u2068", "\u2069", "\u200f"

# U+202A-202E are removed by Telegram's own library (TDLib, clean_input_string), so they may never be relied on.
CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def strip_controls(text: str) -> str:
    """Return `text` without any bidirectional control character."""
    return CONTROLS.sub("", text)


def isolate(value: str, direction: str, *, is_text: bool = False) -> str:
    """Wrap an interpolated `value` for a sentence that runs in `direction` ("ltr" or "rtl").

    Numbers, times, links and addresses are set left-to-right; `is_text` values (names, titles) take the direction of
    their own first strong letter. Left-to-right sentences need no isolates for left-to-right values.
    """
    bare = strip_controls(value)
    if direction == "ltr" and first_strong(bare) != "rtl":
        return bare
    return f"{FSI if is_text else LRI}{bare}{PDI}"


def first_strong(text: str) -> str | None:
    """Return the direction of the first strongly directed letter in `text`, or None when it has none."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind == "L":
            return "ltr"
        if kind in ("R", "AL"):
            return "rtl"
    return None


def anchor_line(line: str, direction: str) -> str:
    """Start a right-to-left `line` with a mark when a client would otherwise lay it out left-to-right.

    Clients take the direction of a line from its first strong letter, and an isolate's content does not count.
    """
    if direction != "rtl" or not line.strip() or line.startswith(RLM):
        return line
    outside = re.sub(f"[{LRI}{FSI}][^{PDI}]*{PDI}", "", line)
    return line if first_strong(outside) == "rtl" and first_strong(line) == "rtl" else RLM + line
