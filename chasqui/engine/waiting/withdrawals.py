"""Withdrawals: cancelling tasks by hand, and putting back what was cancelled by mistake.

A cancelled task is final, and those who wait for it have been told. So what is put back is a new
task: with the same work, key, priority and limits, for the time at which the old one was due. It
begins with its first attempt, and belongs to no batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from chasqui.engine.events.event import Event
from chasqui.engine.failures.undo import LastAction
from chasqui.engine.submission.submitter import Submitter
from chasqui.engine.types.task_type import is_typed
from chasqui.errors import BacklogFull, ChasquiError, PoolClosed
from chasqui.pool.clock import Clock
from chasqui.pool.states import STATES
from chasqui.pool.task import Task
from chasqui.pool.work import Work

if TYPE_CHECKING:
    from chasqui.engine.failures.outcome import Outcome

MOST: Final = 100_000
"""Tasks of one cancel that can be put back: they are held for so long."""
STARTED: Final = "has started already"


class Withdrawn(NamedTuple):
    """A task that was cancelled while it waited, and what makes another like it."""

    number: int
    work: Work
    options: dict[str, Any]
    due: float | None
    """When it was due, on the monotonic clock."""
    expires: float | None
    """When it would have been too late to start, on the same clock."""


class CancelReport(NamedTuple):
    """What became of a cancel."""

    done: list[int]
    """The tasks that were cancelled, or asked to stop."""
    started: list[int]
    """Those that had started, where only waiting ones were to be cancelled."""
    others: list[int]
    """Those that neither wait nor run."""


class Withdrawals:
    """Cancels the tasks of an engine by their numbers, and puts the last ones back. Any thread."""

    def __init__(
        self,
        find: Callable[[int], Task | None],
        submitter: Submitter,
        last_action: LastAction,
        publish: Callable[[Event], None],
        clock: Clock,
    ) -> None:
        self._find = find
        self._submitter = submitter
        self._last_action = last_action
        self._publish = publish
        self._clock = clock

    def cancel(self, numbers: Iterable[int], *, waiting_only: bool = False) -> CancelReport:
        """Cancel waiting tasks, and ask running ones to stop unless only waiting ones are meant."""
        done = CancelReport([], [], [])
        withdrawn: list[Withdrawn] = []
        for number in numbers:
            task = self._find(number)
            if task is None:
                done.others.append(number)
            elif (one := self._withdraw(task)) is not None:
                withdrawn.append(one)
                done.done.append(number)
            elif waiting_only and task.state == "running":
                done.started.append(number)
            else:
                (done.done if task.cancel() else done.others).append(number)
        if withdrawn:
            # Nothing at all where there are too many: the first of them alone would be a riddle.
            self._last_action.note("cancel", withdrawn if len(withdrawn) <= MOST else [])
        return done

    def put_back(self, withdrawn: Iterable[Withdrawn]) -> Outcome:
        """Submit tasks like those that were cancelled."""
        from chasqui.engine.events.event import EngineChanged
        from chasqui.engine.failures.outcome import Outcome

        done: list[int] = []
        tasks: list[int] = []
        skipped: list[tuple[int | str, str]] = []
        full: dict[str, str] = {}  # types that found no room, and why: they are not tried again
        for one in withdrawn:
            again = full.get(one.work.name) or self._again(one, full)
            if isinstance(again, str):
                skipped.append((one.number, again))
            else:
                done.append(one.number)
                tasks.append(again.number)
        said = f"put back {len(done):,} cancelled task{'s' * (len(done) != 1)}"
        self._publish(EngineChanged(self._clock.time(), said))
        return Outcome(tuple(done), tuple(tasks), tuple(skipped))

    def _withdraw(self, task: Task) -> Withdrawn | None:
        """Cancel a task that waits; None if it does not."""
        if not STATES[task.state].waits:
            return None
        more = task._more
        options = self._submitter.keywords_of(task)  # a key's cooldown is known only while it waits
        due = expires = None
        if more is not None:
            due, expires = more.due, more.expires
            if more.key is not None:
                options["key"] = more.key
        if not task._pool.handles.withdraw(task._pool, task):
            return None
        return Withdrawn(task.number, task.work, options, due, expires)

    def _again(self, one: Withdrawn, full: dict[str, str]) -> Task | str:
        """Submit another task like it, or say why that is not possible."""
        now, options = self._clock.monotonic(), dict(one.options)
        if one.expires is not None:
            if one.expires <= now:
                return "has expired meanwhile"
            options["expires"] = one.expires - now
        # With a delay, be it none, it waits like a scheduled one: a full backlog blocks no caller.
        delay = 0.0 if one.due is None else max(0.0, one.due - now)
        try:
            task = self._submitter.submit(one.work, delay=delay, **options)
        except ChasquiError as error:
            if isinstance(error, BacklogFull | PoolClosed):
                full[one.work.name] = str(error)
            return str(error)
        if not _is_of(task, one.work):
            return f"its key {task.key!r} is held by task {task.number}, which is not done yet"
        return task


def _is_of(task: Task, work: Work) -> bool:
    """Whether a task is to do this work, and not that of an earlier submission of its key."""
    if is_typed(work) and is_typed(task.work):
        return task.work.params is work.params  # it may have been wrapped anew
    return task.work is work
