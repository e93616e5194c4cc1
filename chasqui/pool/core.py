"""The core of a pool: its state, the lock that guards it, and how a reading is exact.

Everything that is decided is decided under one re-entrant lock. A worker between two tasks takes no
lock at all, and these rules keep its counts exact all the same:

- A worker sets ``moving`` before it looks at its ``held``, and clears it when the end of one task
  and the start of the next are both counted. A reader takes the lock, sets ``held`` of every
  worker, waits until none is moving, reads, and clears ``held``. So either the reader sees a worker
  moving and waits for it, or the worker sees that it is held and asks under the lock. With the two
  looks in the other order both could miss each other.
- A counter belongs to one worker, or is written under the lock; readings add them up.

A signal handler may call any method in the middle of any other on the same thread, and the lock
lets it in. CPython runs handlers when a call returns or a loop turns back, never between plain
stores. So whoever decides something:

1. makes itself known: ``self._turn`` becomes an object of its own;
2. looks at what it must know, with calls as it likes;
3. sees that ``self._turn`` is still its own, and at once stores all that it decided, with no call
   in between; else somebody was here meanwhile, and it begins again at 1.

A wait gives the lock up whole, however deep it is held, so even a shutdown from a handler in the
middle of a reading lets the workers go on. How the lock is held is in `chasqui.pool.locks`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Literal, TypeVar

from chasqui.errors import PoolClosed, PoolForked
from chasqui.pool import trace
from chasqui.pool.backend import Backend, Worker
from chasqui.pool.backlog import Backlog
from chasqui.pool.bell import Bell
from chasqui.pool.clock import Clock
from chasqui.pool.crew import Crew
from chasqui.pool.fullness import Fullness
from chasqui.pool.lane import NEVER
from chasqui.pool.ledger import Ledger
from chasqui.pool.locks import Condition
from chasqui.pool.task import Particulars, Task

Seen = TypeVar("Seen")
PoolState = Literal["new", "running", "paused", "stopping", "stopped"]

CLOCK_STEP = 0.01  # seconds; less than this is two clocks read one after the other, not a step


class Core:
    """What the parts of a pool share. The parts add methods; every field is named here."""

    # Slots, because an object of more than thirty fields loses half the speed of access without.
    __slots__ = (
        "__weakref__",
        "_accepted",
        "_awaited",
        "_backend",
        "_backlog",
        "_bells",
        "_crew",
        "_deadline",
        "_dropped",
        "_epoch",
        "_forked",
        "_fullness",
        "_idle",
        "_lane",
        "_ledger",
        "_lock",
        "_look_at",
        "_marks",
        "_monotonic",
        "_numbers",
        "_on_cancelled",
        "_on_failed",
        "_open",
        "_opens_at",
        "_paused",
        "_queued",
        "_rejected",
        "_room",
        "_schedule_size",
        "_scheduled",
        "_started",
        "_stopped",
        "_stopping",
        "_submitters",
        "_timer",
        "_turn",
        "_variables",
        "_waking",
        "_wanted",
        "clock",
        "grace",
        "max_abandoned",
        "name",
        "queue_size",
    )

    def __init__(self, workers: int, queue_size: int, *, name: str, clock: Clock) -> None:
        self.name = name
        self.queue_size = queue_size
        self.clock = clock
        self._backend: Backend
        self._monotonic = clock.monotonic
        self._epoch = clock.time() - clock.monotonic()
        # The lock guards everything below.
        self._lock: Any = threading.RLock()
        self._room = Condition(self._lock)  # of submitters, that wait for room
        self._fullness = Fullness()
        self._bells: tuple[Bell, ...] = ()  # of shutdowns, that wait for the last worker to go
        self._turn: object = None  # whoever decided last
        self._open = True  # may work be accepted?
        self._started = False
        self._paused = False
        self._stopping: Literal["", "drain", "cancel"] = ""
        self._stopped = False
        self._forked = False
        self._deadline: float | None = None  # monotonic; of the shutdown under way
        self._ledger: Ledger | None = None
        # Also the number of the newest task, unless several pools count together.
        self._accepted = 0
        self._numbers: Callable[[], int] | None = None
        self._rejected = 0
        self._dropped = 0  # cancelled before they started
        self._backlog = Backlog()
        self._queued = self._backlog.queued
        self._lane = self._backlog.lane("")  # of tasks whose submitter names none
        self._scheduled: dict[int, Task] = {}
        self._awaited: Task | None = None  # the scheduled one that a drain waits for last
        self._look_at = NEVER  # when the limits of running tasks are looked at next
        self._opens_at = NEVER  # when a worker is woken next since the rate of a lane lets it start
        self._crew = Crew(workers)
        # Workers write these two without the lock; see `Floor`.
        self._idle: list[Worker] = []
        self._waking = False
        # Whether a submitter waits for room and nobody is on the way to tell it that there is some.
        self._wanted = False

    @property
    def state(self) -> PoolState:
        """One of new, running, paused, stopping, stopped."""
        self._check_fork()
        if self._stopped:
            return "stopped"
        if self._stopping:
            return "stopping"
        if self._paused:
            return "paused"
        return "running" if self._started else "new"

    @property
    def tries_again(self) -> bool:
        """Whether a task that fails now may still be put off to be tried again."""
        return not (self._stopped or self._stopping == "cancel")

    @property
    def epoch(self) -> float:
        """What to add to a monotonic moment to have it in seconds since the epoch.

        It stays the same to the last digit until somebody sets the clock, or the machine sleeps.
        """
        now = self.clock.time() - self.clock.monotonic()
        if abs(now - self._epoch) > CLOCK_STEP:
            self._epoch = now
        return self._epoch

    # Making workers rest, to read or to change what they touch; the caller holds the lock

    def _locked_freeze(self) -> object:
        """Let no worker move until `_locked_thaw`; return the turn under which that is so."""
        turn = self._turn = object()
        workers = self._crew.workers
        for worker in workers:
            worker.held = True
        for worker in workers:
            while worker.moving:
                time.sleep(0)  # it needs the interpreter to get on, for some microseconds
        return turn

    def _locked_thaw(self) -> None:
        self._turn = None  # whoever thaws ends all turns, a signal handler that of whom it is in
        for worker in self._crew.workers:
            worker.held = self._locked_holds(worker)

    def _locked_look(self, look: Callable[[], Seen]) -> Seen:
        """Return what is seen while no worker moves: again, if a signal handler has let them."""
        while True:
            turn = self._locked_freeze()
            try:
                seen = look()
                undisturbed = self._turn is turn
            except (LookupError, RuntimeError) as error:
                if self._turn is turn or not trace.is_own(error):
                    raise
                undisturbed = False  # what it went along has changed under it
            finally:
                self._locked_thaw()
            if undisturbed:
                return seen

    def _locked_sweep(self) -> None:
        """Drop the numbers in the backlog that stand for no task.

        The stores are made with no call in between, and each queue is filled anew in one call, in
        which no signal handler runs.
        """
        for queue in self._backlog.queues():
            swept = False
            while not swept:
                turn = self._locked_freeze()
                live = self._backlog.live(queue)
                lane, husks = queue.lane, len(queue) - len(live)
                if self._turn is turn:
                    lane.husks -= husks
                    queue.__init__(live)  # type: ignore[misc]
                    swept = True
                self._locked_thaw()
        for lane in self._backlog.all_lanes():
            turn, shed = self._locked_freeze(), len(lane.shed)
            if self._turn is turn:  # else the next sweep sees to it
                lane.husks -= shed
                lane.shed.clear()
            self._locked_thaw()

    def _locked_holds(self, worker: Worker) -> bool:
        """Whether a worker must start no more tasks, at least for now."""
        return worker.retired or self._stopped or self._paused

    def _locked_rouse_all(self) -> None:
        """Have everybody who waits look again."""
        self._locked_thaw()
        for worker in list(self._idle):
            worker.rouse()
        self._room.notify_all()

    def _ring(self) -> None:
        """Have shutdowns look again that wait for this pool or for others; no lock is held."""
        for bell in self._bells:
            bell.ring()

    # What few tasks need

    def particulars(self, task: Task) -> Particulars:
        """Return a task's particulars, making them if there are none."""
        with self._lock:
            if task._more is None:
                task._more = Particulars()
            return task._more

    def _locked_wake(self, task: Task) -> Condition:
        """Return the condition that is notified when a task ends or is asked to stop."""
        more = self.particulars(task)
        if more.wake is None:
            more.wake = Condition(self._lock)
        return more.wake

    # What every entry checks

    def _check_open(self, verb: str) -> None:
        self._check_fork()
        if self._stopping:
            raise PoolClosed(f"pool {self.name!r} cannot {verb}: it is {self.state}")

    def _check_fork(self) -> None:
        if self._forked:
            raise PoolForked(
                f"pool {self.name!r} belongs to the parent process; make a new one here"
            )

    # What the parts provide to the handle of a task and to each other

    def wait_for(self, task: Task, timeout: float | None) -> bool:
        """Wait for a task's final state; see `Task.wait`."""
        raise NotImplementedError

    def sleep(self, task: Task, until: float | None, is_over: Callable[[], bool]) -> None:
        """Sleep for the body of a task; see `Context.sleep`."""
        raise NotImplementedError

    def cancel(self, task: Task) -> bool:
        """Cancel a task; see `Task.cancel`."""
        raise NotImplementedError

    def withdraw(self, task: Task) -> bool:
        """Cancel a task that waits; see `Handles.withdraw`."""
        raise NotImplementedError

    def _look(self) -> None:
        """Look at the limits of the tasks that run; see `Limits`."""
        raise NotImplementedError

    def add_done_callback(self, task: Task, callback: Any) -> None:
        """Call back once a task is final; see `Task.add_done_callback`."""
        raise NotImplementedError
