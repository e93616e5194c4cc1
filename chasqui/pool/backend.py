"""The seam between a pool and where its task bodies run.

A pool is a backlog and a backend. The pool accepts, orders, counts and cancels, and writes the
ledger, whatever the backend. A backend owns workers; each of them takes tasks from the pool
(`Source`) and reports how they ended. Since workers take tasks, a task stays in the backlog, where
it can be seen and cancelled, until a worker is ready for it.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from chasqui.pool.lane import Lane
from chasqui.pool.own_wait import Wait
from chasqui.pool.states import WorkerState
from chasqui.pool.tally import Tallies, Tally
from chasqui.pool.task import Task

if TYPE_CHECKING:
    from chasqui.pool.coroutines import Coroutines
    from chasqui.pool.stacks import Stack


class Worker:
    """A worker of a pool, with its own counts and durations.

    The worker's thread writes the counts, ``task`` and ``moving``; all else is written under the
    pool's lock.
    """

    __slots__ = (
        "admitted",
        "admitted_at",
        "ahead",
        "coroutines",
        "ender",
        "ending",
        "held",
        "ident",
        "launcher",
        "moving",
        "name",
        "parked",
        "phase",
        "phase_at",
        "pid",
        "raised",
        "recall",
        "result",
        "retired",
        "tallies",
        "tally",
        "task",
        "waits",
    )

    def __init__(self, name: str, now: float) -> None:
        self.name = name
        self.task: Task | None = None
        """The task that it runs."""
        self.ahead: deque[Task] = deque()
        """Those that its backend has taken before their turn; see `chasqui.pool.ahead`."""
        self.recall: Callable[[], int] = lambda: 0
        """Has the backend begin none of those any more; returns how many it has begun."""
        self.moving = False
        """Whether it is between two tasks, where its counts do not add up."""
        self.held = False
        """Whether it must ask under the lock before it goes on; see `chasqui.pool.state`."""
        self.retired = False
        """Whether it should stop once its task has ended."""
        self.ending: Literal["", "itself", "limit"] = ""
        """Which side ends a task with a limit: the worker, or the check that abandons it."""
        self.ender: int | None = None
        """The thread that abandons it."""
        self.result: object = None
        """What a body with a limit returned, until it is known to be in time."""
        self.raised: BaseException | None = None
        """What a body raised, until its end has been handled."""
        self.admitted: Lane | None = None
        """The limited lane that admitted its task."""
        self.admitted_at = 0.0
        """When the lane admitted it, on the pool's monotonic clock."""
        self.waits: list[Wait] = []
        """The waits of its task for other tasks of its own pool, or for room in it."""
        self.launcher: int | None = threading.get_ident()
        """The thread that is starting it; None once it has started."""
        self.phase: WorkerState = "starting"
        self.phase_at = now
        """When it entered this phase, on the pool's monotonic clock."""
        self.ident: int | None = None
        """The thread that serves it, if that is in this process."""
        self.pid: int | None = None
        """The process that runs its bodies, if that is another one."""
        self.coroutines: Coroutines | None = None
        """What runs its coroutines, if that is in this process."""
        self.parked = threading.Lock()
        """The lock that it sleeps on while idle: released to wake it, even before it sleeps."""
        self.parked.acquire()
        self.tallies = Tallies()
        self.tally: Tally
        """The tally of the lane of the task that it runs, or ran last."""

    @property
    def state(self) -> WorkerState:
        """What it does now."""
        return "running" if self.phase == "idle" and self.task is not None else self.phase

    @property
    def done(self) -> int:
        """How many tasks it has ended."""
        return sum([tally.ended for tally in list(self.tallies.values())])

    @property
    def failed(self) -> int:
        """How many tasks failed."""
        return sum([tally.failed for tally in list(self.tallies.values())])

    @property
    def since(self) -> float:
        """When it entered this state, on the pool's monotonic clock."""
        task = self.task
        if self.phase == "idle" and task is not None:
            return getattr(task, "_claimed_at", self.phase_at)
        return self.phase_at

    def enter(self, phase: WorkerState, now: float) -> None:
        """Note what it does from now on."""
        self.phase, self.phase_at = phase, now

    def rouse(self) -> None:
        """Wake it, or keep it from falling asleep the next time."""
        try:
            self.parked.release()
        except RuntimeError:  # already woken
            return


Perform = Callable[[Task], BaseException | None]
"""Run the body of a task, keep its result, and return what it raised.

The result goes into the task, or, if the task has a limit, into ``Worker.result``: the worker may
have been abandoned meanwhile, and the task may have another worker by now.
"""


class Source(Protocol):
    """What a pool offers to the workers of its backend."""

    def serve(self, worker: Worker, perform: Perform) -> None:
        """Take tasks and perform them until this worker has nothing more to do."""
        ...

    def take_ahead(
        self, worker: Worker, count: int, wanted: Callable[[Task], bool]
    ) -> Sequence[Task]:
        """Take at most ``count`` tasks that come next, before their turn; on its own thread.

        The first that is not ``wanted`` stays, and those after it. What is taken is performed task
        by task like all else. The backend gives back what it has not begun whenever it likes; the
        pool takes it back itself, once ``Worker.recall`` has said how many were begun.
        """
        ...

    def give_back(self, worker: Worker, begun: int) -> None:
        """Put tasks back that were taken ahead, but for the first ``begun`` of them."""
        ...

    def lost(self, worker: Worker, error: BaseException | None) -> None:
        """Report that a worker is gone: ``error`` is what killed it or kept it from starting.

        Every worker that was started is reported, with None if it stopped as it should.
        """
        ...


class BackendCapabilities(NamedTuple):
    """What a backend can do, where backends differ."""

    kills: bool
    """Whether `Backend.abandon` ends a body, so that a time limit holds whatever the body does."""
    shares_memory: bool
    """Whether bodies see the objects of this process, and not copies of them."""
    measures_memory: bool
    """Whether the memory of a single task can be measured, and bounded."""


StartThread = Callable[[Callable[[], None], str], threading.Thread]
"""Starts a thread that calls a function, with this name."""


@dataclass(frozen=True, slots=True)
class BackendSetup:
    """What the backend of a pool is made of. Example: `chasqui-tui help authors`."""

    pool: str
    """The name of the pool."""
    start_thread: StartThread
    """Starts the threads of the backend, each with a function and a name."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """What the backend itself takes; see its page of the manual."""
    types: object = None
    """Where the engine of the pool has its task types from, besides those registered with it."""


class Backend(Protocol):
    """Workers that serve a pool."""

    @property
    def capabilities(self) -> BackendCapabilities:
        """What it can do."""
        ...

    def start(self, source: Source, workers: Sequence[Worker]) -> None:
        """Bring these workers to life; called again with more of them when the pool grows."""
        ...

    def refusal(self, type_: object, name: str) -> str:
        """Say why the tasks of a type cannot run here; empty if they can.

        Args:
            type_: a task type of an engine.
            name: what the engine calls it.
        """
        ...

    def stop(self, task: Task) -> None:
        """See to it that a running task stops, which it was just asked to; on any thread.

        Its body may find out by itself, as on threads of this process. A backend that can kill the
        body gives it some time first.
        """
        ...

    def abandon(self, worker: Worker) -> bool:
        """Abandon a worker whose task is past its time limit; tell whether it was killed.

        It may just have ended the body itself. A worker that was not killed goes on with the body,
        and the outcome is ignored.
        """
        ...

    def stack(self, worker: Worker) -> str:
        """Return what a worker is executing now, as the lines of a traceback.

        Empty when that is not known, or when the worker has ended.
        """
        ...

    def stacks(self, workers: Sequence[Worker], depth: int) -> Mapping[Worker, Stack]:
        """Return where the tasks of these workers are now, the innermost ``depth`` positions each.

        A worker without a task may be missing, and one whose stack is not known.
        """
        ...

    def usage(self, worker: Worker) -> tuple[float, int]:
        """Return the CPU time of a worker's own process in seconds, and its memory in bytes.

        Zero for a worker without a process of its own.
        """
        ...

    def close(self, timeout: float) -> None:
        """Wait at most ``timeout`` seconds for the workers that were told to stop."""
        ...
