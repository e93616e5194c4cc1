"""Remedies: what an engine does about failures: retry, edit and retry, discard, and undo.

Whatever is asked for, the answer is an `Outcome`: what cannot be done is skipped with its reason,
and the rest is done. A retry is a new task of the same type, parameters and key that waits as a
scheduled one does, so a full backlog holds nobody up. The last retry or discard can be taken back
for `UNDO_SECONDS`.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec

from chasqui.durations import age
from chasqui.engine.bus import Bus
from chasqui.engine.entries import mapping_of
from chasqui.engine.events import FailuresTreated
from chasqui.engine.failure import NOT_KEPT, OPEN, Failure, FailureState
from chasqui.engine.failures import FailureLog
from chasqui.engine.outcome import Outcome
from chasqui.engine.selection import Skipped, What, chosen
from chasqui.engine.tasktype import TaskType, TypedWork
from chasqui.errors import BacklogFull, ChasquiError, PoolClosed
from chasqui.pool import forking
from chasqui.pool.clock import Clock
from chasqui.pool.task import Task

UNDO_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Step:
    """What was done to one failure."""

    number: int
    state: FailureState
    """Which it had before."""
    task: int | None = None
    """The number of the task that tries it again."""
    handle: weakref.ref[Task] | None = None
    """Its handle: while it waits, its pool keeps it; undo itself keeps no task alive."""


@dataclass(frozen=True, slots=True)
class Undoable:
    """What `Remedies.undo` would take back now."""

    verb: str
    """``retry`` or ``discard``."""
    count: int
    """Failures that it was done to."""
    remaining: float
    """Seconds until it stands for good."""


class LastAction:
    """What can be taken back, once."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()  # guards the three below
        forking.watch(self)
        self._verb = ""
        self._steps: list[Step] = []
        self._at = 0.0

    def note(self, verb: str, steps: list[Step]) -> None:
        """Remember an action instead of the one before."""
        with self._lock:
            self._verb, self._steps, self._at = verb, steps, self._clock.monotonic()

    def look(self) -> Undoable | None:
        """Return what could be taken now."""
        with self._lock:
            remaining = self._at + UNDO_SECONDS - self._clock.monotonic()
            if not self._steps or remaining < 0:
                return None
            return Undoable(self._verb, len(self._steps), remaining)

    def take(self) -> list[Step] | str:
        """Return the steps of the last action and forget them, or say why there are none."""
        with self._lock:
            verb, steps, at = self._verb, self._steps, self._at
            self._steps = []
        if not steps:
            return "there is nothing to take back"
        ago = self._clock.monotonic() - at
        if ago > UNDO_SECONDS:
            return f"the last {verb} was {age(ago)} ago; undo reaches {age(UNDO_SECONDS)}"
        return steps


class Remedies:
    """The part of an engine that acts on failures."""

    bus: Bus
    clock: Clock
    failures: FailureLog
    submit: Callable[..., Task]
    _last_action: LastAction

    def retry(self, what: What, *, edit: Mapping[str, Any] | None = None) -> Outcome:
        """Start failed tasks again, as new ones.

        Args:
            what: numbers, a group or its id, a selection (`FailureLog.where`), or a filter's text.
            edit: parameters to change, as `Engine.submit` takes them.
        """
        if edit is not None:
            mapping_of(edit, "edit")
        numbers, skipped = chosen(self.failures, what)
        steps: list[Step] = []
        full: dict[str, str] = {}  # types that found no room, and why: it is not asked for again
        for number in numbers:
            failure = self.failures.mark(number, "retried", among=OPEN)
            if isinstance(failure, str):
                skipped.append((number, failure))
                continue
            task = self._again(failure, edit or {}, full)
            if isinstance(task, str):
                self.failures.put(failure)
                skipped.append((number, task))
                continue
            self.failures.put(replace(failure, state="retried", retried_as=task.number))
            steps.append(Step(number, failure.state, task.number, weakref.ref(task)))
        if steps:
            self._last_action.note("retry", steps)
        return self._told("retried", steps, skipped)

    def discard(self, what: What) -> Outcome:
        """Put failures away that nothing needs to be done about; ``what`` as in `retry`."""
        numbers, skipped = chosen(self.failures, what)
        steps: list[Step] = []
        for number in numbers:
            failure = self.failures.mark(number, "discarded", among=(*OPEN, "retried"))
            if isinstance(failure, str):
                skipped.append((number, failure))
            else:
                steps.append(Step(number, failure.state, failure.retried_as))
        if steps:
            self.failures.sort()
            self._last_action.note("discard", steps)
        return self._told("discarded", steps, skipped)

    def undo(self) -> Outcome:
        """Take back the last retry or discard, if it was less than `UNDO_SECONDS` ago.

        Discarded failures come back. Tasks of a retry that still wait are cancelled, and their
        failures are again what they were; those that were started go on.
        """
        steps = self._last_action.take()
        if isinstance(steps, str):
            return self._told("taken back", [], [("undo", steps)])
        back: list[Step] = []
        skipped: Skipped = []
        for step in steps:
            reason = self._taken_back(step)
            if reason:
                skipped.append((step.number, reason))
            else:
                back.append(step)
        self.failures.sort()
        return self._told("taken back", back, skipped)

    @property
    def undoable(self) -> Undoable | None:
        """What `undo` would take back now, and for how long it still can."""
        return self._last_action.look()

    def params_of(self, number: int) -> dict[str, Any] | None:
        """Return the parameters of a failed task, for an edit; None where they are not kept.

        Raises:
            UnknownType: its type is there no more.
            InvalidParameters: they do not fit its type as it is now.
        """
        failure = self.failures.find(number)
        if failure is None or failure.given is None:
            return None
        given = msgspec.json.decode(failure.given)
        return self.type(failure.type).work_from_marked(given).params

    def type(self, name: str) -> TaskType:
        """Return the task type of this name."""
        raise NotImplementedError

    def _again(self, failure: Failure, edit: Mapping[str, Any], full: dict[str, str]) -> Task | str:
        """Submit the task of a failure once more, or say why it cannot be."""
        if failure.given is None:
            return failure.kept_not
        if failure.type in full:
            return full[failure.type]
        try:
            work = self.type(failure.type).work_from_marked(msgspec.json.decode(failure.given))
            if edit:
                work = work.type.work_from({**work.params, **edit})
            task = self.submit(work, delay=0.0, key=failure.key)
        except ChasquiError as error:
            if isinstance(error, BacklogFull | PoolClosed):
                full[failure.type] = str(error)
            return str(error)
        # The work may have been wrapped or given its full name; its arguments are the same ones.
        if not isinstance(task.work, TypedWork) or task.work.params is not work.params:
            return f"its key {failure.key!r} is held by task {task.number}, which is not done yet"
        return task

    def _taken_back(self, step: Step) -> str:
        """Give a failure the state that it had, or say why it cannot have it."""
        present = self.failures.find(step.number)
        if present is None:
            return NOT_KEPT
        if step.handle is None:
            if present.state != "discarded":
                return f"is {present.state}"
            before = replace(present, state=step.state)
        else:
            if present.retried_as != step.task:
                return f"is {present.state}"
            reason = _withdrawn(step.handle(), step.task)
            if reason:
                return reason
            before = replace(present, state=step.state, retried_as=None)
        return "" if self.failures.put(before) else NOT_KEPT

    def _told(self, what: str, steps: list[Step], skipped: Skipped) -> Outcome:
        reason = skipped[0][1] if skipped else ""
        event = FailuresTreated(self.clock.time(), f"{len(steps):,} {what}", len(skipped), reason)
        self.bus.publish(event)
        return Outcome(
            tuple(step.number for step in steps),
            tuple(step.task for step in steps if step.task is not None and step.handle is not None),
            tuple(skipped),
        )


def _withdrawn(task: Task | None, number: int | None) -> str:
    """Cancel a task that waits, or say why that is not done."""
    if task is None:
        return f"was retried as task {number}, which has ended already"
    if task.submissions > 1:
        return f"was retried as task {number}, which other submissions of its key need as well"
    if not task._pool.withdraw(task):
        return f"was retried as task {number}, which is {task.state} already"
    return ""
