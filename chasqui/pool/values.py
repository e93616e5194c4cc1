"""Values: the values of a lane's key, each with its lines of tasks and its limits.

Lines from which something may start form a ring for each priority, in which the values take turns.
A value that only waits for its rate is in a heap by time. So a start costs the same with a thousand
values as with two. A value without tasks is forgotten as soon as its rate would let a whole burst
start. `chasqui.pool.keyed` says who may call what.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Hashable
from copy import copy
from heapq import heappop, heappush
from typing import Any, Final, Protocol

from chasqui.pool.rate import Bucket, Rate
from chasqui.pool.strikes import Key

FEW: Final = 256
"""Values that are known before it is looked whether some have lost their tasks."""


class Tombs(Protocol):
    """A lane, as its lines see it."""

    tombstones: int
    shed: deque[None]


class Line(deque[int]):
    """The numbers of the tasks of one value that wait in one priority."""

    __slots__ = ("is_ready", "lane", "parked", "priority", "value")

    lane: Tombs
    priority: int
    value: Value
    is_ready: bool
    """Whether it is in the ring."""
    parked: Line | None
    """Those of its tasks that were found to be struck; all of them came before the others."""


def make_line(lane: Tombs, priority: int) -> Line:
    """Make an empty line."""
    line = Line()
    line.lane, line.priority = lane, priority
    line.is_ready, line.parked = False, None
    return line


class Value:
    """The tasks of one value."""

    __slots__ = ("bucket", "due", "key", "lines", "running")

    def __init__(self, key: Hashable, bucket: Bucket | None) -> None:
        self.key = key
        self.bucket = bucket
        self.lines: dict[int, Line] = {}
        self.running = 0
        self.due: float | None = None
        """When it is looked at again because of the time alone."""


class Values:
    """The values of a key that have tasks, or whose starts still count.

    Args:
        key: None: all tasks have the same value, which has no limits.
    """

    __slots__ = (
        "_by_key",
        "_inside",
        "_lane",
        "_serial",
        "_tidy_at",
        "_timed",
        "concurrency",
        "key",
        "rate",
        "rings",
    )

    def __init__(
        self, lane: Tombs, key: Key | None, concurrency: int | None, rate: Rate | None
    ) -> None:
        self.key = key
        self.concurrency = None if key is None else concurrency
        self.rate = None if key is None else rate
        self._lane = lane
        self._by_key: dict[Hashable, Value] = {}
        self._inside: dict[Any, Value] = {}
        """By the workers that run a task of it."""
        self._timed: list[tuple[float, int, Value]] = []
        self._serial = 0
        self._tidy_at = FEW
        self.rings: dict[int, deque[Line]] = {}

    def __len__(self) -> int:
        return len(self._by_key)

    def of(self, work: Any) -> Value:
        """Return the value of a work, which is made when it is first asked for."""
        key = None if self.key is None else self.key.of(work)
        value = self._by_key.get(key)
        if value is None:
            if len(self._by_key) >= self._tidy_at:
                self._tidy()
            bucket = None if self.rate is None else Bucket(self.rate)
            value = self._by_key[key] = Value(key, bucket)
        return value

    def append(self, value: Value, priority: int, number: int, now: float) -> None:
        """Have a task wait in its line."""
        line = value.lines.get(priority)
        if line is None:
            line = value.lines[priority] = make_line(self._lane, priority)
            line.value = value
        line.append(number)
        if len(line) == 1:
            self.see_to(value, now)

    def enter(self, worker: Any, value: Value) -> None:
        """Let a task in, which the worker runs."""
        value.running += 1
        self._inside[worker] = value

    def leave(self, worker: Any) -> None:
        """Let the task of a worker out."""
        value = self._inside.pop(worker, None)
        if value is not None:
            value.running -= 1
            # Whether its rate lets the next start is for the worker that takes it.
            self.see_to(value, -math.inf)

    def may_start(self, value: Value, now: float) -> bool:
        """Whether its limits let a task start now."""
        if self._is_full(value):
            return False
        return value.bucket is None or value.bucket.opens_at <= now

    def _is_full(self, value: Value) -> bool:
        return self.concurrency is not None and value.running >= self.concurrency

    def see_to(self, value: Value, now: float) -> None:
        """Have it take turns if something of it may start, or forget it if nothing is left."""
        bucket = value.bucket
        opens_at = -math.inf if bucket is None else bucket.opens_at
        is_full, is_used = self._is_full(value), False
        for line in value.lines.values():
            if line:
                is_used = True
                if not (is_full or line.is_ready or opens_at > now):
                    line.is_ready = True
                    self.rings.setdefault(line.priority, deque()).append(line)
            elif line.parked:
                is_used = True
        if is_full:
            return  # the end of a task of it comes here again
        if is_used:
            if opens_at > now:
                self._wake_at(value, opens_at)
        elif not value.running or self.key is None:
            if bucket is None or bucket.idle_at <= now:
                self._forget(value)
            else:
                self._wake_at(value, bucket.idle_at)

    def pass_time(self, now: float) -> None:
        """See to those for which a moment has come."""
        timed = self._timed
        while timed and timed[0][0] <= now:
            moment, _, value = heappop(timed)
            if value.due == moment:
                value.due = None
                self.see_to(value, now)

    def take_over_rates(self, former: Values, now: float) -> None:
        """Let what has started under another rate count."""
        if self.rate is None or self.key is None or former.key is None:
            return
        for key, value in former._by_key.items() if self.key.name == former.key.name else ():
            if value.bucket is not None and value.bucket.idle_at > now:
                bucket = copy(value.bucket)
                bucket.change(self.rate, now)
                mine = self._by_key[key] = Value(key, bucket)
                self._wake_at(mine, bucket.idle_at)

    # Any thread, for a look

    @property
    def next_moment(self) -> float:
        """When the time alone may let something start."""
        timed = self._timed[:1]
        return timed[0][0] if timed else math.inf

    def all(self) -> list[Value]:
        """List the values."""
        return list(self._by_key.copy().values())

    def lines(self) -> list[Line]:
        """List the lines, those that take turns first and in order."""
        known = [line for value in self.all() for line in list(value.lines.copy().values())]
        ready = [line for ring in list(self.rings.copy().values()) for line in ring.copy()]
        return ready + [line for line in known if not line.is_ready]

    def opens_at(self, work: Any) -> float:
        """Return from when its rate lets a work start."""
        value = None if self.key is None else self._by_key.get(self.key.of(work))
        bucket = None if value is None else value.bucket
        return -math.inf if bucket is None else bucket.opens_at

    def crowd(self, work: Any) -> list[Any] | None:
        """List the workers that run tasks of a work's value, if no more may run at once."""
        value = None if self.key is None else self._by_key.get(self.key.of(work))
        if value is None or not self._is_full(value):
            return None
        return [worker for worker, its in self._inside.copy().items() if its is value]

    def _wake_at(self, value: Value, moment: float) -> None:
        if value.due is None or moment < value.due:
            value.due = moment
            self._serial += 1
            heappush(self._timed, (moment, self._serial, value))

    def _tidy(self) -> None:
        """Forget values whose tasks were struck and then cancelled, of which no worker hears."""
        for value in self.all():
            self.see_to(value, -math.inf)
        self._tidy_at = 2 * len(self._by_key) + FEW

    def _forget(self, value: Value) -> None:
        if self._by_key.get(value.key) is value:
            del self._by_key[value.key]
            if not self._by_key:
                self._by_key.clear()  # which gives the memory of the table back
