"""Reasons that are equal but for their numbers count as one reason."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")
FOLDED: Final = "▒"  # for the numbers in which reasons differ; a cut has another mark


def alike(reasons: Sequence[str]) -> list[tuple[str, int]]:
    """Count the reasons, the most frequent first; those alike without their numbers."""
    return combined((why, 1) for why in reasons)


def combined(counted: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Add up the counts of reasons that are alike, the most frequent first."""
    counts: Counter[str] = Counter()
    said: dict[str, str] = {}
    for why, count in counted:
        kind = NUMBER.sub(FOLDED, why)
        counts[kind] += count
        if said.setdefault(kind, why) != why:
            said[kind] = kind
    return [(said[kind], count) for kind, count in counts.most_common()]
