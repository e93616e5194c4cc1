"""Pool: a bounded backlog and the workers that serve it.

What it promises, whatever tasks do:

- Every accepted task ends in exactly one final state, or is named in the ledger.
- ``accepted = queued + scheduled + running + completed + failed + cancelled`` in every reading.
- What a task raises is that task's failure and nothing else's.
- `shutdown` returns within its timeout plus one second.

All methods may be called from any thread, from a task, and from a signal handler; how that stays
true is explained in `state` and `commits`. The other modules of this package do what the methods
here delegate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import Context as Variables
from contextvars import copy_context
from typing import Any

from chasqui import arguments
from chasqui import numbers as rules
from chasqui.keywords import hinting
from chasqui.pool import (
    closing,
    exits,
    forking,
    handles,
    lanes,
    life,
    limits,
    reading,
    reordering,
    room,
    schedule,
)
from chasqui.pool.accepting import Accepting
from chasqui.pool.backend import BackendSetup, Worker
from chasqui.pool.backends import make_backend
from chasqui.pool.clock import SYSTEM_CLOCK, Clock
from chasqui.pool.lane import Lane
from chasqui.pool.lanes import PAUSED
from chasqui.pool.ledger import Ledger
from chasqui.pool.metrics import Metrics
from chasqui.pool.numbering import Numbering, check_numbering
from chasqui.pool.observer import TaskObserver, check_observer
from chasqui.pool.rate import Rate
from chasqui.pool.state import State
from chasqui.pool.states import PoolState
from chasqui.pool.submitters import Blocked
from chasqui.pool.task import Task
from chasqui.pool.threads import StartThread, start_daemon
from chasqui.pool.timer import Timer


@hinting
class Pool(Accepting):
    """A worker pool with a bounded backlog.

    Args:
        workers: how many tasks run at once, 1 to 10,000: each worker is a thread.
        queue_size: how many accepted tasks may wait, at most 1,000,000,000; 0: only if one is idle.
        name: shown in thread names and in logs.
        backend: where task bodies run: ``threads`` of this process, or ``processes``, a child for
            each worker, which can run calls of task types only.
        settings: what the backend itself takes; see `chasqui-tui help processes`.
        types: where an engine has its task types from, for a backend that finds them elsewhere.
        inherit: whether a task sees the context variables of its submitter, as they were then.
        retry: called with each task that fails, on the thread that ends it, before its state can be
            seen; returns in how many seconds the task is tried again, None: it is not. What it
            raises is logged.
        observer: follows the tasks; see `chasqui.pool.observer.TaskObserver`.
        grace: seconds past its time limit that a body has to stop before its worker is abandoned.
        max_abandoned: how many workers may be abandoned at a time; None: as many as ``workers``.
        schedule_size: how many accepted tasks may wait for a time.
        numbers: gives out the numbers of tasks, where several pools count together; their workers
            are called by the name of their pool too, such as ``cpu/w01``. None: 1, 2, 3 and so on.

    Raises:
        ValueError: a value makes no sense; the text says which.

    Examples: `chasqui-tui help pool`, `metrics` and `async`.
    """

    __slots__ = ("__weakref__", "_state", "backend")

    def __init__(
        self,
        workers: int = 4,
        queue_size: int = 1000,
        *,
        name: str = "default",
        backend: str = "threads",
        settings: Mapping[str, Any] | None = None,
        types: object = None,
        inherit: bool = True,
        clock: Clock = SYSTEM_CLOCK,
        start_thread: StartThread = start_daemon,
        retry: Callable[[Task], float | None] | None = None,
        observer: TaskObserver | None = None,
        grace: float = 5.0,
        max_abandoned: int | None = None,
        schedule_size: int = 100_000,
        numbers: Numbering | None = None,
    ) -> None:
        workers = rules.workers("workers", workers)
        if max_abandoned is not None:
            max_abandoned = rules.count("max_abandoned", max_abandoned, 0)
        name = arguments.text("name", name)
        table = arguments.mapping("settings", {} if settings is None else settings, "a table")
        made = make_backend(backend, BackendSetup(name, start_thread, table, types))
        state = State(
            name,
            rules.count("queue_size", queue_size, 0, rules.MOST_WAITING),
            workers=workers,
            clock=clock,
            backend=made,
            timer=Timer(f"chasqui-{name}-timer", clock, start_thread),
            schedule_size=rules.count("schedule_size", schedule_size, 0, rules.MOST_WAITING),
            grace=rules.duration("grace", grace),
            max_abandoned=workers if max_abandoned is None else max_abandoned,
            copy_variables=copy_context if arguments.flag("inherit", inherit) else Variables,
            retry=None if retry is None else arguments.function("retry", retry),
            observer=check_observer(observer),
            numbers=check_numbering(numbers),
        )
        state.handles = handles
        state.look = limits.look
        self._state = state
        self.backend = backend
        forking.watch(state)
        exits.watch(state)

    @property
    def name(self) -> str:
        """What it is called in thread names and logs."""
        return self._state.name

    @property
    def queue_size(self) -> int:
        """How many accepted tasks may wait."""
        return self._state.queue_size

    @property
    def clock(self) -> Clock:
        """The clock by which it waits."""
        return self._state.clock

    @property
    def state(self) -> PoolState:
        """One of new, running, paused, stopping, stopped.

        Raises:
            PoolForked: this is a forked child, and the pool is its parent's.
        """
        return self._state.state

    def start(self) -> None:
        """Start the workers.

        Raises:
            PoolClosed: it was started already, or has been shut down.
            RuntimeError: not one worker could be started.
        """
        life.start(self._state)

    def __enter__(self) -> Pool:
        self.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        if not self._state.is_forked:  # a child that leaves the block has nothing to shut down
            self.shutdown()

    def pause(self) -> None:
        """Start no more tasks; running ones go on. Submitting still works."""
        life.pause(self._state)

    def resume(self) -> None:
        """Start tasks again."""
        life.resume(self._state)

    def resize(self, workers: int | None = None, *, queue_size: int | None = None) -> None:
        """Set the number of workers, how many accepted tasks may wait, or both.

        Surplus workers stop once their task has ended. Tasks that wait stay, however many they are:
        until fewer than ``queue_size`` wait, the pool is full.

        Raises:
            ValueError: a value makes no sense; or one of the old and the new queue_size is 0.
            PoolClosed: it is stopping or stopped.
        """
        life.resize(self._state, workers, queue_size)

    def shutdown(self, timeout: float | None = None, *, drain: bool = True) -> Ledger:
        """Stop accepting, bring accepted tasks to an end, and report each task's fate.

        With ``drain`` queued tasks still run, else they are cancelled; running tasks are left alone
        until the deadline, then asked to stop. It returns within ``timeout`` seconds (None: no
        deadline) plus one. A later call may only sharpen the one under way: drop the queue, or
        bring the deadline forward. May be called from a task, which then does not wait for itself.
        """
        (ledger,) = closing.shut_down((self._state,), timeout, drain=drain)
        return ledger

    def lane(self, name: str) -> Lane:
        """Return the lane of a name, which is made when it is first asked for."""
        return lanes.lane_of(self._state, name)

    def limit(
        self, name: str, *, concurrency: int | None = None, rate: Rate | str | None = None
    ) -> None:
        """Set how many tasks of a lane run at once and at what rate they start; None: no limit.

        Raises:
            ValueError: a value makes no sense.
            RuntimeError: there is a rate, and the machine has no more threads.
        """
        lanes.limit(self._state, name, concurrency, rate)

    def hold(self, name: str, why: str = PAUSED) -> bool:
        """Start no more tasks of a lane until `unhold`; tell whether the reason is a new one."""
        return lanes.hold(self._state, name, why)

    def unhold(self, name: str, why: str = PAUSED) -> bool:
        """Take a reason of `hold` away, and tell whether it was one.

        Tasks start again once no reason is left.
        """
        return lanes.unhold(self._state, name, why)

    def reprioritize(self, number: int, priority: int) -> bool:
        """Give a waiting task another priority, and tell whether it waits.

        It goes behind those that have this priority already. A scheduled task keeps its time.

        Raises:
            ValueError: a number makes no sense.
        """
        return reordering.reprioritize(self._state, number, priority)

    def run_next(self, *numbers: int) -> tuple[int, ...]:
        """Have waiting tasks start before all others, in this order; return those that wait.

        Each gets a higher priority than all that wait, and keeps it. What holds its lane holds it
        still. A scheduled task is due at once; one that has failed is tried again at once.

        Raises:
            ValueError: they are more than 1,000, or another has the highest priority there is.
        """
        return reordering.run_next(self._state, numbers)

    def lanes(self) -> tuple[Lane, ...]:
        """List the lanes there are; they stay live."""
        return lanes.all_lanes(self._state)

    def metrics(self) -> Metrics:
        """Return one consistent reading."""
        return reading.metrics(self._state)

    def waiting(self, offset: int = 0, limit: int = 50) -> list[Task]:
        """List a window of the backlog, in the order in which it will be served."""
        return reading.waiting(self._state, offset, limit)

    def scheduled(self, offset: int = 0, limit: int = 50) -> list[Task]:
        """List a window of the tasks that wait for their time, the next one first."""
        return schedule.scheduled_window(self._state, offset, limit)

    def find(self, number: int) -> Task | None:
        """Return the waiting, scheduled or running task of this number."""
        return reading.find(self._state, number)

    def blocked(self) -> tuple[Blocked, ...]:
        """List the submitters that wait for room, longest first."""
        return room.blocked(self._state)

    def workers(self) -> tuple[Worker, ...]:
        """List the workers there are; the records stay live."""
        return reading.workers(self._state)

    @property
    def workers_wanted(self) -> int:
        """How many workers there should be."""
        return self._state.crew.wanted

    @property
    def workers_lost(self) -> int:
        """How many workers could not start or died outside a task's body."""
        return self._state.crew.lost

    @property
    def workers_abandoned(self) -> tuple[Worker, ...]:
        """The abandoned workers, while their threads still run a body past its limit."""
        return reading.abandoned(self._state)

    def __repr__(self) -> str:
        return reading.shown(self._state)
