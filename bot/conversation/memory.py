"""Giving memory back: fitting and loading need much for a moment, and the C library would keep it for ever."""

from __future__ import annotations

import ctypes
import gc


def give_back_memory() -> None:
    """Return freed memory to the system where the C library can (glibc's malloc_trim); elsewhere do nothing."""
    gc.collect()
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError, TypeError):
        return
