"""Finished tasks as rows of a list, and as a line of facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chasqui.console.model.columns import Cell, Column, TableRow, of_pools
from chasqui.console.model.facts import used_text
from chasqui.console.model.format import ROLES, Glyphs, plain
from chasqui.console.model.line import Span
from chasqui.console.model.workers import MOST_MEMORY
from chasqui.control.port import FinishedRow
from chasqui.durations import age, duration
from chasqui.sizes import size

COLUMNS = (
    Column("", 1, 0),
    Column("TASK", 8, 0, right=True, least=6),
    Column("TYPE", 16, 0, least=8),
    Column("RAN", 6, 0, right=True),
    Column("AGO", 5, 0, right=True),
    Column("RESULT", 18, 0, flexible=True, least=14),
    Column("PARAMETERS", 30, 2, least=10),
    Column("WAITED", 6, 4, right=True),
    Column("TRIES", 5, 5, right=True),
    Column("WORKER", 9, 6),
    Column("POOL", 9, 7),
)

MEASURED = (Column("CPU", 6, 3, right=True), Column("PEAK", 8, 3, right=True))
"""For tasks of processes; they stand after the age."""
MEASURED_AT = 5
FEW_RESULTS = tuple(
    replace(column, width=14, flexible=False)
    if column.title == "RESULT"
    else replace(column, flexible=column.title == "PARAMETERS")
    for column in COLUMNS
)
"""For tasks most of which leave no result: the room is that of their parameters."""
LEAST_SHARE, ENOUGH = 0.25, 0.5
"""Of rows that say what came of them: with fewer the room goes, with that many it comes back."""


def columns_for(
    tasks: Sequence[FinishedRow], now: Sequence[Column], *, several_pools: bool
) -> tuple[Column, ...]:
    """Return the columns for these tasks, given those on screen; those change seldom."""
    is_wide = any(one.title == "RESULT" and one.flexible for one in now)
    if tasks:
        is_wide = _share(tasks) >= (LEAST_SHARE if is_wide else ENOUGH)
    columns = of_pools(COLUMNS if is_wide else FEW_RESULTS, several_pools)
    if is_measured(now) or any(task.cpu is not None for task in tasks):
        fewer = [
            replace(one, width=18) if one.title == "PARAMETERS" else one
            for one in columns[MEASURED_AT:]
        ]
        columns = (*columns[:MEASURED_AT], *MEASURED, *fewer)
    return columns


def is_measured(columns: Sequence[Column]) -> bool:
    """Tell whether columns have what tasks used; once they do, they keep it."""
    return MEASURED[0] in columns


def _share(tasks: Sequence[FinishedRow]) -> float:
    return sum(bool(task.result or task.error) for task in tasks) / len(tasks)


def row(task: FinishedRow, now: float, glyphs: Glyphs, *, measured: bool = False) -> TableRow:
    """Return a finished task as a row; its key is its number.

    Args:
        measured: whether the columns have what tasks used.
    """
    role = ROLES.get(task.state, "")
    return TableRow(
        task.number,
        (
            Cell(glyphs.states.get(task.state, "?"), role),
            Cell(str(task.number)),
            Cell(task.type),
            Cell(taken(task.ran), "" if task.ran is not None else "dim"),
            Cell(age(now - task.at)),
            *((Cell(taken(task.cpu)), Cell(_peak(task))) if measured else ()),
            Cell(outcome(task), "" if task.state == "completed" else role),
            Cell(task.params, "dim"),
            Cell(taken(task.waited), "dim"),
            Cell(str(task.attempts), "" if task.attempts > 1 else "dim"),
            Cell(task.worker, "dim"),
            Cell(task.pool, "dim"),
        ),
    )


def _peak(task: FinishedRow) -> str:
    return size(min(task.peak_memory, MOST_MEMORY)) if task.peak_memory > 0 else ""


def outcome(task: FinishedRow) -> str:
    """Say what came of a task: its result, its error, or that it was cancelled."""
    if task.state == "completed":
        return task.result
    return task.error or task.state


def taken(seconds: float | None) -> str:
    """Write how long something took; empty if it never began."""
    return "" if seconds is None else duration(seconds)


def facts(task: FinishedRow, now: float, glyphs: Glyphs) -> list[Span]:
    """Describe a finished task in a line."""
    tries = f"{task.attempts:,} attempts" if task.attempts > 1 else ""
    said = "" if task.state == "cancelled" else outcome(task)  # its fate says that already
    worker = f"on {task.worker}" if task.worker else "never started"
    return [
        Span(f"task {task.number}", "title"),
        Span(plain(task.type, glyphs)),
        Span(f"{fate(task)} {age(now - task.at)} ago", ROLES.get(task.state, "")),
        Span(f"ran {taken(task.ran)}" if task.ran is not None else "", priority=1),
        Span(f"used {used}" if (used := used_text(task)) else "", priority=2),
        Span(f"waited {taken(task.waited)}" if task.waited is not None else "", priority=3),
        Span(plain(said, glyphs), priority=1),
        Span(tries, priority=2),
        Span(plain(worker, glyphs), "dim", priority=5),
        Span(f"pool {plain(task.pool, glyphs)}" if task.pool else "", priority=6),
        Span(plain(task.params, glyphs), "dim", priority=4),
    ]


def fate(task: FinishedRow) -> str:
    """Name how a task ended in a word."""
    return "expired" if task.has_expired else task.state
