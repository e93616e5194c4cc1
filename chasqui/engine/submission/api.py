"""The methods of an engine for task types, submissions, and failed tasks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chasqui import arguments
from chasqui.engine.batches.batch import Batch
from chasqui.engine.batches.members import BatchState
from chasqui.engine.logs.task_log import LogPage
from chasqui.engine.parts import Parts
from chasqui.engine.submission.entries import Entry
from chasqui.engine.types.task_type import TaskType
from chasqui.pool.state import State, state_of
from chasqui.pool.task import Task
from chasqui.pool.work import Work

if TYPE_CHECKING:
    from chasqui.engine.failures.outcome import RemedyOutcome, Undoable
    from chasqui.engine.failures.selection import What
    from chasqui.engine.schedules.plan import ScheduleState
    from chasqui.engine.schedules.tables import Missed, Overlap


class SubmissionAPI:
    """Knows task types, accepts tasks, batches and schedules, and retries or discards failures."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._submit_plain = parts.submitter.submit_plain

    @property
    def types(self) -> Mapping[str, TaskType]:
        """Every task type by its full name."""
        return self._parts.registry.all()

    def type(self, name: str) -> TaskType:
        """Return the task type of this name; raises UnknownType with the nearest names."""
        return self._parts.registry.get(name)

    def register(self, type: TaskType) -> TaskType:
        """Offer a type of the application itself as ``app.NAME``, and return it by that name.

        Raises:
            UnknownPool: its policy names a pool that does not exist.
        """
        registered = self._parts.registry.register(type)
        self._parts.routes.pool_of(registered)
        return registered

    def submit(
        self,
        type: str | TaskType | Work,
        params: Mapping[str, Any] | None = None,
        *,
        timeout: float | None = None,
        delay: float | None = None,
        at: datetime | None = None,
        key: str | None = None,
        **policy: Any,
    ) -> Task:
        """Accept a task, waiting for room at most ``timeout`` seconds (None: for ever).

        Args:
            delay: seconds before it may start.
            at: the moment before which it does not start; without a zone, in local time.
            key: while a task with this key waits or runs, that task is returned instead, and
                counts the submission in `Task.submissions`.
            policy: ``priority``, ``time_limit``, ``retry``, ``expires``, ``pool``, as in `task`;
                they override those of its type and of the config.

        Raises:
            UnknownType: no type has this name.
            InvalidParameters: with every wrong parameter.
            UnknownPool: the pool that should run it does not exist.
            BacklogFull, PoolClosed, WouldDeadlock: as `Pool.submit`.
        """
        if timeout is None and delay is None and at is None and key is None and not policy:
            return self._submit_plain(type, params)  # to pass all keywords on takes 0.5 us of 3.3
        return self._parts.submitter.submit(
            type, params, timeout=timeout, delay=delay, at=at, key=key, **policy
        )

    def try_submit(
        self,
        type: str | TaskType | Work,
        params: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> Task:
        """Accept a task now, or raise BacklogFull at once; otherwise as `submit`."""
        return self._parts.submitter.try_submit(type, params, **options)

    def submit_batch(
        self,
        type: str | TaskType,
        many: Iterable[Mapping[str, Any]],
        *,
        timeout: float | None = None,
        **policy: Any,
    ) -> list[Task]:
        """Accept many tasks of one type; all are validated before the first is accepted.

        Raises:
            TypeError, InvalidParameters: some of ``many`` are wrong; each is named.
        """
        return self._parts.submitter.submit_batch(type, many, timeout=timeout, **policy)

    def backlog_of(self, work: Work, **policy: Any) -> State:
        """Return the pool that a work goes to, as `chasqui.pool.offering` takes it."""
        return self._parts.submitter.pool_of(work, policy)

    def offer(self, works: Sequence[Work], **policy: Any) -> list[Task]:
        """Accept works for which there is room now, the first of them, without waiting.

        The others are not counted as rejected. To be told of room, see `chasqui.pool.offering`.

        Args:
            works: at least one, all of one type.

        Raises:
            PoolClosed: the pool takes no more work; none of them was accepted.
        """
        return self._parts.submitter.offer(works, policy)

    def batch(
        self,
        entries: Iterable[Entry],
        *,
        then: Entry | None = None,
        name: str = "",
        timeout: float | None = None,
        **policy: Any,
    ) -> Batch:
        """Accept many tasks that can be watched, awaited and cancelled together.

        All are validated before the first is accepted. Waiting for room takes at most ``timeout``
        seconds (None: for ever).

        Args:
            entries: works, types that need no parameters, or pairs of a type and its parameters.
            then: what to run, once, when every task is final, in whichever state; a task that will
                be retried is not final. It starts even while the backlog is full. It does not
                start if the engine is stopping by then or has left a task in its backlog;
                `Batch.refused` and the log say so.
            name: shown in consoles and logs.
            policy: as in `submit`, for every task of the batch.

        Raises:
            UnknownType, InvalidParameters: as `submit`; nothing was accepted.
            BacklogFull, PoolClosed, WouldDeadlock: it stopped early. The error's ``batch`` has
                the accepted tasks, and is not followed by ``then``.
        """
        return self._parts.batches.accept(entries, then=then, name=name, timeout=timeout, **policy)

    def batches(self) -> tuple[BatchState, ...]:
        """List the batches with open tasks, or whose handle is still held."""
        return self._parts.batches.states()

    def cancel_batch(self, number: int) -> int:
        """Cancel a batch by its number, as `Batch.cancel`; 0 if no batch has it."""
        return self._parts.batches.cancel(number)

    def schedule(
        self,
        type: str | TaskType,
        params: Mapping[str, Any] | None = None,
        *,
        cron: str,
        zone: str = "",
        missed: Missed = "skip",
        overlap: Overlap = "skip",
        name: str = "",
    ) -> ScheduleState:
        """Submit a task of a type at every turn of a cron expression, while the engine runs.

        Args:
            cron: see `chasqui.engine.schedules.cron`.
            zone: an IANA name such as ``Europe/Berlin``; "" is the machine's own.
            missed: what to do about turns that passed while the process or the machine slept:
                ``skip``, or ``once``, a single task for all of them.
            overlap: what to do while the task of the last turn still waits or runs: ``skip``
                leaves the turn out, ``queue`` lets its task wait like any other.
            name: shown in events and consoles; "" is the name of the type.

        Raises:
            UnknownType: no type has this name.
            InvalidParameters: with every wrong parameter.
            ValueError: the expression, the zone or another word is invalid, or the name is taken.
            PoolClosed: the engine is stopping or stopped.
        """
        # Slow to import, and most programs schedule nothing.
        from chasqui.engine.schedules.plan import check_words, plan_of
        from chasqui.engine.schedules.tables import ScheduleConfig

        state_of(self._parts.pools.default).check_fork()
        name = arguments.text("name", name)
        work = self._parts.submitter.work(type, {} if params is None else params)
        check_words(missed, overlap)
        config = ScheduleConfig(work.name, cron, dict(params or {}), name, zone, missed, overlap)
        return self._parts.scheduler.add(plan_of(config))

    @property
    def schedules(self) -> tuple[ScheduleState, ...]:
        """The state of each schedule, in the order in which they were added."""
        return self._parts.scheduler.states()

    def find(self, number: int) -> Task | None:
        """Return the waiting, scheduled or running task of this number."""
        return self._parts.pools.find(number)

    def task_log(self, number: int, after: int = 0) -> LogPage:
        """Return the lines that the body of a task has logged so far.

        They are kept while `LogCapture` has room for them, even after the task has ended.

        Args:
            after: the ``cursor`` of the last page, to get only newer lines.
        """
        return self._parts.task_logs.page(arguments.number("number", number), after)

    # Failures

    def retry(self, what: What, *, edit: Mapping[str, Any] | None = None) -> RemedyOutcome:
        """Start failed tasks again, as new ones.

        Args:
            what: numbers, a group or its id, a selection (`FailureLog.where`), or a filter's text.
            edit: parameters to change, as `submit` takes them.
        """
        return self._parts.remedies.retry(what, edit=edit)

    def discard(self, what: What) -> RemedyOutcome:
        """Put failures away that need no action; ``what`` as in `retry`."""
        return self._parts.remedies.discard(what)

    def undo(self) -> RemedyOutcome:
        """Take back the last retry or discard; see `Remedies.undo`."""
        return self._parts.remedies.undo()

    @property
    def undoable(self) -> Undoable | None:
        """What `undo` would take back now, and for how long it still can."""
        return self._parts.remedies.undoable

    def params_of(self, number: int) -> dict[str, Any] | None:
        """Return the parameters of a failed task; see `Remedies.params_of`."""
        return self._parts.remedies.params_of(number)
