"""Giving memory back: fitting and loading need much for a moment, and the C library would keep it for ever."""

from __future__ import annotations

import ctypes
import gc


def give_back_memory() -> None:
    """Free what is no longer used, and let go of it."""
    gc.unfreeze()
    gc.collect()
    settle_memory()


def settle_memory() -> None:
    """Return freed memory to the system where the C library can (glibc's malloc_trim); elsewhere keep it.

    What there is by now stays for long: looking for garbage among a million such objects would hold up answers.
    """
    gc.freeze()
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError, TypeError):
        return
