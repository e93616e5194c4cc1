"""Remedies: the actions of an engine on failures: retry, edit and retry, discard, and undo.

The answer is always an `Outcome`: failures that cannot be changed are skipped with a reason,
and the rest is done. A retry is a new task with the same type, parameters, key and options, such as
its pool and its time limit. It waits like a scheduled one, so a full backlog blocks no caller. The
last retry or discard can be undone for `UNDO_SECONDS`.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from chasqui.engine.events.event import Event
from chasqui.engine.failures.failure import NOT_KEPT, OPEN, Failure
from chasqui.engine.failures.log import FailureLog
from chasqui.engine.failures.retries import RetriedTasks
from chasqui.engine.failures.undo import CANCEL, LastAction, Step
from chasqui.engine.submission.entries import mapping_of
from chasqui.engine.submission.options import keywords_from
from chasqui.engine.types.task_type import TaskType, TypedWork
from chasqui.errors import BacklogFull, ChasquiError, PoolClosed
from chasqui.pool.clock import Clock
from chasqui.pool.task import Task
from chasqui.pool.work import Work

if TYPE_CHECKING:
    from chasqui.engine.failures.book import FailureBook
    from chasqui.engine.failures.outcome import Outcome, Undoable
    from chasqui.engine.failures.selection import Skipped, What
    from chasqui.engine.policy.routes import Route

NO_EDIT: Final[Mapping[str, Any]] = {}


class Remedies:
    """Acts on the failures of an engine.

    Args:
        submit: accepts the task that retries a failed one.
        type_of: returns a task type by its name, or raises UnknownType.
        route_of: returns the route of a work.
        last_action: remembers what can be undone.
        put_back: puts back the tasks of a cancel, which is undone like what is done to failures.
        book: the failures in the journal; None without one.
    """

    def __init__(
        self,
        failures: FailureLog,
        submit: Callable[..., Task],
        type_of: Callable[[str], TaskType],
        route_of: Callable[[Work], Route],
        publish: Callable[[Event], None],
        clock: Clock,
        last_action: LastAction,
        put_back: Callable[[Sequence[Any]], Outcome],
        book: FailureBook | None,
    ) -> None:
        self._failures = failures
        self._submit = submit
        self._type_of = type_of
        self._route_of = route_of
        self._publish = publish
        self._clock = clock
        self._book = book
        self._last_action = last_action
        self._put_back = put_back

    def retry(self, what: What, *, edit: Mapping[str, Any] | None = None) -> Outcome:
        """Start failed tasks again, as new ones with what their submissions said.

        Args:
            what: numbers, a group or its id, a selection (`FailureLog.where`), or a filter's text.
            edit: parameters to change, as `Engine.submit` takes them. Those that the type no
                longer has are then left out.
        """
        if edit is not None:
            mapping_of(edit, "edit")
        numbers, skipped = self._chosen(what)
        steps: list[Step] = []
        tasks = RetriedTasks(self._failures._settle, self._clock.time())
        full: dict[str, str] = {}  # types that found no room, and why: they are not tried again
        for number in numbers:
            # Before the mark: once it is retried, the log may drop it.
            said = self._failures._said.get(number, {})
            failure = self._failures.mark(number, "retried", among=OPEN)
            if isinstance(failure, str):
                skipped.append((number, failure))
                continue
            with nullcontext() if self._book is None else self._book.retrying(number):
                task = self._again(failure, said, edit or {}, full)
            if isinstance(task, str):
                self._failures.put(failure)
                skipped.append((number, task))
                continue
            self._failures.put(replace(failure, state="retried", retried_as=task.number))
            tasks.follow(number, task)
            steps.append(Step(number, failure.state, task.number, weakref.ref(task)))
        if steps:
            self._last_action.note("retry", steps)
            self._failures._retried = tasks
        return self._told("retried", steps, skipped)

    def discard(self, what: What) -> Outcome:
        """Put failures away that need no action; ``what`` as in `retry`."""
        numbers, skipped = self._chosen(what)
        steps: list[Step] = []
        for number in numbers:
            failure = self._failures.mark(number, "discarded", among=(*OPEN, "retried"))
            if isinstance(failure, str):
                skipped.append((number, failure))
            else:
                steps.append(Step(number, failure.state, failure.retried_as))
        if steps:
            self._failures.sort()
            self._last_action.note("discard", steps)
        return self._told("discarded", steps, skipped)

    def undo(self) -> Outcome:
        """Take back the last retry, discard or cancel, if it was less than `UNDO_SECONDS` ago.

        Discarded failures come back. Tasks of a retry that still wait are cancelled, and their
        failures get their old state back; tasks that have started go on. Tasks like those of a
        cancel are submitted.
        """
        action = self._last_action.take()
        if isinstance(action, str):
            return self._told("taken back", [], [("undo", action)])
        verb, steps = action
        if verb == CANCEL:
            return self._put_back(steps)
        back: list[Step] = []
        skipped: Skipped = []
        for step in steps:
            reason = self._taken_back(step)
            if reason:
                skipped.append((step.number, reason))
            else:
                back.append(step)
        self._failures.sort()
        return self._told("taken back", back, skipped)

    @property
    def undoable(self) -> Undoable | None:
        """What `undo` would take back now, and for how long it still can."""
        return self._last_action.look()

    def _work(self, name: str, given: str, edit: Mapping[str, Any] = NO_EDIT) -> TypedWork:
        import msgspec

        params, type = msgspec.json.decode(given), self._type_of(name)
        if not edit:
            return type.work_from_marked(params, name)
        return TypedWork(type, type.parameters.parse_edited(params, edit, name), name)

    def _again(
        self,
        failure: Failure,
        said: Mapping[str, Any],
        edit: Mapping[str, Any],
        full: dict[str, str],
    ) -> Task | str:
        """Submit the task of a failure again, or say why that is not possible."""
        if failure.given is None:
            return failure.kept_not
        if failure.type in full:
            return full[failure.type]
        try:
            work = self._work(failure.type, failure.given, edit)
            options = keywords_from(said, self._route_of(work))
            task = self._submit(work, delay=0.0, key=failure.key, **options)
        except ChasquiError as error:
            if isinstance(error, BacklogFull | PoolClosed):
                full[failure.type] = str(error)
            return str(error)
        # The work may have been wrapped or renamed; its arguments are the same objects.
        if not isinstance(task.work, TypedWork) or task.work.params is not work.params:
            return f"its key {failure.key!r} is held by task {task.number}, which is not done yet"
        return task

    def _taken_back(self, step: Step) -> str:
        """Give a failure its old state back, or say why that is not possible."""
        present = self._failures.find(step.number)
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
            if self._failures._retried is not None:
                self._failures._retried.take_back(step.task or 0)
            before = replace(present, state=step.state, retried_as=None, retry_ended=None)
        return "" if self._failures.put(before) else NOT_KEPT

    def _chosen(self, what: What) -> tuple[list[int], Skipped]:
        from chasqui.engine.failures.selection import chosen

        return chosen(self._failures, what)

    def _told(self, what: str, steps: list[Step], skipped: Skipped) -> Outcome:
        if self._book is not None:
            self._book.flush()
        reason = skipped[0][1] if skipped else ""
        from chasqui.engine.events.records import FailuresTreated

        event = FailuresTreated(self._clock.time(), f"{len(steps):,} {what}", len(skipped), reason)
        self._publish(event)
        from chasqui.engine.failures.outcome import Outcome

        return Outcome(
            tuple(step.number for step in steps),
            tuple(step.task for step in steps if step.task is not None and step.handle is not None),
            tuple(skipped),
        )


def _withdrawn(task: Task | None, number: int | None) -> str:
    """Cancel a waiting task, or say why not."""
    if task is None:
        return f"was retried as task {number}, which has ended already"
    if task.submissions > 1:
        return f"was retried as task {number}, which other submissions of its key need as well"
    if not task._pool.handles.withdraw(task._pool, task):
        return f"was retried as task {number}, which is {task.state} already"
    return ""
