"""The workers by pools, where there are several: a head for each, its workers below it.

The host lists the workers pool by pool, and not the heads. So where a row stands follows from its
place in that list and from the pool that it belongs to: before it are the heads of all pools up to
its own. What is on screen is asked for with as many rows more before it as there may be heads.
"""

from __future__ import annotations

from collections.abc import Sequence

from chasqui.console.model.columns import Cell, TableRow
from chasqui.console.model.crew import Beside
from chasqui.console.model.format import ROLES, Glyphs, short
from chasqui.console.model.line import Span
from chasqui.console.model.pools import is_full
from chasqui.control.port import ROWS, PoolRow, PoolSize, Window, WorkerRow
from chasqui.durations import age


def heads_of(pools: Sequence[PoolRow]) -> tuple[Beside, ...]:
    """Return the heads; their keys differ even where hostile names do not."""
    return tuple(Beside(("pool", at, pool.name), pool) for at, pool in enumerate(pools))


def asked(shown: Window, heads: int) -> Window:
    """Return which workers to ask for so that the lines of a window are known."""
    first = max(0, shown.offset - heads)
    return Window(offset=first, limit=min(ROWS, shown.limit + shown.offset - first))


def woven(
    rows: Sequence[WorkerRow], offset: int, total: int, heads: Sequence[Beside]
) -> tuple[list[WorkerRow | Beside], int]:
    """Put the heads before the workers of their pools, and say which line is the first.

    Args:
        offset: how many workers come before the first of the rows.
        total: how many workers are listed.
    """
    named = [head.extra.name if isinstance(head.extra, PoolRow) else "" for head in heads]
    places = {name: at for at, name in reversed([*enumerate(named)])}
    lines: list[WorkerRow | Beside] = []
    drawn = 0  # heads before the next row
    first = offset
    for row in rows:
        upto = max(drawn, places.get(row.pool, 0) + 1) if heads else 0
        if offset and not lines:
            first += upto  # its head, or that of a worker before it, is above
        else:
            lines += heads[drawn:upto]
        drawn = upto
        lines.append(row)
    if rows and offset + len(rows) >= total:
        lines += heads[drawn:]
    return lines, first if rows or not offset else offset + len(heads)


def head_cells(
    head: Beside, pool: PoolRow, size: PoolSize | None, glyphs: Glyphs, key: str
) -> TableRow:
    """Return a head: how busy the pool is, how long it has been full, what waits for it.

    Args:
        size: how many workers it has beside the config's; None: as many.
        key: what puts the number of workers back.
    """
    full = is_full(pool)
    sign, role = "", "title"
    if pool.state != "running":
        sign, role = glyphs.states.get(pool.state, "?"), ROLES.get(pool.state, "")
    elif size is not None:
        sign, role = glyphs.differs[0], "warn"
    elif full:
        sign, role = glyphs.warning, "warn"
    forms = _forms(pool, size, key)
    busy = f"{pool.busy:,}/{pool.workers:,}"
    fewer = f"{short(pool.busy)}/{short(pool.workers)}"
    cells = (
        Cell(sign, role),
        Cell(pool.name, "title"),
        Cell(busy, "title", (fewer,)),
        Cell("busy", "dim"),
        Cell(age(pool.full_for) if pool.full_for >= 1 else "", "warn"),
        Cell(forms[0], "warn" if full or size is not None else "dim", tuple(forms[1:])),
        *[Cell("")] * 3,
    )
    return TableRow(head.key, cells)


def head_facts(name: str, pool: PoolRow, size: str, opens: str, key: str) -> list[Span]:
    """Describe a pool, and say what to press.

    Args:
        size: how many workers it has beside the config's; empty: as many.
        opens: the key that opens the sizes.
        key: what puts the number of workers back.
    """
    full = is_full(pool)
    lasts = f" for {age(pool.full_for)}" if pool.full_for >= 1 else ""
    spans = [
        Span(f"pool {name}", "title"),
        Span("" if pool.state == "running" else pool.state, "warn"),
        Span(f"{pool.busy:,} of {pool.workers:,} workers busy", priority=2),
        Span(f"{pool.queued:,} of {pool.queue_size:,} wait"),
        Span(f"FULL{lasts}" if full else "", "warn"),
        Span(f"{pool.scheduled:,} scheduled" if pool.scheduled else "", priority=4),
        Span(size, "warn"),
        Span(f"{key} puts it back" if size else "", priority=1),
        Span(f"{opens} opens the sizes", "dim", priority=3),
    ]
    return [span for span in spans if span.text]


def _forms(pool: PoolRow, size: PoolSize | None, key: str) -> list[str]:
    """Say what waits, and how many workers the config gives, in ever fewer words."""
    full = " FULL" * is_full(pool)
    waits, fewer = f"{pool.queued:,} wait{full}", f"{short(pool.queued)} wait{full}"
    if size is None:
        return [waits, fewer]
    says = f"config says {size.configured:,}"
    told = f"{says}: {key} resets" if key else says
    config = f"config {size.configured:,}"
    return [f"{waits} · {told}", f"{waits} · {config}", f"{fewer} · {config}", config]
