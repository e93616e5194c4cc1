"""Lanes: the tasks of one name in a pool, with their limits.

Each lane has a queue of its own in every priority that it uses, so that a type with a million tasks
waiting delays another by one start at a time; see `Backlog`. A lane without limits is a name and
costs one look at ``limited``. A limited one is entered and left under a lock of its own:

- Only workers take that lock, and only while they are ``moving``. So a thread that has frozen the
  workers may change anything here without it, and a signal handler never waits for it.
- An admission is written on the worker, in ``Worker.admitted``, and ends with its task. Setting a
  limit counts the admissions anew, so that tasks which started before it count as well.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from copy import copy
from typing import Final

from chasqui.pool.rate import Bucket, Rate

NEVER: Final = float("inf")


class Queue(deque[int]):
    """The numbers of the tasks of one lane that wait in one priority."""

    __slots__ = ("lane",)

    lane: Lane


class Lane:
    """The tasks of one name in a pool."""

    __slots__ = (
        "_bucket",
        "_lock",
        "allowance",
        "concurrency",
        "dropped",
        "holds",
        "limited",
        "name",
        "normal",
        "rate",
        "running",
        "scheduled",
        "shed",
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

    def leave(self, *, unused: bool = False) -> None:
        """Let a task out; ``unused``: a worker that was let in and found none."""
        with self._lock:
            self.running -= 1
            if unused and self._bucket is not None:
                self._bucket.put_back()
            if unused and self.allowance is not None:
                self.allowance += 1

    # Any thread, for a look

    @property
    def full(self) -> bool:
        """Whether as many run as may."""
        return self.concurrency is not None and self.running >= self.concurrency

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

    def limit(self, concurrency: int | None, rate: Rate | None, running: int, now: float) -> None:
        """Set its limits; ``running`` of it run now.

        With another rate, what has started still counts: each change would else bring a burst.
        """
        bucket = self._bucket
        if rate is None:
            bucket = None
        elif bucket is None:
            bucket = Bucket(rate)
        elif rate != self.rate:
            bucket = copy(bucket)
            bucket.change(rate, now)
        self._set(running, self.holds, concurrency, rate, bucket, self.allowance, self.watched)

    def hold(self, why: str, running: int) -> None:
        """Start nothing of it, until no reason is left."""
        self._hold(running, self.holds if why in self.holds else (*self.holds, why))

    def unhold(self, why: str, running: int) -> None:
        """Take a reason away."""
        self._hold(running, tuple(one for one in self.holds if one != why))

    def allow(self, allowance: int | None, running: int, *, watched: bool) -> None:
        """Let so many more start at all, None: any number; if ``watched``, report each start."""
        self._set(
            running, self.holds, self.concurrency, self.rate, self._bucket, allowance, watched
        )

    def _hold(self, running: int, holds: tuple[str, ...]) -> None:
        self._set(
            running, holds, self.concurrency, self.rate, self._bucket, self.allowance, self.watched
        )

    def _set(
        self,
        running: int,
        holds: tuple[str, ...],
        concurrency: int | None,
        rate: Rate | None,
        bucket: Bucket | None,
        allowance: int | None,
        watched: bool,
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
        self.limited = not (
            not holds and concurrency is None and bucket is None and allowance is None
        )

    def __repr__(self) -> str:
        return f"<Lane {self.name!r}>"

    # It lives in its pool. Of a reading, another process gets a lane of the same name, and a copy
    # keeps this one.

    def __reduce__(self) -> tuple[type[Lane], tuple[str]]:
        return Lane, (self.name,)

    def __copy__(self) -> Lane:
        return self

    def __deepcopy__(self, memo: object) -> Lane:
        return self
