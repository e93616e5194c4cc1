"""How the lines of the metrics pane are shared: what is wrong first, the sums last.

The table takes what the others leave. So each other part has as many lines as it needs, as long as
the table keeps some; the least important parts go first.
"""

from __future__ import annotations

from typing import NamedTuple

SAID = 6  # lines of sentences; they take room from the charts, not from the table
TABLE = 5  # lines with the header that the table keeps if it has so many rows,
READABLE = 8  # and those that it has before the spread of waits and runs is shown
CHART = 4  # lines: its words, and three of bars
TALLEST = 9
SUMS = 3
SPREAD = 2


class Heights(NamedTuple):
    """The lines of each part; the table has the rest."""

    said: int
    pools: int
    charts: int
    spread: int
    sums: int


def heights(height: int, *, said: int, pools: int, types: int, balanced: bool) -> Heights:
    """Share the lines of a pane.

    Args:
        height: the lines there are.
        said: the lines of its sentences.
        pools: the lines of its pools.
        types: the rows of its table.
        balanced: whether the sums agree; those that do not are always shown.
    """
    table = min(TABLE, 1 + types)
    sums = 0 if balanced else SUMS
    left = height - sums - table
    said = max(min(1, height - sums - 2), min(said, SAID, left), 0)
    left = max(0, left - said)
    pools = pools if pools <= left else 0
    left -= pools
    charts = CHART if left >= CHART else 0
    left -= charts
    if balanced:
        sums = SUMS if left >= SUMS else min(1, max(0, left))
        left -= sums
    rows = min(READABLE, 1 + types) - table  # come before the spread
    spread = SPREAD if left - max(0, rows) >= SPREAD else 0
    left -= spread
    if charts:
        rows = max(0, 1 + types - table)
        more = max(0, left - rows) // 2 + min(1, max(0, left - rows) % 2)
        charts += min(more, TALLEST - CHART)
    return Heights(said, pools, charts, spread, sums)
