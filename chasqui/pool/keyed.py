"""Keyed lanes: the tasks of a lane told apart by a key, such as a customer, with limits for each.

Submitters append to the queue of a lane as always. Workers sort its numbers into lines, a line for
each value of the key and each priority; see `Values`.

- Only workers touch the lines, under the lane's lock and while they move. A thread that changes the
  rules makes another `Sorting` or `Strikes` and stores it in one step. The worker that looks next
  sorts anew. So neither an exception nor a signal handler can leave a task in no line.
- A number is put into its next place before it is taken out of the last.
- Sorting may take long. A worker stops as soon as it is held, so a reading never waits for it.
- A task that is struck is parked when its turn comes: its line goes on with the next. When a strike
  is lifted, all that was parked goes back to the front of its line.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sized
from heapq import merge
from typing import Any, Final, Protocol

from chasqui.pool.rate import Rate
from chasqui.pool.strikes import NONE, Key, Strikes
from chasqui.pool.values import Line, Tombs, Values, make_line

STRETCH: Final = 256
"""Numbers that a worker sorts before it looks whether it is held."""


class Holdable(Protocol):
    """A worker, as it sorts."""

    held: bool


class Inbox(Sized, Protocol):
    """The queue of a lane in one priority, to which submitters append."""

    priority: int

    def __getitem__(self, index: Any, /) -> Any: ...
    def popleft(self) -> int: ...


class Sorting:
    """The tasks of a lane, by the values of its key and by what is struck.

    Args:
        key: None: the lane is sorted for its strikes only, and the limits are the lane's own.
        running: the workers that run a task of the lane, each with the work.
        carried: what the lane was sorted by before; its tasks come first.
    """

    __slots__ = ("_carried", "_first", "_lane", "_sorted_for", "values")

    def __init__(
        self,
        lane: Tombs,
        key: Key | None,
        concurrency: int | None,
        rate: Rate | None,
        running: Iterable[tuple[Any, Any]],
        carried: Sorting | None,
        now: float,
    ) -> None:
        self._lane = lane
        self.values = Values(lane, key, concurrency, rate)
        self._carried = carried
        self._first: dict[int, Line] = {}
        """What was carried over, in order, until it is sorted."""
        self._sorted_for = NONE
        if carried is not None:
            self.values.take_over_rates(carried.values, now)
            if carried._carried is not None:
                # No worker has sorted by it, so all tasks are in the one before. Each change would
                # else make the chain longer, in a lane that is paused or has no tasks.
                self._carried = carried._carried
        for worker, work in running:
            self.values.enter(worker, self.values.of(work))

    # Workers, under the lane's lock

    def next(
        self,
        inbox: Inbox,
        queued: dict[int, Any],
        strikes: Strikes,
        worker: Holdable,
        now: float,
    ) -> Any:
        """Take the first task out that may start in the inbox's priority, or return None."""
        values = self.values
        if self._carried is not None:
            self._unpack(self._carried, queued)
        if self._sorted_for is not strikes:
            self._strike_by(strikes)
        if not self._sort(inbox, queued, worker, now):
            return None
        values.pass_time(now)
        ring = values.rings.get(inbox.priority)
        passed = 0
        while ring:
            line = ring[0]
            value, task = line.value, None
            while line and task is None and values.may_start(value, now):
                number = line[0]
                task = queued.get(number)
                if task is None:
                    self._lane.shed.append(None)
                elif strikes.hit(task.work):
                    _park(line, number)
                    task = None
                else:
                    values.enter(worker, value)
                    if value.bucket is not None:
                        value.bucket.take(now)
                    del queued[number]
                line.popleft()
                passed += 1
                if task is None and not passed % STRETCH and worker.held:
                    return None
            ring.popleft()
            line.is_ready = False
            values.see_to(value, now)
            if task is not None:
                return task
        values.rings.pop(inbox.priority, None)
        return None

    # Any thread, for a look

    def opens_at(self, inbox: Inbox, strikes: Strikes) -> float:
        """Return from when a worker has something to do in the inbox's priority."""
        if (
            inbox
            or self._first.get(inbox.priority)
            or self.values.rings.get(inbox.priority)
            or self._carried is not None
            or self._sorted_for is not strikes
        ):
            return -math.inf
        return self.values.next_moment

    def lines(self) -> Iterator[Line]:
        """Give all lines, about in the order in which they are served; what is struck is last."""
        if self._carried is not None:
            yield from self._carried.lines()
        lines = self.values.lines()
        yield from lines
        yield from list(self._first.copy().values())
        yield from [line.parked for line in lines if line.parked is not None]

    def has_lifted(self, strikes: Strikes) -> bool:
        """Whether some that are parked are struck no more, and come first."""
        if self._carried is not None and self._carried.has_lifted(strikes):
            return True
        return self._sorted_for is not strikes and not strikes.cover(self._sorted_for)

    def parked(self) -> list[Line]:
        """List the lines of tasks that were found to be struck."""
        mine = [line.parked for line in self.values.lines() if line.parked is not None]
        return mine if self._carried is None else [*self._carried.parked(), *mine]

    def struck(self, queued: Mapping[int, Any], strikes: Strikes, dead: int) -> int:
        """Count the tasks that were found to be struck; ``dead`` of the lane wait no more."""
        if self.has_lifted(strikes):
            return 0  # a worker has yet to look, and a pool that drains must wait for it
        lines = self.parked()
        if not lines or not dead:
            return sum(map(len, lines))
        return sum([number in queued for line in lines for number in line.copy()])

    def closed(self) -> int:
        """Count the tasks whose value lets none start now, those that were cancelled included."""
        if self._carried is not None:
            return 0  # a worker has yet to look
        lines = self.values.lines()
        mine = sum([len(line) for line in lines if not line.is_ready])
        return mine + sum([len(line.parked) for line in lines if line.parked is not None])

    def waits(self, priority: int) -> bool:
        """Whether something waits in a priority."""
        return any(line and line.priority == priority for line in self.lines())

    def is_over(self, strikes: Strikes) -> bool:
        """Whether the lane need not be sorted any more."""
        if self.values.key is not None or strikes or self._carried is not None:
            return False
        return not self.values and not any(self._first.values())

    # Sorting

    def _sort(self, inbox: Inbox, queued: Mapping[int, Any], worker: Holdable, now: float) -> bool:
        """Put what has come in into its lines; False if the worker is held before the end."""
        values, priority = self.values, inbox.priority
        first = self._first.get(priority)
        for source in (inbox,) if first is None else (first, inbox):
            done = 0
            while source:
                number = source[0]
                task = queued.get(number)
                if task is None:
                    self._lane.shed.append(None)
                else:
                    values.append(values.of(task.work), priority, number, now)
                source.popleft()
                done += 1
                if not done % STRETCH and worker.held:
                    return False
        if first is not None:
            del self._first[priority]
        return True

    def _unpack(self, carried: Sorting, queued: Mapping[int, Any]) -> None:
        """Put the numbers of the former lines into a line for each priority, in order."""
        lines: dict[int, list[Iterable[int]]] = {}
        for line in carried.lines():
            lines.setdefault(line.priority, []).append(line)

        def came(number: int) -> tuple[float, int]:
            task = queued.get(number)
            return (-math.inf if task is None else task._queued_at, number)

        for priority, some in lines.items():
            first = make_line(self._lane, priority)
            first.extend(merge(*some, key=came))
            self._first[priority] = first
        self._carried = None

    def _strike_by(self, strikes: Strikes) -> None:
        """Move tasks that are no longer struck to the front of their line."""
        if not strikes.cover(self._sorted_for):
            for value in self.values.all():
                for line in value.lines.values():
                    if line.parked is not None:
                        line.extendleft(reversed(line.parked))
                        line.parked = None
                self.values.see_to(value, -math.inf)
        self._sorted_for = strikes


def _park(line: Line, number: int) -> None:
    if line.parked is None:
        line.parked = make_line(line.lane, line.priority)
    line.parked.append(number)
