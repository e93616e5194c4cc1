"""The rows of a pane of the console as text, for a shell without one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from chasqui.commands.columns import aligned
from chasqui.console.model.format import Glyphs, integer, plain, progress_text, rate, state_text
from chasqui.console.model.workers import cpu_text, memory_text
from chasqui.control.client.client import Client
from chasqui.control.port import ROWS, Chosen, Page, Snapshot, ViewQuery, Window
from chasqui.control.records import FailureRow, LatencyView, TaskRow, TypeRow, WorkerRow
from chasqui.control.wire.looking import SnapshotAnswer, SnapshotArgs
from chasqui.durations import age, duration

ALL: Final = Window(limit=ROWS)
AGAIN: Final = 0.05  # seconds until a list that the host still looks for is asked for again
BETWEEN: Final = 0.25  # seconds between two readings of processes
QUERIES: Final = {
    "workers": ViewQuery(workers=ALL),
    "backlog": ViewQuery(backlog=ALL),
    "failures": ViewQuery(failures=ALL),
    "metrics": ViewQuery(metrics=True, types=ALL),
}


def read(client: Client, pane: str) -> Snapshot:
    """Read what a pane shows.

    How busy a process is takes two readings, unless the host has made one shortly before.
    """
    read = _read(client, QUERIES[pane])
    rows = _page(read, pane).rows if pane == "workers" else ()
    if any(row.pid is not None and row.cpu is None for row in rows):
        time.sleep(BETWEEN)
        read = _read(client, QUERIES[pane])
    return read


def _read(client: Client, query: ViewQuery) -> Snapshot:
    args = SnapshotArgs(query=query)
    sections = client.ask("snapshot", args, SnapshotAnswer).sections
    return msgspec.json.decode(msgspec.json.encode(sections), type=Snapshot)


def read_failures(client: Client, filter: str) -> Snapshot:
    """Read the failures that match a filter; empty: all.

    A console shows what the host has found so far and reads again; a command reads until the host
    has looked at all failures, since it would otherwise list none and say nothing of a bad filter.
    """
    of = Chosen(filter=filter) if filter else Chosen()
    while True:
        snapshot = _read(client, ViewQuery(failures=ALL, failures_of=of))
        if not _page(snapshot, "failures").is_partial:
            return snapshot
        time.sleep(AGAIN)


def as_json(snapshot: Snapshot, pane: str) -> str:
    """Return the rows as JSON; of metrics the distributions, the findings and the types."""
    value: Any = _page(snapshot, pane)
    if pane == "metrics":
        value = {"metrics": snapshot.metrics, "types": snapshot.type_page}
    return msgspec.json.encode(value).decode()


def told(snapshot: Snapshot, pane: str, glyphs: Glyphs) -> Iterator[str]:
    """Give the lines of a pane."""
    if pane == "metrics":
        yield from _metrics(snapshot, glyphs)
        return
    page = _page(snapshot, pane)
    head, make = HEADS[pane], CELLS[pane]
    if pane == "workers" and any(row.pid is not None for row in page.rows):
        head, make = (*head[:-1], *PROCESS, head[-1]), _worker_with_process
    rows: list[tuple[str, ...]] = [head]
    for row in page.rows:
        rows.append(tuple(plain(cell, glyphs) for cell in make(row, snapshot.at, glyphs)))
    yield from aligned(rows)
    if page.total > len(page.rows):
        yield f"and {integer(page.total - len(page.rows))} more"


def _page(snapshot: Snapshot, pane: str) -> Page[Any]:
    pages = {
        "workers": snapshot.worker_page,
        "backlog": snapshot.backlog_page,
        "failures": snapshot.failure_page,
    }
    return pages.get(pane) or Page()


def _worker(row: WorkerRow, at: float, glyphs: Glyphs) -> tuple[str, ...]:
    task = "" if row.task is None else str(row.task)
    asked = "" if row.asked_at is None else f"asked to stop {age(at - row.asked_at)} ago"
    slow = f"slow: its type takes {duration(row.usual)}" if row.slow == "long" else ""
    progress = "  ".join(filter(None, (progress_text(row.progress), asked, slow)))
    since = age(at - row.since)
    state = state_text(row.state, glyphs)
    return row.name, state, since, task, row.type, integer(row.done), integer(row.failed), progress


def _worker_with_process(row: WorkerRow, at: float, glyphs: Glyphs) -> tuple[str, ...]:
    pid = "" if row.pid is None else str(row.pid)
    *cells, progress = _worker(row, at, glyphs)
    return *cells, pid, cpu_text(row), memory_text(row), progress


def _task(row: TaskRow, at: float, glyphs: Glyphs) -> tuple[str, ...]:
    why = row.reason or ("" if row.due is None else f"due in {age(max(0.0, row.due - at))}")
    state = state_text(row.state, glyphs)
    waited = age(at - row.created)
    return str(row.number), row.type, state, waited, str(row.priority), why, row.params


def _failure(row: FailureRow, at: float, glyphs: Glyphs) -> tuple[str, ...]:
    ago = age(at - row.at)
    return str(row.number), row.type, row.state, ago, str(row.attempts), row.error, row.params


def _metrics(snapshot: Snapshot, glyphs: Glyphs) -> Iterator[str]:
    metrics = snapshot.metrics
    if metrics is not None:
        rows = [["", "P50", "P95", "P99", "MAX", "COUNT"]]
        rows += [_spread("wait", metrics.wait), _spread("run", metrics.run)]
        yield from aligned(rows)
        yield from (plain(text, glyphs) for text in metrics.findings)
    types = [TYPES, *(_type(row, glyphs) for row in (snapshot.type_page or Page[TypeRow]()).rows)]
    yield from aligned(types)


def _spread(name: str, view: LatencyView) -> list[str]:
    values = (view.p50, view.p95, view.p99, view.max)
    return [name, *map(duration, values), integer(view.count)]


def _type(row: TypeRow, glyphs: Glyphs) -> tuple[str, ...]:
    counts = (row.queued, row.running, row.completed, row.failed)
    often = "" if row.rate is None else rate(row.rate)
    return (
        plain(row.name, glyphs),
        row.state,
        *map(integer, counts),
        often,
        duration(row.run_p95),
        duration(row.wait_p95),
        plain(row.limits, glyphs),
    )


HEADS: Final = {
    "workers": ("WORKER", "STATE", "SINCE", "TASK", "TYPE", "DONE", "FAILED", "PROGRESS"),
    "backlog": ("TASK", "TYPE", "STATE", "WAITED", "PRIORITY", "WHY", "PARAMETERS"),
    "failures": ("TASK", "TYPE", "STATE", "AGO", "ATTEMPTS", "ERROR", "PARAMETERS"),
}
PROCESS: Final = ("PID", "CPU", "MEM")
TYPES: Final = (
    "TYPE",
    "STATE",
    "QUEUED",
    "RUNNING",
    "COMPLETED",
    "FAILED",
    "RATE",
    "RUN P95",
    "WAIT P95",
    "LIMITS",
)
CELLS: Final[dict[str, Any]] = {"workers": _worker, "backlog": _task, "failures": _failure}
