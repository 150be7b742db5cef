"""What the figures were measured on."""

from __future__ import annotations

import platform

import psutil


def machine() -> str:
    """The machine in a few words, the same in every table."""
    cores = psutil.cpu_count()
    return f"{cores} cores, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
