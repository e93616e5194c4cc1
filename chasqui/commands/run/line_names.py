"""Naming lines of the input: those that follow each other together."""

from __future__ import annotations

from collections.abc import Iterable


def named(numbers: Iterable[int]) -> str:
    """Return words for lines, such as ``lines 3, 7 to 9 and 12``."""
    runs: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    words = [f"{a:,}" if a == b else f"{a:,} to {b:,}" for a, b in runs]
    what = "line" if len(runs) == 1 and runs[0][0] == runs[0][1] else "lines"
    return f"{what} {', '.join(words[:-1])}{' and ' if words[1:] else ''}{words[-1]}"
