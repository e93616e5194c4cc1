"""The table of task types and the lines of pools, as the metrics pane shows them."""

from __future__ import annotations

from chasqui.console.model.columns import Cell, Column, TableRow
from chasqui.console.model.format import ROLES, Glyphs, integer, plain, rate, state_text
from chasqui.console.model.line import Span
from chasqui.control.port import PoolRow, TypeRow, TypeState
from chasqui.durations import age, duration, rounded

MAX_POOLS = 4
COLUMNS = (
    Column("TYPE", 12, 0, flexible=True, least=9),
    Column("STATE", 14, 0),
    Column("QUEUED", 7, 0, right=True, least=6),
    Column("RUN", 3, 4, right=True),
    Column("FAILED", 6, 3, right=True),
    Column("ERR", 4, 4, right=True),
    Column("RATE", 6, 1, right=True),
    Column("P95", 5, 1, right=True),
    Column("WAITS", 5, 5, right=True),
    Column("SHARE", 5, 5, right=True),
    Column("SCHED", 6, 7, right=True),
    Column("DONE", 9, 6, right=True),
    Column("CANCEL", 6, 8, right=True),
    Column("WAIT95", 6, 7, right=True),
    Column("LIMITS", 18, 6),
    Column("POOL", 9, 9),
)
"""Of columns with the same priority, the rightmost is dropped first."""

EXPLAINED = {
    "ERR": "share of tasks ended in the last minute that failed",
    "RATE": "tasks ended per second; a dash: it is not tracked",
    "P95": "95 of 100 recent runs took no longer than this",
    "WAITS": "how long the task that waits longest has waited",
    "SHARE": "share of its workers' time that it took in ten seconds",
}
"""What columns mean whose titles do not say it."""

COUNTED = {
    "queued": "QUEUED",
    "scheduled": "SCHED",
    "running": "RUN",
    "completed": "DONE",
    "failed": "FAILED",
    "cancelled": "CANCEL",
}
"""The columns of how many tasks are in which state."""


def state_word(state: TypeState) -> str:
    """Return the word for a state; the healthy one must not sound like an open breaker."""
    return "ready" if state == "open" else state


def type_row(row: TypeRow, glyphs: Glyphs) -> TableRow:
    """Return a type as a row; its key is its name."""
    name = f"{glyphs.warning} {row.name}" if row.note else row.name
    cells = {
        "TYPE": Cell(name, "warn" if row.note else ""),
        "STATE": Cell(state_text(state_word(row.state), glyphs), ROLES.get(row.state, "")),
        "ERR": Cell(percent(row.errors, glyphs), "error" if row.errors else "dim"),
        "RATE": _rate(row.rate, glyphs),
        "P95": _time(row.run_p95, glyphs),
        "WAITS": Cell(age(row.oldest) if row.oldest else glyphs.dash, "" if row.oldest else "dim"),
        "SHARE": Cell(percent(row.share, glyphs), "" if row.share else "dim"),
        "WAIT95": _time(row.wait_p95, glyphs),
        "LIMITS": Cell(row.limits),
        "POOL": Cell(row.pool, "dim"),
    }
    for state, title in COUNTED.items():
        cells[title] = _count(getattr(row, state), "error" if state == "failed" else "")
    return TableRow(row.name, tuple([cells[column.title] for column in COLUMNS]))


def type_facts(row: TypeRow, glyphs: Glyphs) -> list[Span]:
    """Describe a type in a line."""
    held = state_word(row.state)
    if row.is_paused and row.state != "paused":
        held = f"{held}, and paused"
    pool = f"pool {plain(row.pool, glyphs)}" if row.pool else ""
    spans = [
        Span(plain(row.name, glyphs), "title"),
        Span(held, ROLES.get(row.state, "")),
        Span(plain(row.note, glyphs), "warn"),
        Span("" if row.rate is not None else "not tracked: no rate, no share", "dim", priority=1),
        Span(plain(row.limits, glyphs), priority=1),
        Span(f"{integer(row.completed)} completed, {integer(row.failed)} failed", priority=2),
        Span(f"wait p95 {_time(row.wait_p95, glyphs).text}", priority=3),
        Span(pool, priority=4),
    ]
    return [span for span in spans if span.text]


def pool_lines(pools: tuple[PoolRow, ...], glyphs: Glyphs) -> list[tuple[Span, ...]]:
    """Describe several pools, a line each; a single pool is described by the status line."""
    if len(pools) < 2:
        return []
    lines = [_pool(pool, glyphs) for pool in pools[:MAX_POOLS]]
    if len(pools) > MAX_POOLS:
        lines[-1] = (Span(f"and {len(pools) - MAX_POOLS + 1:,} more pools", "dim"),)
    return lines


def percent(share: float | None, glyphs: Glyphs) -> str:
    """Return a share in percent; more than nothing is never 0 %, less than all never 100 %."""
    if share is None:
        return glyphs.dash
    whole = round(100 * share)
    if 0 < share < 1:
        whole = min(99, max(1, whole))
    return f"{whole}%"


def full_word(full: bool, seconds: float) -> str:
    """Say that a backlog is full, and for how long if it has been for a second."""
    lasts = f" for {age(seconds)}" if seconds >= 1 else ""
    return f" FULL{lasts}" if full else ""


def short(count: float) -> str:
    """Return a number in thousands, millions or billions, rounded down, for narrow columns."""
    for unit, name in ((1_000_000_000, "G"), (1_000_000, "M"), (1000, "k")):
        if count >= unit:
            tenths = int(10 * count / unit)
            return f"{tenths // 10}{name}" if tenths >= 100 else f"{tenths / 10:g}{name}"
    return f"{count:.0f}"


def _pool(pool: PoolRow, glyphs: Glyphs) -> tuple[Span, ...]:
    full = pool.full_for > 0 or 0 < pool.queue_size <= pool.queued
    state = state_text(pool.state, glyphs)
    return (
        Span(f"pool {plain(pool.name, glyphs, cap=16)}", "title"),
        Span(state, "warn" * (pool.state != "running")),
        Span(f"{pool.busy:,}/{pool.workers:,} busy"),
        Span(f"queued {pool.queued:,}" + full_word(full, pool.full_for), "warn" * full),
        Span(f"scheduled {pool.scheduled:,}", priority=3),
        Span(rate(pool.rate), priority=2),
    )


def _rate(per_second: float | None, glyphs: Glyphs) -> Cell:
    if per_second is None:
        return Cell(glyphs.dash, "dim")
    return Cell(rate(per_second), "" if per_second else "dim", (short(per_second),))


def _count(count: int, role: str = "") -> Cell:
    return Cell(f"{count:,}", role if count else "dim", (str(count), short(count)))


def _time(seconds: float, glyphs: Glyphs) -> Cell:
    if not seconds:
        return Cell(glyphs.dash, "dim")
    return Cell(plain(duration(seconds), glyphs), "", (plain(rounded(seconds), glyphs),))
