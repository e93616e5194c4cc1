"""Sizes in words: the one form in which the console and the command have bytes."""

from __future__ import annotations

import re
from typing import Final

UNITS: Final = ("KiB", "MiB", "GiB")
_FORM: Final = re.compile(r"([0-9]{1,15}) ?([KMGkmg]?)(i?B)?")
_POWERS: Final = {"": 0, "k": 1, "m": 2, "g": 3}


def size(count: int) -> str:
    """Write a number of bytes, with three digits: ``512 B``, ``1.5 KiB``, ``80 MiB``."""
    if count < 1024:
        return f"{count} B"
    value, unit = count / 1024, 0
    while value >= 999.5 and unit < len(UNITS) - 1:
        value, unit = value / 1024, unit + 1
    digits = 2 if value < 9.995 else 1 if value < 99.95 else 0
    return f"{value:,.{digits}f} {UNITS[unit]}"


def bytes_in(text: str) -> int:
    """Return how many bytes a text says: ``4096``, ``100k``, ``1M``, ``80 MiB``.

    As for GNU parallel and dd, k, m and g are powers of 1000 and K, M and G those of 1024.

    Raises:
        ValueError: it says none; the text is a sentence without its subject.
    """
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise ValueError("must be a number of bytes, such as 4096, 100k or 1M")
    number, unit, _ = found.groups()
    base = 1000 if unit.islower() else 1024
    count: int = int(number) * base ** _POWERS[unit.lower()]
    return count
