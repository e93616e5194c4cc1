"""The lines of pools: how busy each is, how full its queue, what comes in and what goes out."""

from __future__ import annotations

from chasqui.console.model.format import Glyphs, plain, short, state_text
from chasqui.console.model.line import Span
from chasqui.console.model.workers import bar
from chasqui.control.port import PoolRow, Snapshot
from chasqui.control.safe_text import SafeText
from chasqui.durations import age

MAX_POOLS = 4
NAME, WORKERS, QUEUE, NUMBER, RATE = 9, 8, 10, 9, 6  # cells

Line = tuple[Span, ...]


def pools_of(snapshot: Snapshot) -> tuple[PoolRow, ...]:
    """Return the pools; of a single one the engine's own numbers are known in any case."""
    if snapshot.metrics is not None and snapshot.metrics.pools:
        return snapshot.metrics.pools
    if snapshot.pools:
        return snapshot.pools
    counts = snapshot.counts
    return (
        PoolRow(
            name=SafeText("default"),
            workers=snapshot.workers,
            busy=snapshot.busy,
            queue_size=snapshot.queue_size,
            queued=counts.queued,
            scheduled=counts.scheduled,
            running=counts.running,
            rate=snapshot.rate,
            full_for=snapshot.full_for,
        ),
    )


def pool_lines(pools: tuple[PoolRow, ...], glyphs: Glyphs) -> list[Line]:
    """Describe the pools, a line each below a header."""
    name = max(NAME, *(min(len(pool.name), 16) for pool in pools[:MAX_POOLS]))
    lines = [_header(name), *(_pool(pool, name, glyphs) for pool in pools[:MAX_POOLS])]
    if len(pools) > MAX_POOLS:
        lines[-1] = (Span(f"and {len(pools) - MAX_POOLS + 1:,} more pools", "dim"),)
    return lines


def is_full(pool: PoolRow) -> bool:
    """Tell whether a pool takes no more tasks."""
    return pool.full_for > 0 or 0 < pool.queue_size <= pool.queued


def _header(name: int) -> Line:
    return (
        Span(f"{'POOL':{name}}", "header"),
        Span(f"{'WORKERS':{WORKERS + NUMBER}}", "header"),
        Span(f"{'QUEUE':{QUEUE + NUMBER}}", "header"),
        Span(f"{'IN/s':>{RATE}}", "header", priority=2),
        Span(f"{'OUT/s':>{RATE}}", "header", priority=2),
    )


def _pool(pool: PoolRow, name: int, glyphs: Glyphs) -> Line:
    full = is_full(pool)
    workers = f"{pool.busy:,}/{pool.workers:,}"
    busy = _gauge(pool.busy, pool.workers, min(WORKERS, pool.workers), glyphs)
    queue = _gauge(pool.queued, pool.queue_size, QUEUE, glyphs)
    state = "" if pool.state == "running" else state_text(pool.state, glyphs)
    lasts = f" for {age(pool.full_for)}" if pool.full_for >= 1 else ""
    return (
        Span(f"{plain(pool.name, glyphs, cap=16):{name}}", "title"),
        Span(f"{busy} {workers}".ljust(WORKERS + NUMBER)),
        Span(f"{queue} {_count(pool.queued)}".lstrip().ljust(QUEUE + NUMBER), "warn" * full),
        Span(f"{_rate(pool.arrivals):>{RATE}}", priority=2),
        Span(f"{_rate(pool.rate):>{RATE}}", priority=2),
        Span(state, "warn"),
        Span(f"FULL{lasts}" if full else "", "warn", shorter=("FULL",) if full else ()),
        Span(f"scheduled {pool.scheduled:,}" if pool.scheduled else "", "dim", priority=4),
    )


def _gauge(count: int, most: int, cells: int, glyphs: Glyphs) -> str:
    """Draw a bar; where there is no limit, there is none to draw."""
    return bar(count / most, cells, glyphs) if most > 0 else ""


def _count(count: int) -> str:
    return f"{count:,}" if count < 1_000_000 else short(count)


def _rate(per_second: float) -> str:
    return f"{per_second:,.1f}" if per_second < 1000 else short(per_second)
