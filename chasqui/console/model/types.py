"""The table of task types, as the metrics pane shows it."""

from __future__ import annotations

from chasqui.console.model.charts import sparkline
from chasqui.console.model.columns import Cell, Column, TableRow
from chasqui.console.model.format import ROLES, Glyphs, integer, plain, rate, short, state_text
from chasqui.console.model.line import Span
from chasqui.control.port import TypeRow, TypeState
from chasqui.durations import age, duration, rounded

MINUTES = 10
MOST_FAIL = 0.5  # of a minute's ends: retries cope with less
IDLE_KEY = ("idle types",)
"""The key of the row that stands for the types at rest; no type has such a name."""
COLUMNS = (
    Column("TYPE", 12, 0, flexible=True, least=9),
    Column("STATE", 14, 0),
    Column("QUEUED", 7, 0, right=True, least=6),
    Column("RUN", 3, 3, right=True),
    Column("FAILED", 6, 5, right=True),
    Column("ERR", 4, 3, right=True),
    Column("RATE", 6, 1, right=True),
    Column("P95", 5, 1, right=True),
    Column("WAITS", 5, 4, right=True),
    Column("TEN MINUTES", 11, 3),
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
    "TEN MINUTES": "how many ended in each minute, against the most",
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
        "ERR": Cell(percent(row.errors, glyphs), _how_bad(row.errors)),
        "RATE": _rate(row.rate, glyphs),
        "P95": _time(row.run_p95, glyphs),
        "WAITS": Cell(age(row.oldest) if row.oldest else glyphs.dash, "" if row.oldest else "dim"),
        "TEN MINUTES": Cell(f"{sparkline(row.trend, glyphs):>{MINUTES}}", "active"),
        "SHARE": Cell(percent(row.share, glyphs), "" if row.share else "dim"),
        "WAIT95": _time(row.wait_p95, glyphs),
        "LIMITS": Cell(row.limits),
        "POOL": Cell(row.pool, "dim"),
    }
    for state, title in COUNTED.items():
        cells[title] = _count(getattr(row, state), "error" if state == "failed" else "")
    return TableRow(row.name, tuple([cells[column.title] for column in COLUMNS]))


def idle_row(count: int, does: str) -> TableRow:
    """Return the row that the types at rest are folded into, or that they follow.

    Args:
        does: what opening it does.
    """
    types = "idle type" if count == 1 else "idle types"
    cells = {"TYPE": Cell(f"{count:,} {types}", "dim"), "STATE": Cell(does, "key")}
    return TableRow(IDLE_KEY, tuple([cells.get(one.title, Cell("")) for one in COLUMNS]))


def idle_does(unfolded: bool, key: str) -> str:
    """Say what the key that opens that row does."""
    return f"{key} {'folds' if unfolded else 'shows'}"


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
        Span(f"{percent(row.share, glyphs)} of worker time" if row.share else "", priority=3),
        Span(f"{integer(row.completed)} completed, {integer(row.failed)} failed", priority=2),
        Span(f"wait p95 {_time(row.wait_p95, glyphs).text}", priority=3),
        Span(pool, priority=4),
    ]
    return [span for span in spans if span.text]


def percent(share: float | None, glyphs: Glyphs) -> str:
    """Return a share in percent; more than nothing is never 0 %, less than all never 100 %."""
    if share is None:
        return glyphs.dash
    whole = round(100 * share)
    if 0 < share < 1:
        whole = min(99, max(1, whole))
    return f"{whole}%"


def _how_bad(share: float | None) -> str:
    """Return the role of a share that failed; red is for what needs an operator now."""
    if not share:
        return "dim"
    return "error" if share >= MOST_FAIL else "warn"


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
