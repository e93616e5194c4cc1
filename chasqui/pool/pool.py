"""Pool: a bounded backlog and the workers that serve it.

What it promises, whatever tasks do:

- Every accepted task ends in exactly one final state, or is named in the ledger.
- ``accepted = queued + scheduled + running + completed + failed + cancelled`` in every reading.
- What a task raises is that task's failure and nothing else's.
- `shutdown` returns within its timeout plus one second.

All methods may be called from any thread, from a task, and from a signal handler. How that stays
true is written where it is done: `core` (the lock, exact readings), `intake` (accepting), `floor`
(workers), `lane` (limits of tasks of one name), `handles` (waiting and cancelling), `closing`
(shutdown), `reading` (metrics).
"""

from __future__ import annotations

import logging
import weakref
from collections import deque
from collections.abc import Callable
from contextvars import Context as Variables
from contextvars import copy_context

from chasqui import numbers as rules
from chasqui.errors import PoolClosed
from chasqui.pool import forking
from chasqui.pool.backend import Backend
from chasqui.pool.clock import SYSTEM_CLOCK, Clock
from chasqui.pool.closing import Closing, shut_down
from chasqui.pool.core import PoolState as PoolState
from chasqui.pool.gathering import Gathering
from chasqui.pool.lanes import Lanes
from chasqui.pool.locks import Condition
from chasqui.pool.reading import Mark, Reading
from chasqui.pool.task import Task
from chasqui.pool.threads import StartThread, ThreadBackend, start_daemon
from chasqui.pool.timer import Timer

log = logging.getLogger("chasqui.pool")

EXIT_SECONDS = 5.0  # that the interpreter's exit waits for pools that nobody has shut down

_pools: weakref.WeakSet[Pool] = weakref.WeakSet()


class Pool(Closing, Reading, Gathering, Lanes):
    """A worker pool with a bounded backlog.

    Args:
        workers: how many tasks run at once, 1 to 10,000: each worker is a thread.
        queue_size: how many accepted tasks may wait, at most 1,000,000,000; 0 accepts a task only
            if a worker is idle.
        name: shown in thread names and in logs.
        inherit: whether a task sees the context variables of its submitter, as they were then.
        on_failed: called with each task that fails, on the thread that ends it, before anybody can
            see its state. A number that it returns is in how many seconds the task is tried again;
            should the pool have come to stop before that is noted, it is called once more, for a
            failure that is final. What it raises is logged.
        on_cancelled: called with each task that was cancelled, on the thread that ended it. What it
            raises is logged.
        grace: seconds past its time limit that a body has to stop before its worker is given up.
        max_abandoned: how many workers may be given up at a time, since their task ignores its time
            limit; None: as many as there are workers.
        schedule_size: how many accepted tasks may wait for a time.
        numbers: returns the number of the next task, where several pools count together, and takes
            no lock; workers are called by the name of their pool too, then, such as ``cpu/w01``.
            None: 1, 2, 3 and so on.

    Raises:
        ValueError: a value makes no sense; the text says which.
    """

    __slots__ = ()

    def __init__(
        self,
        workers: int = 4,
        queue_size: int = 1000,
        *,
        name: str = "default",
        inherit: bool = True,
        clock: Clock = SYSTEM_CLOCK,
        start_thread: StartThread = start_daemon,
        on_failed: Callable[[Task], float | None] | None = None,
        on_cancelled: Callable[[Task], object] | None = None,
        grace: float = 5.0,
        max_abandoned: int | None = None,
        schedule_size: int = 100_000,
        numbers: Callable[[], int] | None = None,
    ) -> None:
        workers = rules.workers("workers", workers)
        queue_size = rules.count("queue_size", queue_size, 0, rules.MOST_WAITING)
        schedule_size = rules.count("schedule_size", schedule_size, 0, rules.MOST_WAITING)
        if max_abandoned is not None:
            max_abandoned = rules.count("max_abandoned", max_abandoned, 0)
        grace = rules.duration("grace", grace)
        super().__init__(workers, queue_size, name=name, clock=clock)
        self._backend: Backend = ThreadBackend(name, start_thread)
        self._on_failed = on_failed
        self._on_cancelled = on_cancelled
        self._timer = Timer(f"chasqui-{name}-timer", clock, start_thread)
        self._schedule_size = schedule_size
        if numbers is not None:
            self._numbers = numbers
            self._crew.prefix = f"{name}/"
        self.grace = grace
        self.max_abandoned = workers if max_abandoned is None else max_abandoned
        self._variables = copy_context if inherit else Variables
        self._submitters = {}
        self._marks = deque([Mark(clock.monotonic(), 0, 0.0)])
        forking.watch(self)
        forking.arm()
        _pools.add(self)

    def start(self) -> None:
        """Start the workers.

        Raises:
            PoolClosed: it was started already, or has been shut down.
            RuntimeError: not one worker could be started.
        """
        with self._lock:
            self._check_fork()
            if self._started or self._stopping:
                raise PoolClosed(f"pool {self.name!r} cannot start: it is {self.state}")
            self._started = True
        fresh = self._staff()
        if not self._crew.workers:
            raise RuntimeError(f"pool {self.name!r} could not start any of {len(fresh)} workers")

    def __enter__(self) -> Pool:
        self.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        if not self._forked:  # a child that leaves the block has nothing to shut down
            self.shutdown()

    def pause(self) -> None:
        """Start no more tasks; running ones go on. Submitting still works."""
        with self._lock:
            self._check_open("pause")
            self._paused = True
            # When this returns nothing starts any more: whoever was about to has done so.
            self._locked_freeze()
            self._locked_thaw()

    def resume(self) -> None:
        """Start tasks again."""
        with self._lock:
            self._check_open("resume")
            self._paused = False
            self._locked_rouse_all()

    def resize(self, workers: int) -> None:
        """Set the number of workers; surplus ones stop once their task has ended."""
        workers = rules.workers("workers", workers)
        with self._lock:
            self._check_open("resize")
            self._crew.wanted = workers
            self._crew.retire_surplus()
            self._locked_rouse_all()
        if self._started:
            self._staff()

    def forked(self) -> None:
        """Refuse all use from now on: this is a forked child, and its workers are elsewhere."""
        self._forked = True
        self._open = False
        self._room = Condition(self._lock)
        self._submitters.clear()
        for worker in self._crew.workers:
            worker.held = True  # the one that forked, if one has, asks before it goes on


def live_pools() -> list[Pool]:
    """List the pools of this process that somebody still holds."""
    return list(_pools)


def _forget_in_child() -> None:
    global _pools
    _pools = weakref.WeakSet()


def _end_at_exit() -> None:
    """End what the program has left running, in a bounded time: its threads cannot outlive it."""
    left = [pool for pool in live_pools() if pool.state not in ("new", "stopped")]
    for pool, ledger in zip(left, shut_down(left, EXIT_SECONDS), strict=True):
        if not ledger.clean:
            log.warning("pool %s: at the exit of the program: %s", pool.name, ledger)


forking.in_child(_forget_in_child)
forking.at_exit(_end_at_exit)
