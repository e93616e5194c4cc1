"""The observer of an engine's pools: it hands on to the parts that follow tasks.

Failures and cancellations always; the starts of probes, for breakers that are half open; and every
acceptance, start and good end as an event, while something reads the log book at the level
`debug`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from logging import DEBUG
from typing import TYPE_CHECKING

from chasqui.engine.events.cancelling import CancelPublisher
from chasqui.engine.events.event import Event
from chasqui.engine.failures.handler import FailureHandler
from chasqui.engine.logs import logbook
from chasqui.engine.policy.routes import Routes
from chasqui.errors import JournalUnavailable
from chasqui.pool.clock import Clock
from chasqui.pool.pool import Pool
from chasqui.pool.reporting import watch_every
from chasqui.pool.state import state_of
from chasqui.pool.states import TaskState
from chasqui.pool.task import Task

if TYPE_CHECKING:
    from chasqui.engine.journal.journal import Journal


class EngineObserver:
    """A `chasqui.pool.observer.TaskObserver`; see there when its methods are called.

    Args:
        left: called when a pool has stopped and left tasks.
    """

    def __init__(
        self,
        pools: Mapping[str, Pool],
        routes: Routes,
        failures: FailureHandler,
        cancelled: CancelPublisher,
        left: Callable[[], object],
        publish: Callable[[Event], None],
        clock: Clock,
        journal: Journal | None,
    ) -> None:
        self._pools = pools
        self._routes = routes
        self._failures = failures
        self._cancelled = cancelled
        self._left = left
        self._publish = publish
        self._clock = clock
        self._journal = journal
        self._follows = False

    def follow_log(self) -> None:
        """Have every step of the tasks published, or no more, as the log book wants."""
        wanted = logbook.log.isEnabledFor(DEBUG)  # as `logbook.wants`, without its call
        if wanted is not self._follows:
            self._follows = wanted
            for pool in self._pools.values():
                watch_every(state_of(pool), wanted)

    def accepted(self, tasks: Sequence[Task]) -> BaseException | None:
        """Write acceptances down, and publish them; raises what the journal does."""
        if self._journal is None:
            self._publish_accepted(tasks)
            return None
        try:
            interrupt = self._journal.accepted(tasks)
            self._publish_accepted(tasks)
            return interrupt
        except JournalUnavailable:
            raise
        except BaseException:
            self._journal.retracted(tasks)
            raise

    def _publish_accepted(self, tasks: Sequence[Task]) -> None:
        if not self._follows:
            return
        from chasqui.engine.events.records import TaskAccepted

        for task in tasks:
            created, due = task.created, task.due
            delay = 0.0 if due is None else due - created
            self._publish(TaskAccepted(created, task.number, task.name, delay))

    def started(self, task: Task) -> None:
        """Tell the breaker of a probe, note what runs, and publish the start."""
        if self._journal is not None:
            self._journal.started(task)
        circuit = self._routes.of(task.work).circuit
        if circuit is not None:
            circuit.started(task)
        if self._follows:
            from chasqui.engine.events.records import TaskStarted

            now = self._clock.time()
            attempt, worker = task.attempts, task.worker or ""
            self._publish(TaskStarted(now, task.number, task.name, attempt, worker))

    def retried(self, task: Task, delay: float) -> None:
        """Keep how the attempt failed, and that another follows."""
        if self._journal is not None:
            self._journal.retried(task, delay)
        self._failures.retried(task, delay)

    def ended(self, tasks: Sequence[Task], state: TaskState) -> None:
        """Write down how tasks ended, record failures, and publish it."""
        for task in tasks if state == "failed" else ():
            self._failures.record(task)  # first: it is written in the same commit, or an earlier
        if self._journal is not None:
            self._journal.ended(tasks, state)
            self._failures.ended(tasks, state)
        if state == "cancelled":
            self._cancelled.publish(tasks)
            return
        for task in tasks:
            if state == "failed":
                self._failures.failed(task)
            elif self._follows:
                from chasqui.engine.events.records import TaskCompleted

                now = self._clock.time()
                self._publish(TaskCompleted(now, task.number, task.name, task.ran or 0.0))

    def left(self, tasks: Sequence[Task]) -> None:
        """Have batches look whether tasks of theirs were left."""
        self._left()
