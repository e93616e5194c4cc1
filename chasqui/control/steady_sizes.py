"""Sizes to sort a list by, whose rows must not change places whenever one is a little larger.

Each size is remembered, and is another only once it has changed by much. So two that are alike keep
their places while both go up and down.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Final

SHARE: Final = 0.5  # of a remembered size by which it has to change
LEAST: Final = 3  # the same for small sizes, which change by much with every task


class SteadySizes:
    """The remembered sizes by key. Any thread: each reading replaces all of them at once."""

    def __init__(self) -> None:
        self._kept: Mapping[Hashable, int] = {}

    def of(self, sizes: Mapping[Hashable, int]) -> Mapping[Hashable, int]:
        """Return what to sort these by; sizes of other keys are forgotten."""
        before = self._kept
        self._kept = kept = {key: _steady(before.get(key), size) for key, size in sizes.items()}
        return kept


def _steady(before: int | None, size: int) -> int:
    """Return a remembered size, or the present one if that is much smaller or larger."""
    if before is None or abs(size - before) > max(LEAST, SHARE * before):
        return size
    return before
