"""Turning the engine's records into the port's: cut, sanitised, frozen."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chasqui import outline
from chasqui.control.port import (
    AttemptView,
    Counts,
    LatencyView,
    LedgerView,
    ParameterInfo,
    ProgressView,
    TaskDetail,
    TaskRow,
    TaskTypeInfo,
    WorkerRow,
)
from chasqui.control.process_use import ProcessUse
from chasqui.control.safe_text import SafeText, safe_block, safe_line
from chasqui.control.sendable import is_text
from chasqui.control.traces import traces_of
from chasqui.engine.failures.failure import id_of, message_of, params_text
from chasqui.engine.metrics.diagnosis import UNSTOPPED_SECONDS
from chasqui.engine.metrics.reading import SlowTask
from chasqui.engine.types.fields import Field
from chasqui.engine.types.patterns import without_pattern
from chasqui.engine.types.registry import owner_of
from chasqui.engine.types.task_type import TaskType, is_typed
from chasqui.foreign import kind_of
from chasqui.pool import histogram
from chasqui.pool import metrics as pool_metrics
from chasqui.pool.backend import Worker
from chasqui.pool.handles import asked_at
from chasqui.pool.ledger import Fate, Ledger
from chasqui.pool.states import STATES, counts_of
from chasqui.pool.task import Attempt, Task
from chasqui.pool.task import Progress as TaskProgress

CELL = 200  # characters of a cell in a list
RESULT = 64 * 1024  # characters of a result
VALUE = 4096  # characters of one value in a detail
NAMED_FATES = 100  # of the tasks that a shutdown could not end, at most this many are named


def counts(metrics: pool_metrics.Metrics) -> Counts:
    """View the counters."""
    return Counts(
        accepted=metrics.accepted, rejected=metrics.rejected, **counts_of(metrics, STATES)
    )


def latency(read: histogram.Latency) -> LatencyView:
    """View a distribution."""
    return LatencyView(count=read.count, p50=read.p50, p95=read.p95, p99=read.p99, max=read.max)


def progress(now: TaskProgress | None) -> ProgressView | None:
    """View a progress."""
    if now is None:
        return None
    return ProgressView(done=now.done, total=now.total, message=safe_line(now.message, CELL))


def worker_row(
    worker: Worker,
    epoch: float,
    now: float,
    *,
    pool: str,
    slow: Mapping[int, SlowTask],
    usual: Callable[[str, float], float],
    use: ProcessUse | None = None,
) -> WorkerRow:
    """View a worker and its task.

    Args:
        epoch: turns monotonic times, such as ``now``, into seconds since the epoch.
        slow: the tasks that take far longer than usual, by number.
        usual: returns the 95th percentile of a type, for a task that has run for so long.
        use: what its process uses, if it has one.
    """
    task = worker.task  # read once: the worker goes on meanwhile
    asked = asked_at(task) if task else None
    long = slow.get(task.number) if task else None
    unstopped = asked is not None and now - asked >= UNSTOPPED_SECONDS
    return WorkerRow(
        name=safe_line(worker.name, CELL),
        state=worker.state,
        since=epoch + worker.since,
        pool=safe_line(pool, CELL),
        task=task.number if task else None,
        type=safe_line(task.name, CELL) if task else SafeText(""),
        done=worker.done,
        failed=worker.failed,
        leaves=worker.retired,
        progress=progress(task.progress) if task else None,
        asked_at=None if asked is None else epoch + asked,
        slow="unstopped" if unstopped else "long" if long else "",
        usual=long.usual if long else usual(task.name, now - worker.since) if task else 0.0,
        pid=None if use is None else use.pid,
        cpu=None if use is None else use.cpu,
        memory=0 if use is None else use.memory,
    )


def cell(text: str) -> SafeText:
    """Return a text for a cell in a list."""
    return safe_line(text, CELL)


def task_row(
    task: Task, *, reason: SafeText, pool: str, name: Callable[[str], SafeText] = cell
) -> TaskRow:
    """View a waiting task.

    Args:
        name: makes cells of the names of its type and its pool, which many tasks share.
    """
    return TaskRow(
        number=task.number,
        type=name(task.name),
        state=task.state,
        created=task.created or 0.0,
        pool=name(pool),
        reason=reason,
        params=safe_line(params_text(task), CELL),
        priority=task.priority,
        attempt=task.attempts,
        due=task.due,
    )


def task_detail(task: Task, *, reason: SafeText, pool: str) -> TaskDetail:
    """View a task by its handle."""
    error = task.error
    return TaskDetail(
        number=task.number,
        type=safe_line(task.name, CELL),
        state=task.state,
        plugin=safe_line(task.name.rpartition(".")[0], CELL),
        pool=safe_line(pool, CELL),
        reason=reason,
        priority=task.priority,
        attempts=task.attempts,
        worker=safe_line(task.worker or "", CELL),
        created=task.created,
        started=task.started,
        finished=task.finished,
        due=task.due,
        key=None if task.key is None else safe_line(task.key, CELL),
        submissions=task.submissions,
        earlier=tuple(_attempt(attempt) for attempt in task.earlier),
        params=_params(task),
        progress=progress(task.progress),
        result=_result(task),
        error=None if error is None else safe_block(f"{kind_of(error)}: {message_of(task)}"),
        traceback=safe_block(task.traceback) if task.traceback else None,
        traces=traces_of(task.traceback),
        cpu=None if task.usage is None else task.usage.cpu,
        peak_memory=0 if task.usage is None else task.usage.peak,
    )


def _attempt(one: Attempt) -> AttemptView:
    return AttemptView(
        number=one.number,
        started=one.started,
        finished=one.finished,
        worker=safe_line(one.worker, CELL),
        error=safe_line(f"{one.exception}: {one.message}", CELL),
    )


def type_info(name: str, task_type: TaskType, package: str = "") -> TaskTypeInfo:
    """View a task type, as a form needs it."""
    return TaskTypeInfo(
        name=name,
        plugin=owner_of(name),
        help=safe_line(task_type.help, CELL),
        package=safe_line(package, CELL),
        parameters=tuple(_parameter(field) for field in task_type.parameters.fields),
    )


def ledger(report: Ledger) -> LedgerView:
    """View the report of a shutdown."""
    fates = (*report.abandoned, *report.left)
    named = [_fate(fate) for fate in fates[:NAMED_FATES]]
    if len(fates) > NAMED_FATES:
        named.append(SafeText(f"… and {len(fates) - NAMED_FATES:,} more"))
    return LedgerView(
        accepted=report.accepted,
        **counts_of(report),
        left=len(report.left),
        abandoned=len(report.abandoned),
        clean=report.clean,
        seconds=report.seconds,
        kept=report.kept,
        named=tuple(named),
    )


def _fate(fate: Fate) -> SafeText:
    backlog = f"the backlog of {fate.pool}" if fate.pool else "the backlog"
    what = f"still running on {fate.worker}" if fate.worker else f"left in {backlog}"
    return safe_line(f"task {fate.number} {fate.name}: {what}", CELL)


def _parameter(field: Field) -> ParameterInfo:
    default = None if field.required else field.text_of(field.default)
    is_exact = default is None or is_text(default)  # else a path that is not UTF-8
    return ParameterInfo(
        name=field.name,
        kind=field.kind,
        required=field.required,
        default=default if default is None or is_exact else safe_line(default),
        is_exact=is_exact,
        optional=field.optional,
        help=safe_line(field.help, CELL),
        expects=safe_line(without_pattern(field.expects), CELL),
        choices=field.choices if field.kind == "choice" else (),
        item_kind=field.item_kind if field.kind == "list" else None,
    )


def _params(task: Task) -> tuple[tuple[SafeText, SafeText], ...]:
    if not is_typed(task.work):
        return ((SafeText("id"), safe_line(id_of(task.work), VALUE)),)
    return tuple(
        (safe_line(name, CELL), safe_line(text, VALUE)) for name, text in task.work.params_shown()
    )


def _result(task: Task) -> SafeText | None:
    if task.state != "completed":
        return None
    # A result may only be turned into text on the worker of its task, never for a screen.
    return safe_block(outline.text(task.result(), RESULT))
