"""What follows a failed attempt: another attempt after a delay, or an entry in the failure log."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from chasqui import foreign
from chasqui.engine.events.event import Event
from chasqui.engine.failures.failure import first_line, remember
from chasqui.engine.failures.log import FailureLog
from chasqui.engine.logs.task_log import TaskLogs
from chasqui.engine.policy.retry import BODY_ASKS, Retry
from chasqui.engine.policy.routes import Routes
from chasqui.engine.policy.rules import Policy
from chasqui.errors import TryLater
from chasqui.pool.clock import Clock
from chasqui.pool.states import TaskState
from chasqui.pool.task import Task

if TYPE_CHECKING:
    import random

NEVER_AGAIN: Final = Retry(attempts=1)


class FailureHandler:
    """Decides whether a failed task is retried; on the thread of its worker."""

    def __init__(
        self,
        routes: Routes,
        failures: FailureLog,
        task_logs: TaskLogs,
        publish: Callable[[Event], None],
        clock: Clock,
        chance: random.Random | None,
    ) -> None:
        self._routes = routes
        self._failures = failures
        self._task_logs = task_logs
        self._publish = publish
        self._clock = clock
        self._chance = chance
        self.keywords_of: Callable[[Task], Mapping[str, Any]] = lambda task: {}
        """Returns the keywords that submit a task like this again, but for its key and times."""

    def _random(self) -> random.Random:
        if self._chance is None:
            import random  # when the first task fails: it takes 1 ms

            self._chance = random.Random()
        return self._chance

    def decide(self, task: Task) -> float | None:
        """Return the seconds until a failed task is retried; None: it is not."""
        circuit = self._routes.of(task.work).circuit
        if circuit is not None:
            circuit.failed(task)
        if not task._pool.tries_again or task.stop_asked or task.error is None:
            return None
        return self._retry_of(task).delay(task.attempts, task.error, self._random())

    def retried(self, task: Task, delay: float) -> None:
        """Keep how an attempt failed that is followed by another."""
        from chasqui.engine.events.records import TaskRetried

        remember(task)
        now, attempt = self._clock.time(), task.attempts
        self._publish(TaskRetried(now, task.number, task.name, attempt, _error_of(task), delay))

    def record(self, task: Task) -> None:
        """Record a failure that is final, with what makes another task like it."""
        self._failures.record(task, self.keywords_of(task))

    def ended(self, tasks: Sequence[Task], state: TaskState) -> None:
        """Keep how the retries of failures of earlier lives have ended."""
        self._failures._ended(tasks, state)

    def failed(self, task: Task) -> None:
        """Publish a failure that is final."""
        from chasqui.engine.events.records import TaskFailed

        now = self._clock.time()
        self._task_logs.fail(task.number)
        self._publish(TaskFailed(now, task.number, task.name, task.attempts, _error_of(task)))

    def _retry_of(self, task: Task) -> Retry:
        more = task._more
        said = more.policy if more is not None else None
        rules = said if isinstance(said, Policy) else self._routes.of(task.work).rules
        if rules.retry is not None:
            return rules.retry
        return BODY_ASKS if foreign.is_a(task.error, TryLater) else NEVER_AGAIN


def _error_of(task: Task) -> str:
    return f"{foreign.kind_of(task.error)}: {first_line(task)}"
