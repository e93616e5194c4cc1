"""The rows after those of the workers: sizes other than the config's, producers without room."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import Final, NamedTuple

from chasqui.console.model.columns import Cell, TableRow
from chasqui.console.model.format import Glyphs
from chasqui.control.port import CrewView, PoolRow, PoolSize, ProducerRow
from chasqui.durations import age

Extra = PoolRow | PoolSize | ProducerRow | int
"""What a row is about: a number stands for so many producers that are not listed."""

COLUMNS: Final = 8  # of the workers; with several pools there is another for their names
LONG_SECONDS: Final = 5.0  # of waiting; who waits for less takes turns, and is listed by name


class Beside(NamedTuple):
    """A row, and the key by which it is found again."""

    key: Hashable
    extra: Extra


def extras(crew: CrewView | None, now: float, pools: Sequence[PoolRow] = ()) -> tuple[Beside, ...]:
    """Return the rows after the workers; the sizes of these pools are said by their heads.

    A producer that waits again is the same row: the selection stays on it.
    """
    if crew is None:
        return ()
    headed = {pool.name for pool in pools}
    sizes = [size for size in crew.sizes if size.pool not in headed]
    rows: list[Beside] = [Beside(("size", size.pool), size) for size in sizes]
    seen = Counter[tuple[str, str, str]]()

    def order(one: ProducerRow) -> tuple[float, str, str]:
        waits_long = now - one.since >= LONG_SECONDS
        return (one.since if waits_long else math.inf, one.thread, one.site)

    for one in sorted(crew.producers, key=order):
        same = (one.pool, one.thread, one.site)
        rows.append(Beside(("producer", *same, seen[same]), one))
        seen[same] += 1
    if crew.more_producers:
        rows.append(Beside(("more",), crew.more_producers))
    return tuple(rows)


def cells_of(row: Beside, now: float, glyphs: Glyphs, key: str, *, several: bool) -> TableRow:
    """Return a row.

    Args:
        key: what puts the number of workers back.
        several: whether there are several pools.
    """
    extra = row.extra
    names, since, shorter = ("",) * several, "", tuple[str, ...]()
    if isinstance(extra, PoolSize):
        sign, what = glyphs.differs[0], workers_text(extra.workers)
        told, shorter = f"config says {extra.configured:,}", (f"config {extra.configured:,}",)
        if key:
            told, shorter = f"{told}: {key} resets", (f"{key} {extra.configured:,}",)
        names = (extra.pool,) * several
    elif isinstance(extra, ProducerRow):
        sign, what, since = glyphs.states["paused"], extra.thread, age(now - extra.since)
        site = extra.site.rpartition("/")[2]
        told, shorter = "waits for room", ("no room",)
        if site:
            told, shorter = f"{told} at {site}", (f"no room at {site}", site, *shorter)
        names = (extra.pool,) * several
    else:
        sign, what = glyphs.states["paused"], f"and {extra:,} more"
        told, shorter = "wait for room", ("wait",)
    texts = (sign, what, "", *names, since)
    cells = [*[Cell(text, "warn") for text in texts], Cell(told, "warn", shorter)]
    missing = COLUMNS + several - len(cells)
    return TableRow(row.key, (*cells, *[Cell("")] * missing))


def size_text(size: PoolSize) -> str:
    """Say how many workers a pool has, and how many the config says."""
    return f"{workers_text(size.workers)}, config says {size.configured:,}"


def workers_text(count: int) -> str:
    """Count workers."""
    return f"{count:,} worker{'s' * (count != 1)}"
