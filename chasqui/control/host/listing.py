"""Listing: rows of failures, the history and the backlog as records that can be kept."""

from __future__ import annotations

from typing import Any

from chasqui.control.failure_lines import row_of_failure
from chasqui.control.parked_views import parked_line
from chasqui.control.safe_text import safe_line
from chasqui.control.wire.looking import RowsAnswer, RowsArgs
from chasqui.control.wire.messages import WireError
from chasqui.engine.engine import BaseEngine
from chasqui.engine.journal.served import parked_of
from chasqui.engine.types.task_type import is_typed
from chasqui.engine.values.marks import printable
from chasqui.foreign import without
from chasqui.pool.task import Task

MOST = 1000


def listed(engine: BaseEngine, args: RowsArgs) -> RowsAnswer:
    """Return some rows of a list, from a cursor on."""
    if not 1 <= args.limit <= MOST:
        raise WireError("invalid", f"limit must be from 1 to {MOST:,}, got {args.limit:,}")
    if args.what == "failures":
        return _failures(engine, args)
    if args.what == "backlog":
        return _backlog(engine, args)
    return _history(engine, args)


def _failures(engine: BaseEngine, args: RowsArgs) -> RowsAnswer:
    selection = engine.failures.where(args.filter)
    found = sorted(selection.failures, key=lambda failure: failure.number)
    rest = [failure for failure in found if failure.number > args.cursor]
    rows = tuple(row_of_failure(failure) for failure in rest[: args.limit])
    cursor = rest[args.limit - 1].number if len(rest) > args.limit else 0
    return RowsAnswer(rows=rows, cursor=cursor, note=safe_line("; ".join(selection.notes), 200))


def _history(engine: BaseEngine, args: RowsArgs) -> RowsAnswer:
    """List finished tasks, the newest first; the cursor counts them from the first ever."""
    page = engine.history.page(args.filter, before=args.cursor, limit=args.limit)
    rows = tuple(found.row() for found in page.tasks)
    return RowsAnswer(rows=rows, cursor=page.cursor, note=safe_line("; ".join(page.notes), 200))


def _backlog(engine: BaseEngine, args: RowsArgs) -> RowsAnswer:
    """List the waiting tasks of all pools, then the parked ones; the cursor counts them."""
    rows: list[dict[str, Any]] = []
    skip = args.cursor
    for pool in engine.pools.values():
        waiting = pool.metrics().queued
        if skip >= waiting:
            skip -= waiting
            continue
        rows += [task_row(task) for task in pool.waiting(skip, args.limit - len(rows))]
        skip = 0
        if len(rows) >= args.limit:
            return RowsAnswer(rows=tuple(rows), cursor=args.cursor + len(rows))
    parked = parked_of(engine)
    if parked is not None:
        rows += [parked_line(one) for one in parked.parked_rows(skip, args.limit - len(rows))]
    more = args.cursor + len(rows) if len(rows) >= args.limit else 0
    return RowsAnswer(rows=tuple(rows), cursor=more)


def task_row(task: Task) -> dict[str, Any]:
    """Return a waiting task with the keys of a row of `run`."""
    try:
        params: Any = task.work.params_as_json() if is_typed(task.work) else {}
    except BaseException as broken:  # of a value of the task
        params = {"repr": printable(without("row", broken))}
    return {
        "number": task.number,
        "type": printable(task.name),
        "params": params,
        "state": task.state,
        "attempts": task.attempts,
    }
