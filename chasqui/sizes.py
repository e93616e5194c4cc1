"""Sizes in words: the one form in which the console and the command have bytes."""

from __future__ import annotations

from typing import Final

UNITS: Final = ("KiB", "MiB", "GiB")


def size(count: int) -> str:
    """Write a number of bytes, with three digits: ``512 B``, ``1.5 KiB``, ``80 MiB``."""
    if count < 1024:
        return f"{count} B"
    value, unit = count / 1024, 0
    while value >= 999.5 and unit < len(UNITS) - 1:
        value, unit = value / 1024, unit + 1
    digits = 2 if value < 9.995 else 1 if value < 99.95 else 0
    return f"{value:,.{digits}f} {UNITS[unit]}"
