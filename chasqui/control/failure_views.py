"""Turning failures and their groups into the port's records."""

from __future__ import annotations

from typing import TypedDict

import msgspec

from chasqui.control.port import FailureRow, GroupRow, RetriedView, TaskDetail, UndoView
from chasqui.control.safe_text import SafeText, safe_block, safe_line
from chasqui.control.traces import traces_of
from chasqui.control.views import CELL, VALUE
from chasqui.engine.failures import fingerprint
from chasqui.engine.failures.failure import Failure
from chasqui.engine.failures.groups import FailureGroup
from chasqui.engine.failures.log import FailureLog
from chasqui.engine.failures.outcome import Outcome, RetryOutcome, Undoable
from chasqui.engine.history.finished import Finished
from chasqui.engine.history.rows import written


def failure_row(failure: Failure) -> FailureRow:
    """View a failure as a line of the log."""
    return FailureRow(
        number=failure.number,
        type=safe_line(failure.type, CELL),
        at=failure.finished,
        error=error_line(failure),
        params=safe_line(failure.params, CELL),
        worker=safe_line(failure.worker, CELL),
        attempts=failure.attempts,
        group=failure.group,
        state=SafeText(failure.state),
    )


FOLDED = "▒▒▒"  # in place of a part that varies; an ellipsis marks a cut


def error_line(failure: Failure) -> SafeText:
    """View an error as a line: its class, and the first line of its message."""
    first = failure.message.partition("\n")[0]
    return safe_line(f"{failure.exception}: {first}" if first else failure.exception, CELL)


def group_row(group: FailureGroup) -> GroupRow:
    """View a group of failures."""
    message = group.message.replace(fingerprint.FOLD, FOLDED)
    error = f"{group.exception}: {message}" if message else group.exception
    return GroupRow(
        id=group.id,
        type=safe_line(group.type, CELL),
        error=safe_line(error, CELL),
        count=group.count,
        kept=group.kept,
        open=group.open,
        retried=group.retried,
        retried_well=group.retried_well,
        failed_again=group.failed_again,
        retries_cancelled=group.retries_cancelled,
        first_seen=group.first_seen,
        last_seen=group.last_seen,
        example=group.example.number,
        newest=error_line(group.example),
    )


def failure_detail(failure: Failure, ended: Finished | None) -> TaskDetail:
    """View everything that the log keeps of a failed task, and what the history says it used."""
    return TaskDetail(
        number=failure.number,
        type=safe_line(failure.type, CELL),
        state="failed",
        plugin=safe_line(failure.type.rpartition(".")[0], CELL),
        attempts=failure.attempts,
        worker=safe_line(failure.worker, CELL),
        created=failure.created,
        started=failure.started,
        finished=failure.finished,
        key=None if failure.key is None else safe_line(failure.key, CELL),
        params=_params(failure),
        error=safe_block(f"{failure.exception}: {failure.message}"),
        traceback=safe_block(failure.traceback),
        traces=traces_of(failure.traceback),
        failure=SafeText(failure.state),
        retried_as=failure.retried_as,
        cpu=None if ended is None else ended.cpu,
        peak_memory=0 if ended is None else ended.peak_memory or 0,
    )


def with_failure(detail: TaskDetail, failure: Failure | None) -> TaskDetail:
    """Add to a task's own detail what was done about its failure."""
    if failure is None:
        return detail
    state, retried_as = SafeText(failure.state), failure.retried_as
    return msgspec.structs.replace(detail, failure=state, retried_as=retried_as)


def _params(failure: Failure) -> tuple[tuple[SafeText, SafeText], ...]:
    """View each parameter by itself where they are kept, else the text of all of them."""
    if failure.given is None:
        return ((SafeText(""), safe_line(failure.params, VALUE)),) if failure.params else ()
    given = msgspec.json.decode(failure.given)
    return tuple(
        (safe_line(name, CELL), safe_line(written(value), VALUE)) for name, value in given.items()
    )


def undo(last: Undoable | None) -> UndoView | None:
    """View what can be undone."""
    if last is None:
        return None
    return UndoView(
        verb=SafeText(last.verb), count=last.count, remaining=last.remaining, number=last.number
    )


class FailedSoFar(TypedDict):
    """Fields of a snapshot."""

    retried: RetriedView | None
    open_kinds: int
    ever_failed: int


def so_far(log: FailureLog) -> FailedSoFar:
    """View what has become of the last retry, and count the failures and the open kinds."""
    return {
        "retried": _retried(log.last_retry),
        "open_kinds": log.open_kinds,
        "ever_failed": log.total,
    }


def _retried(last: RetryOutcome | None) -> RetriedView | None:
    if last is None:
        return None
    return RetriedView(
        at=last.at,
        count=last.count,
        completed=last.completed,
        failed=last.failed,
        cancelled=last.cancelled,
    )


def skipped(done: Outcome) -> tuple[list[tuple[int, SafeText]], SafeText]:
    """View what was skipped: each number with its reason, and the reasons of the whole."""
    numbered = [
        (number, safe_line(why, CELL)) for number, why in done.skipped if isinstance(number, int)
    ]
    told = [safe_line(why, CELL) for number, why in done.skipped if not isinstance(number, int)]
    return numbered, SafeText("; ".join(told))
