"""The state of a pool: what its parts share, the lock that guards it, and how a reading is exact.

The parts are modules of functions, which are handed the state. Everything that is decided is
decided under one re-entrant lock. A worker between two tasks takes no lock at all, and these rules
keep its counts exact all the same:

- A worker sets ``moving`` before it looks at its ``held``, and clears it when the end of one task
  and the start of the next are both counted. A reader takes the lock, sets ``held`` of every
  worker, waits until none is moving, reads, and clears ``held``. So either the reader sees a worker
  moving and waits for it, or the worker sees that it is held and asks under the lock. With the two
  looks in the other order both could miss each other.
- A counter belongs to one worker, or is written under the lock; readings add them up.

A signal handler may call any method in the middle of any other on the same thread, and the lock
lets it in. How a decision bears that is in `chasqui.pool.commits`.

A wait gives the lock up whole, however deep it is held, so even a shutdown from a handler in the
middle of a reading lets the workers go on. How the lock is held is in `chasqui.pool.locks`.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from contextvars import Context as Variables
from typing import Any, Final, Literal, Protocol
from weakref import ref

from chasqui.errors import PoolClosed, PoolForked
from chasqui.pool import inherited
from chasqui.pool.backend import Backend, Worker
from chasqui.pool.backlog import Backlog
from chasqui.pool.bells import RoomCondition
from chasqui.pool.clock import Clock, epoch_of
from chasqui.pool.crew import Crew
from chasqui.pool.fullness import Fullness
from chasqui.pool.gate import Gate
from chasqui.pool.key_prefix import fresh_prefix
from chasqui.pool.lane import NEVER
from chasqui.pool.ledger import Ledger
from chasqui.pool.marks import Mark
from chasqui.pool.numbering import Numbering
from chasqui.pool.observer import TaskObserver
from chasqui.pool.recorder import Recorder
from chasqui.pool.states import PoolState
from chasqui.pool.submitters import Blocked
from chasqui.pool.task import Particulars, Task
from chasqui.pool.task_pool import Handles, LoggedLine
from chasqui.pool.timer import Timer
from chasqui.pool.wakeup import Wakeup

KILL_GRACE: Final = 1.0  # seconds past its limit that a body has which can be killed


class State:
    """The fields of a pool. The lock guards them, except those that workers write."""

    # Slots, because an object of more than thirty fields loses half the speed of access without.
    __slots__ = (
        "__weakref__",
        "_epoch",
        "accepted",
        "awaited",
        "backend",
        "backlog",
        "callback_locks",
        "clock",
        "copy_variables",
        "crew",
        "deadline",
        "default_lane",
        "dropped",
        "fullness",
        "gate",
        "grace",
        "handles",
        "idle",
        "is_forked",
        "is_open",
        "key_prefix",
        "ledger",
        "limit_grace",
        "lock",
        "log_of",
        "look",
        "look_at",
        "marks",
        "max_abandoned",
        "monotonic",
        "name",
        "numbers",
        "observer",
        "opens_at",
        "owner",
        "paused",
        "queue_size",
        "queued",
        "quick_size",
        "recorder",
        "rejected",
        "reserved",
        "retracted",
        "retry",
        "room",
        "room_wanted",
        "schedule_size",
        "scheduled",
        "started",
        "stopped",
        "stopping",
        "submitters",
        "timer",
        "turn",
        "unawaited",
        "wakeups",
        "waking",
        "watched_for",
        "watches",
        "watches_failures",
    )

    def __init__(
        self,
        name: str,
        queue_size: int,
        *,
        workers: int,
        clock: Clock,
        backend: Backend,
        timer: Timer,
        schedule_size: int,
        grace: float,
        max_abandoned: int,
        copy_variables: Callable[[], Variables],
        retry: Callable[[Task], float | None] | None,
        observer: TaskObserver | None,
        numbers: Numbering | None,
    ) -> None:
        # These never change.
        self.name = name
        self.queue_size = queue_size
        # How many may wait until a submission counts the room with care.
        self.quick_size = queue_size
        self.schedule_size = schedule_size
        self.grace = grace
        self.limit_grace = min(grace, KILL_GRACE) if backend.capabilities.kills else grace
        self.max_abandoned = max_abandoned
        self.clock = clock
        self.monotonic = clock.monotonic
        self.backend = backend
        self.timer = timer
        self.copy_variables = copy_variables
        self.retry = retry
        self.observer = observer
        self.watches_failures = retry is not None or observer is not None
        self.watches = False  # does the observer want every acceptance, start and end?
        self.watched_for: frozenset[str] = frozenset()  # why it wants them
        self.recorder: Recorder | None = None
        self.key_prefix = fresh_prefix()
        self.log_of: Callable[[int], tuple[LoggedLine, ...]] = _no_lines
        self.numbers = numbers
        self.owner: ref[Any] | None = None  # the engine that it belongs to; see `scope`
        # What the tasks of this pool call, and what the timer calls when a limit comes. Both need
        # this module, so `Pool` puts them in. They are given the state, so that it is in no cycle
        # and a pool is freed as soon as it is dropped.
        self.handles: Handles
        self.look: Callable[[State], None]
        self._epoch = clock.time() - clock.monotonic()
        # Each guards the callbacks of some tasks; see `callback_lock`. Any may be taken while the
        # lock below is held, and not the other way round.
        self.callback_locks: tuple[Any, ...] = tuple(threading.RLock() for _ in range(64))
        # The lock guards everything below.
        self.lock: Any = threading.RLock()
        self.room = RoomCondition(self.lock)  # of submitters, that wait for room
        self.submitters: dict[object, Blocked] = {}  # those that wait for room, longest first
        self.fullness = Fullness()
        self.gate: Gate | None = None  # what older tasks wait behind, of an engine with a journal
        self.wakeups: tuple[Wakeup, ...] = ()  # of shutdowns, that wait for the last worker to go
        self.turn: object = None  # of the decision under way; see `chasqui.pool.commits`
        self.is_open = True  # may work be accepted?
        self.started = False
        self.paused = False
        self.stopping: Literal["", "drain", "cancel"] = ""
        self.stopped = False
        self.is_forked = False  # is this the copy in a forked child?
        self.deadline: float | None = None  # monotonic; of the shutdown under way
        self.ledger: Ledger | None = None
        # Also the number of the newest task, unless several pools count together. So it only grows,
        # and those that were taken back are counted beside it.
        self.accepted = 0
        self.retracted = 0
        self.rejected = 0
        self.dropped = 0  # cancelled before they started
        self.backlog = Backlog()
        self.queued = self.backlog.queued
        self.default_lane = self.backlog.lane("")  # of tasks whose submitter names none
        self.scheduled: dict[int, Task] = {}
        # Accepted, counted as queued, and being reported to the observer; see `announcing`.
        self.reserved: dict[int, Task] = {}
        # Those that no drain waits for, because it is on the very thread that announces them.
        self.unawaited: frozenset[int] = frozenset()
        self.awaited: Task | None = None  # the scheduled task that a drain waits for last
        self.look_at = NEVER  # when the limits of running tasks are looked at next
        self.opens_at = NEVER  # when a worker is woken next since the rate of a lane lets it start
        self.crew = Crew(workers)
        if numbers is not None and numbers.is_shared:
            self.crew.prefix = f"{name}/"
        self.marks: deque[Mark] = deque([Mark(clock.monotonic(), 0, 0.0)])
        # Workers write these two without the lock; see `worker_loop`.
        self.idle: list[Worker] = []
        self.waking = False
        # Whether a submitter waits for room and no worker is on the way to tell it of some.
        self.room_wanted = False

    @property
    def state(self) -> PoolState:
        """One of new, running, paused, stopping, stopped."""
        self.check_fork()
        if self.stopped:
            return "stopped"
        if self.stopping:
            return "stopping"
        if self.paused:
            return "paused"
        return "running" if self.started else "new"

    @property
    def tries_again(self) -> bool:
        """Whether a task that fails now may still be put off to be tried again."""
        return not (self.stopped or self.stopping == "cancel")

    @property
    def epoch(self) -> float:
        """What to add to a monotonic moment to have it in seconds since the epoch.

        It stays the same to the last digit until the clock is set, or the machine sleeps.
        """
        self._epoch = epoch_of(self.clock, self._epoch)
        return self._epoch

    def callback_lock(self, task: Task) -> Any:
        """Return the lock that guards the callbacks of a task.

        It is not the pool's: a worker takes it for each task that has particulars. A thread that
        waits for a lock gets it without the GIL, and then each other thread that needs the lock
        waits as well. With eight workers, that was 200,000 switches for 100,000 short tasks.
        """
        return self.callback_locks[id(task) >> 4 & 63]

    def particulars(self, task: Task) -> Particulars:
        """Return a task's particulars, making them if there are none."""
        with self.lock:
            if task._more is None:
                task._more = Particulars()
            return task._more

    def check_open(self, verb: str) -> None:
        """Raise PoolClosed when the pool is stopping or stopped."""
        self.check_fork()
        if self.stopping:
            raise PoolClosed(
                f"pool {self.name!r} cannot {verb}: it is {self.state}", pool=self.name
            )

    def closed(self) -> PoolClosed:
        """Make the error of a submission that is too late."""
        text = f"pool {self.name!r} is {self.state} and accepts no more work"
        return PoolClosed(text, pool=self.name)

    def check_fork(self) -> None:
        """Raise PoolForked in a forked child."""
        if self.is_forked:
            raise PoolForked(
                f"pool {self.name!r} belongs to the parent process; make a new one here, or start "
                "it and submit to it only after the fork"
            )

    def forked(self) -> None:
        """Refuse all use from now on: this is a forked child, and its workers are elsewhere.

        A pool that had done nothing yet is new here as it is in the parent, and each may start its
        own. So a server that forks its workers may make an engine in what it loads before.
        """
        inherited.give_up(self)


def _no_lines(number: int) -> tuple[LoggedLine, ...]:
    return ()


class Holder(Protocol):
    """A `Pool`, which holds a state."""

    _state: State


def state_of(pool: Holder) -> State:
    """Return the state inside a pool, for the functions of this package that take one."""
    return pool._state
