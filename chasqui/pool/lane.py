"""Lanes: the tasks of one name in a pool, with their limits.

Each lane has a queue of its own in every priority that it uses, so that a type with a million tasks
waiting delays another by one start at a time; see `Backlog`. A lane without limits is a name and
costs one look at ``limited``. A limited one is entered and left under a lock of its own:

- Only workers take that lock, and only while they are ``moving``. So a thread that has frozen the
  workers may change anything here without it, and a signal handler never waits for it.
- An admission is written on the worker, in ``Worker.admitted``, and ends with its task. Setting a
  limit counts the admissions anew, so that tasks which started before it count as well.

The limits of a lane may be for each value of a key, and values may be struck. Then its tasks are
sorted by `Sorting`, and its own limits are only why all of it is held.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from copy import copy
from typing import Any, Final

from chasqui.pool.keyed import Sorting
from chasqui.pool.rate import Bucket, Rate
from chasqui.pool.strikes import NONE, Key, Strikes

NEVER: Final = float("inf")

Running = tuple[Any, Any]
"""A worker that runs a task of a lane, and the work."""


class Queue(deque[int]):
    """The numbers of the tasks of one lane that wait in one priority, unless they are sorted."""

    __slots__ = ("lane", "priority")

    lane: Lane
    priority: int


class Lane:
    """The tasks of one name in a pool."""

    __slots__ = (
        "_bucket",
        "_lock",
        "allowance",
        "concurrency",
        "dropped",
        "holds",
        "keys",
        "limited",
        "name",
        "normal",
        "rate",
        "running",
        "scheduled",
        "shed",
        "strikes",
        "tombstones",
        "watched",
    )

    def __init__(self, name: str) -> None:
        self.name = name
        self.normal: Queue | None = None
        """Its queue in the normal priority, once it has one."""
        self.dropped = 0
        """How many were cancelled before they started."""
        self.scheduled = 0
        """How many wait for their time."""
        self.tombstones = 0
        """How many numbers of cancelled tasks its queues have held since they were swept."""
        self.shed: deque[None] = deque()
        """As many as workers have passed over of those; appending needs no lock."""
        self.limited = False
        """Whether a worker must ask to be let in."""
        self.concurrency: int | None = None
        self.rate: Rate | None = None
        self.holds: tuple[str, ...] = ()
        """Why nothing of it starts, such as ``paused``."""
        self.running = 0
        """How many were let in; counted only while it is limited."""
        self.keys: Sorting | None = None
        """Its tasks by the values of a key, if its limits are for each value or some are struck."""
        self.strikes = NONE
        self.allowance: int | None = None
        """How many more may start at all; None: any number."""
        self.watched = False
        """Whether the pool's observer wants to hear of each task of it that starts."""
        self._lock = threading.Lock()
        self._bucket: Bucket | None = None

    # Workers, while they move

    def admit(self, clock: Callable[[], float]) -> float | None:
        """Let a task in and return the moment of it, or None when it must wait."""
        with self._lock:
            if self.shut:
                return None
            # Read under the lock: the moments of a lane's starts ascend, as its bucket counts them.
            now = clock()
            if self._bucket is not None and not self._bucket.take(now):
                return None
            self.running += 1
            if self.allowance is not None:
                self.allowance -= 1
            return now

    def take(
        self, queue: Queue, queued: dict[int, Any], worker: Any, clock: Callable[[], float]
    ) -> Any:
        """Take the next task of a sorted lane for a worker, or return None when it must wait."""
        with self._lock:
            keys = self.keys
            if keys is None or self.shut:
                return None
            moment = clock()
            bucket = self._bucket
            if bucket is not None and bucket.opens_at > moment:
                return None
            task = keys.next(queue, queued, self.strikes, worker, moment)
            if task is not None:
                if bucket is not None:
                    bucket.take(moment)
                self.running += 1
                if self.allowance is not None:
                    self.allowance -= 1
                worker.admitted, worker.admitted_at = self, moment
            elif keys.is_over(self.strikes):
                self.keys = None
                self.limited = self._is_limited()
            return task

    def leave(self, worker: Any, *, unused: bool = False) -> None:
        """Let the task of a worker out; ``unused``: it was let in and found none."""
        with self._lock:
            self.running -= 1
            if self.keys is not None:
                self.keys.values.leave(worker)
            if unused and self._bucket is not None:
                self._bucket.put_back()
            if unused and self.allowance is not None:
                self.allowance += 1

    # Any thread, for a look

    @property
    def full(self) -> bool:
        """Whether as many run as may, whatever the value of a key."""
        if self.concurrency is None or self.running < self.concurrency:
            return False
        return self.key is None

    @property
    def key(self) -> Key | None:
        """What its limits are for each value of."""
        return None if self.keys is None else self.keys.values.key

    def crowd(self, work: Any) -> list[Any] | None:
        """List the workers whose tasks keep a work of it from starting, if its limits do."""
        if self.holds or self.strikes.hit(work):
            return None
        if (keys := self.keys) is not None and keys.values.key is not None:
            return keys.values.crowd(work)
        return [] if self.full else None

    @property
    def dead(self) -> int:
        """How many numbers in its queues stand for no task; too many, if anything, for a moment."""
        return self.tombstones - len(self.shed)

    @property
    def shut(self) -> bool:
        """Whether nothing may start until something else happens than time passing."""
        return bool(self.holds) or self.full or self.allowance == 0

    def opens_at(self) -> float:
        """Return the moment from which its rate lets a task in; never while it is shut."""
        if not self.limited:
            return -NEVER
        if self.shut:
            return NEVER
        bucket = self._bucket
        return -NEVER if bucket is None else bucket.opens_at

    # Threads that have frozen the workers

    def limit(
        self,
        concurrency: int | None,
        rate: Rate | None,
        running: Sequence[Running],
        now: float,
        key: Key | None = None,
    ) -> None:
        """Set its limits, with a key those of each value.

        With another rate, what has started still counts: each change would else bring a burst.
        """
        keys, bucket = self.keys, self._bucket
        if key is not None or keys is not None:
            keys = Sorting(self, key, concurrency, rate, running, keys, now)
        if rate is None or key is not None:
            bucket = None
        elif bucket is None:
            bucket = Bucket(rate)
        elif rate != self.rate:
            bucket = copy(bucket)
            bucket.change(rate, now)
        limits = {"concurrency": concurrency, "rate": rate, "bucket": bucket, "keys": keys}
        self._put(len(running), **limits)

    def strike(self, strikes: Strikes, running: Sequence[Running], now: float) -> None:
        """Hold the tasks that have one of these values, and no others of it."""
        keys = self.keys
        if keys is None and strikes:
            keys = Sorting(self, None, None, None, running, None, now)
        self._put(len(running), keys=keys, strikes=strikes)

    def hold(self, why: str, running: int) -> None:
        """Start nothing of it, until no reason is left."""
        self._put(running, holds=self.holds if why in self.holds else (*self.holds, why))

    def unhold(self, why: str, running: int) -> None:
        """Take a reason away."""
        self._put(running, holds=tuple(one for one in self.holds if one != why))

    def allow(self, allowance: int | None, running: int, *, watched: bool) -> None:
        """Let so many more start at all, None: any number; if ``watched``, report each start."""
        self._put(running, allowance=allowance, watched=watched)

    def _put(self, running: int, **said: Any) -> None:
        limits: dict[str, Any] = {
            "holds": self.holds,
            "concurrency": self.concurrency,
            "rate": self.rate,
            "bucket": self._bucket,
            "allowance": self.allowance,
            "watched": self.watched,
            "keys": self.keys,
            "strikes": self.strikes,
        }
        self._set(running, **{**limits, **said})

    def _set(
        self,
        running: int,
        holds: tuple[str, ...],
        concurrency: int | None,
        rate: Rate | None,
        bucket: Bucket | None,
        allowance: int | None,
        watched: bool,
        keys: Sorting | None,
        strikes: Strikes,
    ) -> None:
        """Store all limits with no call in between: `chasqui.pool.commits` says why.

        A limit of which an interrupt left a part would be shown and not kept, or kept and not
        shown.
        """
        self.running = running
        self.holds = holds
        self.concurrency = concurrency
        self.rate = rate
        self._bucket = bucket
        self.allowance = allowance
        self.watched = watched
        self.keys = keys
        self.strikes = strikes
        self.limited = not (
            not holds
            and concurrency is None
            and bucket is None
            and allowance is None
            and keys is None
        )

    def _is_limited(self) -> bool:
        limits = (self.concurrency, self._bucket, self.allowance, self.keys)
        return bool(self.holds) or any(one is not None for one in limits)

    def __repr__(self) -> str:
        return f"<Lane {self.name!r}>"
