"""Listing: rows of failures and of the backlog as records that can be kept, and run again."""

from __future__ import annotations

from typing import Any

from msgspec import Raw

from chasqui.control.safe_text import safe_line
from chasqui.control.wire.looking import RowsAnswer, RowsArgs
from chasqui.control.wire.messages import WireError
from chasqui.engine.engine import BaseEngine
from chasqui.engine.failures.failure import Failure
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
    raise WireError("invalid", "this host remembers no finished tasks", "ask for failures")


def _failures(engine: BaseEngine, args: RowsArgs) -> RowsAnswer:
    selection = engine.failures.where(args.filter)
    found = sorted(selection.failures, key=lambda failure: failure.number)
    rest = [failure for failure in found if failure.number > args.cursor]
    rows = tuple(failure_row(failure) for failure in rest[: args.limit])
    cursor = rest[args.limit - 1].number if len(rest) > args.limit else 0
    return RowsAnswer(rows=rows, cursor=cursor, note=safe_line("; ".join(selection.notes), 200))


def _backlog(engine: BaseEngine, args: RowsArgs) -> RowsAnswer:
    """List the waiting tasks of all pools; the cursor counts them."""
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
    return RowsAnswer(rows=tuple(rows))


def failure_row(failure: Failure) -> dict[str, Any]:
    """Return a failure with the keys of a row of `run`."""
    given = failure.given
    return {
        "number": failure.number,
        "type": printable(failure.type),
        "params": {"repr": printable(failure.params)} if given is None else Raw(given),
        "state": "failed",
        "attempts": failure.attempts,
        "result": None,
        "error": {"type": failure.exception, "message": printable(failure.message)},
        "waited": failure.waited,
        "ran": failure.ran,
    }


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
