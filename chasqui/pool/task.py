"""Task: one accepted submission, and the handle that its submitter holds.

Every field is written by one owner at a time: the pool under its lock while the task waits, its
worker while it runs, nobody once it is final. So a handle may be read from any thread, and a state
that reads as final has its result, error and times in place.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from chasqui.errors import Cancelled, PoolClosed

if TYPE_CHECKING:
    from chasqui.pool.pool import Pool
    from chasqui.pool.work import Work

TaskState = Literal["queued", "scheduled", "running", "completed", "failed", "cancelled"]

FINAL: Final[frozenset[TaskState]] = frozenset({"completed", "failed", "cancelled"})

TRANSITIONS: Final[dict[TaskState, frozenset[TaskState]]] = {
    "queued": frozenset({"running", "cancelled"}),
    "scheduled": frozenset({"queued", "cancelled"}),
    "running": FINAL,
    "completed": frozenset(),
    "failed": frozenset(),
    "cancelled": frozenset(),
}


class Progress(NamedTuple):
    """How far a task says it is: ``done`` of ``total`` (None: not known) and a few words."""

    done: float
    total: float | None = None
    message: str = ""


class Task:
    """A submission that was accepted: its number, state, times, result or error.

    Times are seconds since the epoch; `waited` and `ran` are seconds on a clock that never jumps.
    """

    __slots__ = (
        "__weakref__",
        "_callbacks",
        "_pool",
        "_result",
        "_wake",
        "attempts",
        "claimed_at",
        "created",
        "deadline",
        "ended_at",
        "error",
        "finished",
        "number",
        "priority",
        "progress",
        "queued_at",
        "started",
        "state",
        "stop_asked",
        "time_limit",
        "traceback",
        "work",
        "worker",
    )

    def __init__(
        self, pool: Pool, number: int, work: Work, priority: int, time_limit: float | None
    ) -> None:
        self.number = number
        self.work = work
        self.priority = priority
        self.time_limit = time_limit
        self.state: TaskState = "queued"
        self.attempts = 0
        self.created: float | None = None
        self.started: float | None = None
        self.finished: float | None = None
        self.queued_at = 0.0  # monotonic
        self.claimed_at: float | None = None  # monotonic
        self.ended_at: float | None = None  # monotonic
        self.deadline: float | None = None  # monotonic: when its time limit comes
        self.worker: str | None = None
        self.progress: Progress | None = None
        self.error: BaseException | None = None
        self.traceback: str | None = None
        self.stop_asked = False
        self._result: Any = None
        self._pool = pool
        self._callbacks: list[Callable[[Task], object]] | None = None
        # Made when somebody waits, never per task; shares the pool's lock.
        self._wake: threading.Condition | None = None

    @property
    def name(self) -> str:
        """The name of its work."""
        return self.work.name

    @property
    def done(self) -> bool:
        """Whether its state is final."""
        return self.state in FINAL

    @property
    def waited(self) -> float | None:
        """Seconds between acceptance and start; None before it starts."""
        return None if self.claimed_at is None else self.claimed_at - self.queued_at

    @property
    def ran(self) -> float | None:
        """Seconds between start and end; None before it ends, or when it never started."""
        if self.claimed_at is None or self.ended_at is None:
            return None
        return self.ended_at - self.claimed_at

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for a final state at most ``timeout`` seconds, and tell whether it came.

        Raises:
            WouldDeadlock: called from a task, and no worker would be left to run this one.
        """
        return self._pool.wait_for(self, timeout)

    def result(self, timeout: float | None = None) -> Any:
        """Wait for the task to end, and return what its work returned or raise what it raised.

        Raises:
            Cancelled: the task was cancelled.
            TimeoutError: it did not end within ``timeout`` seconds.
            PoolClosed: the pool stopped and left it in its backlog.
            WouldDeadlock: called from a task, and no worker would be left to run this one.
        """
        if not self.wait(timeout):
            if self._pool.state == "stopped" and self.state == "queued":
                raise PoolClosed(
                    f"task {self.number} was left in the backlog by a pool that stopped"
                )
            raise TimeoutError(
                f"task {self.number} ({self.name}) is {self.state} after {timeout} s"
            )
        if self.state == "cancelled":
            raise Cancelled(f"task {self.number} ({self.name}) was cancelled")
        if self.error is not None:
            # Without the frames of an earlier call: each raise would add its own to them.
            raise self.error.with_traceback(None)
        return self._result

    def cancel(self) -> bool:
        """Cancel the task if it waits, ask it to stop if it runs; False when it is final."""
        return self._pool.cancel(self)

    def add_done_callback(self, callback: Callable[[Task], object]) -> None:
        """Call ``callback(task)`` once the task is final; at once if it is already.

        It is called on the thread that ends the task, and what it raises is logged.
        """
        self._pool.add_done_callback(self, callback)

    def __repr__(self) -> str:
        return f"<Task {self.number} {self.name} {self.state}>"
