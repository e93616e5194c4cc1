"""The methods of an engine for task types, submissions, and failed tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, Unpack

from chasqui import arguments
from chasqui.engine.batches import accepting as batching
from chasqui.engine.batches.members import BatchState
from chasqui.engine.logs.task_log import LogPage
from chasqui.engine.parts import Parts
from chasqui.engine.submission import accepting as submission
from chasqui.engine.submission.awaiting import submit_async
from chasqui.engine.submission.keywords import PolicyKeywords
from chasqui.engine.types.task_type import TaskType, is_typed
from chasqui.keywords import hinting
from chasqui.pool import room
from chasqui.pool.state import State, state_of
from chasqui.pool.task import Task
from chasqui.pool.work import Work, check_work

if TYPE_CHECKING:
    from chasqui.engine.failures.outcome import Outcome, Undoable
    from chasqui.engine.failures.selection import What
    from chasqui.engine.history.finished import Finished
    from chasqui.engine.schedules.plan import ScheduleState
    from chasqui.engine.schedules.tables import Missed, Overlap

Kind = TypeVar("Kind", bound=TaskType)


@hinting
class SubmissionAPI:
    """Knows task types, accepts tasks, batches and schedules, and retries or discards failures."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.history = parts.history
        """The finished tasks that are remembered, newest first; see `TaskHistory`."""
        self._submit_plain = parts.submitter.submit_plain

    # With their overloads these are files of their own.
    call = submission.call
    submit = submission.submit
    submit_async = submit_async
    try_submit = submission.try_submit
    submit_batch = submission.submit_batch
    batch = batching.batch
    map = batching.map_items
    batch_of = batching.batch_of

    @property
    def types(self) -> Mapping[str, TaskType]:
        """Every task type by its full name."""
        return self._parts.registry.all()

    def type(self, name: str) -> TaskType:
        """Return the task type of this name; raises UnknownType with the nearest names."""
        return self._parts.registry.get(name)

    def register(self, type: Kind) -> Kind:
        """Offer a type of the application itself as ``app.NAME``, and return it.

        Raises:
            UnknownPool: its policy names a pool that does not exist.
        """
        registered = self._parts.registry.register(type)
        self._parts.routes.pool_of(registered)
        return registered

    def backlog_of(self, work: Work, **policy: Unpack[PolicyKeywords]) -> State:
        """Return the pool that a work goes to, as `chasqui.pool.offering` takes it."""
        return self._parts.submitter.pool_of(work, policy)

    def check_room(self, work: Work, count: int = 1, **policy: Unpack[PolicyKeywords]) -> None:
        """Raise what ``count`` submissions like this would raise now if they did not wait.

        It is for a web application that submits tasks after its response: it has to know before
        the response whether they would be accepted. It reserves nothing: others may take the room
        meanwhile. A refusal counts as rejected submissions. Examples: `chasqui-tui help web`.

        Raises:
            BacklogFull, PoolClosed, TypeError: as `submit`.
        """
        if not is_typed(work):
            check_work(work)
        room.check(self._parts.submitter.pool_of(work, policy), count)

    def offer(
        self, works: Sequence[Work], *, durable: bool = True, **policy: Unpack[PolicyKeywords]
    ) -> list[Task]:
        """Accept works for which there is room now, the first of them, without waiting.

        The others are not counted as rejected. To be told of room, see `chasqui.pool.offering`.

        Args:
            works: at least one, all of one type.
            durable: as in `submit`.

        Raises:
            PoolClosed: the pool takes no more work; none of them was accepted.
        """
        return self._parts.submitter.offer(works, policy, durable)

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

    def unschedule(self, name: str) -> ScheduleState:
        """Remove a schedule by its name, and return the state that it had.

        Tasks that it has submitted stay. A turn that is being taken just now still submits its
        task. A schedule of the config is there again at the next start.

        Raises:
            ValueError: no schedule has this name.
        """
        return self._parts.scheduler.remove(arguments.text("name", name))

    @property
    def schedules(self) -> tuple[ScheduleState, ...]:
        """The state of each schedule, in the order in which they were added."""
        return self._parts.scheduler.states()

    def find(self, number: int) -> Task | Finished | None:
        """Return the task of this number while it waits or runs, and its record once it has ended.

        ``done`` tells which of the two it is. The record is kept as `history` has room for it.
        """
        return self._parts.pools.find(number) or self.history.find(number)

    def row(self, number: int) -> dict[str, Any] | None:
        """Return the task of this number as a row of JSON, whether it waits, runs or has ended.

        It has the keys of a row of ``chasqui-tui run``, such as ``state``, ``result`` and
        ``error``, and is what an endpoint like ``GET /jobs/7`` returns. None: no such task.
        """
        from chasqui.engine.history.rows import row_of

        task = self._parts.pools.find(number)
        if task is not None:
            return row_of(task)
        found = self.history.find(number)
        return None if found is None else found.row()

    def task_log(self, number: int, after: int = 0) -> LogPage:
        """Return the lines that the body of a task has logged so far.

        They are kept while `LogCapture` has room for them, even after the task has ended.

        Args:
            after: the ``cursor`` of the last page, to get only newer lines.
        """
        return self._parts.task_logs.page(arguments.number("number", number), after)

    # Failures

    def retry(self, what: What, *, edit: Mapping[str, Any] | None = None) -> Outcome:
        """Start failed tasks again, as new ones with what their submissions said.

        Args:
            what: numbers, a group or its id, a selection (`FailureLog.where`), or a filter's text.
            edit: parameters to change, as `submit` takes them.
        """
        return self._parts.remedies.retry(what, edit=edit)

    def discard(self, what: What) -> Outcome:
        """Put failures away that need no action; ``what`` as in `retry`."""
        return self._parts.remedies.discard(what)

    def undo(self) -> Outcome:
        """Take back the last retry or discard, or a cancel by a console; see `Remedies.undo`."""
        return self._parts.remedies.undo()

    @property
    def undoable(self) -> Undoable | None:
        """What `undo` would take back now, and for how long it still can."""
        return self._parts.remedies.undoable
