"""The backlog: accepted tasks that wait for a worker, in levels and lanes.

Higher priorities start first. Within a priority the lanes take turns, a start at a time, and within
a lane tasks start in order. A lane that is shut is passed over, and keeps its order.

``queued`` is at once the index by number, the exact size, and the claim: the thread that takes a
number out of it owns the task, so a start and a cancel cannot both win. The queues, each for a lane
and a priority in use, only say whose turn it is. A number whose task is no longer queued is a
tombstone, and is passed over: so nothing here keeps a cancelled task alive.

Appending and listing need the pool's lock. Taking does not: `deque.popleft`, `deque.rotate` and
`dict.pop` are atomic, and ``order`` is replaced, never changed. Two workers that turn a ring at
once may pass a queue over; both look once more before they sleep. A worker that holds an old
``order`` sees at most a level that has run empty, since a level is dropped only when it is empty.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Final

from chasqui.pool import windows
from chasqui.pool.backend import Worker
from chasqui.pool.lane import NEVER, Lane, Queue
from chasqui.pool.task import Task
from chasqui.pool.values import Line

DEEP: Final = (
    4096  # a window that begins further in than this is worth sweeping the tombstones out for
)
TOMBSTONES: Final = 1024  # as many tombstones more than tasks are let lie


def waits(queue: Queue) -> bool:
    """Whether something waits in a lane and a priority; needs no lock."""
    keys = queue.lane.keys
    return bool(queue) or (keys is not None and keys.waits(queue.priority))


def opens_at(queue: Queue) -> float:
    """Return from when something in it may start, if only time must pass; needs no lock."""
    lane, keys = queue.lane, queue.lane.keys
    if keys is not None:
        return max(lane.opens_at(), keys.opens_at(queue, lane.strikes))
    return lane.opens_at() if queue else NEVER


class Level:
    """The queues of one priority, the one whose turn it is first."""

    __slots__ = ("priority", "ring")

    def __init__(self, priority: int) -> None:
        self.priority = priority
        self.ring: deque[Queue] = deque()

    @property
    def waits(self) -> bool:
        """Whether something waits in it; needs no lock."""
        for queue in self.ring.copy():  # noqa: SIM110 - a Ctrl-C at the end of `any` would be lost
            if waits(queue):
                return True
        return False


class Backlog:
    """A queue with priorities and lanes, an index by number, and windows."""

    __slots__ = ("_made", "lanes", "only", "order", "queued")

    def __init__(self) -> None:
        self.queued: dict[int, Task] = {}
        self.lanes: dict[str, Lane] = {}
        self.order: tuple[Level, ...] = (Level(0),)
        """The levels, highest priority first."""
        self.only: Queue | None = None
        """The one queue there is, if its lane is not limited either: then it says all."""
        self._made = 0

    def __len__(self) -> int:
        return len(self.queued)

    def lane(self, name: str) -> Lane:
        """Return the lane of a name; needs no lock."""
        return self.lanes.get(name) or self.lanes.setdefault(name, Lane(name))

    def all_lanes(self) -> tuple[Lane, ...]:
        """List the lanes; needs no lock."""
        return tuple(self.lanes.copy().values())

    def queue(self, lane: Lane, priority: int) -> Queue:
        """Return a lane's queue in a priority, to be appended to before the lock is released."""
        if not priority and lane.normal is not None:
            return lane.normal
        level = self._level(priority)
        for queue in level.ring.copy():
            if queue.lane is lane:
                return queue
        queue = Queue()
        queue.lane, queue.priority = lane, priority
        # With no call in between (see `chasqui.pool.commits`): a queue in the ring that is not
        # counted would leave another to be the only one, and its own tasks would never start.
        self._made += 1
        self.only = queue if self._made == 1 and not lane.limited else None
        if not priority:
            lane.normal = queue
        level.ring.append(queue)
        return queue

    def _level(self, priority: int) -> Level:
        # No generator: an interrupt as it is dropped would be swallowed.
        for level in self.order:
            if level.priority == priority:
                return level
        level = Level(priority)
        self.relist(level)
        return level

    def judge(self) -> None:
        """See to it that workers ask the lanes, if one is limited now; workers must rest."""
        # No generator: an interrupt as it is closed would be swallowed.
        limited = [lane for lane in self.all_lanes() if lane.limited]
        if limited:
            self.only = None

    def relist(self, *fresh: Level) -> None:
        """Add levels, and drop those that are empty, whatever a signal handler does meanwhile."""
        added, done = list(fresh), False
        while added or not done:
            before = self.order
            dropped = [one for one in before if one.priority and not one.waits]
            kept = [one for one in before if one not in dropped]
            order = tuple(sorted([*kept, *added], key=lambda one: -one.priority))
            if self.order is before:
                self.order, done = order, True
                added = [one for one in dropped if one.waits]

    # Workers

    def take(self, worker: Worker, clock: Callable[[], float]) -> Task | None:
        """Take the first task out that may start, or return None; needs no lock.

        For a lane that is limited, the moment at which the worker was let in is in its
        ``admitted_at``.
        """
        if (only := self.only) is not None:
            return self._first_of(only)
        for level in self.order:
            ring = level.ring
            for _ in range(len(ring)):
                queue = ring[0]
                ring.rotate(-1)
                lane = queue.lane
                if not queue and lane.keys is None:
                    continue
                if lane.limited:
                    if lane.keys is not None:
                        task = lane.take(queue, self.queued, worker, clock)
                        if task is None:
                            continue
                        return task  # type: ignore[no-any-return]
                    moment = lane.admit(clock)
                    if moment is None:
                        continue
                    worker.admitted, worker.admitted_at = lane, moment
                if (task := self._first_of(queue)) is not None:
                    return task
                if worker.admitted is not None:
                    worker.admitted = None
                    lane.leave(worker, unused=True)
        return None

    def _first_of(self, queue: Queue) -> Task | None:
        while queue:
            try:
                number = queue.popleft()
            except IndexError:  # another worker was quicker
                break
            task = self.queued.pop(number, None)
            if task is not None:
                return task
            queue.lane.shed.append(None)
        return None

    def startable(self, now: float) -> bool:
        """Tell whether there is something that may start; needs no lock."""
        only = self.only
        if only is not None:
            return bool(only)
        return any(opens_at(queue) <= now for queue in self._queues())

    def opens_at(self) -> float:
        """Return when the first of the lanes opens that something waits in; needs no lock."""
        return min(map(opens_at, self._queues()), default=NEVER)

    def wanted(self) -> bool:
        """Tell whether something waits that is not held; needs no lock."""
        if not self.queued or self.only is not None:
            return bool(self.queued)
        size = len(self.queued)
        # What is held is counted last, and never too high: so nothing is forgotten.
        lanes = self.all_lanes()
        held = [lane for lane in lanes if lane.holds]
        struck = sum([self.struck(lane) for lane in lanes if not lane.holds])
        return size > sum(map(self.waiting, held)) + struck

    def struck(self, lane: Lane) -> int:
        """Count the tasks of a lane that were found to be struck; needs no lock."""
        keys = lane.keys
        return 0 if keys is None else keys.struck(self.queued, lane.strikes, lane.dead)

    def closed(self, lane: Lane) -> int:
        """Count the tasks of a lane whose value lets none start now; about, while some are dead."""
        return 0 if lane.keys is None else max(0, lane.keys.closed() - lane.dead)

    def waiting(self, lane: Lane) -> int:
        """Count the tasks of a lane; too few, if anything, while workers move."""
        return sum(len(queue) for queue in self._all() if queue.lane is lane) - lane.dead

    def _queues(self) -> Iterator[Queue]:
        return (queue for level in self.order for queue in level.ring.copy())

    def _all(self) -> Iterator[Queue | Line]:
        yield from self._queues()
        for lane in self.all_lanes():
            if (keys := lane.keys) is not None:
                yield from keys.lines()

    # Looking; workers must rest

    def window(self, offset: int, limit: int) -> list[Task]:
        """List at most ``limit`` tasks, in order, from the ``offset``-th on; workers must rest."""
        if self.tombstones() or any(lane.keys is not None for lane in self.all_lanes()):
            return list(islice(self, offset, offset + limit))
        shown: list[Task] = []
        for level in self.order:
            size = sum(map(len, level.ring))
            if offset < size:
                numbers = islice(windows.rounds(level.ring, offset), limit - len(shown))
                shown += [self.queued[number] for number in numbers]
                if len(shown) >= limit:
                    break
            offset = max(0, offset - size)
        return shown

    def tombstones(self) -> int:
        """Count the numbers that wait for nothing; workers must rest."""
        return sum(map(len, self._all())) - len(self.queued)

    def has_many_tombstones(self) -> bool:
        """Tell whether it is time to sweep them out; workers must rest."""
        shed = any(len(lane.shed) > TOMBSTONES for lane in self.all_lanes())
        # Not `tombstones`: it adds up each line there is, and this is asked for each cancel.
        dead = sum(lane.dead for lane in self.all_lanes())
        return shed or dead > len(self.queued) + TOMBSTONES

    def is_deep(self, offset: int) -> bool:
        """Tell whether tombstones are to be swept out before a window; workers must rest."""
        return offset > DEEP and self.tombstones() > 0

    def queues(self) -> list[Queue | Line]:
        """List the queues and lines there are; needs no lock."""
        return list(self._all())

    def live(self, queue: Queue | Line) -> list[int]:
        """List the numbers in a queue that stand for a task; needs no lock."""
        return [number for number in queue.copy() if number in self.queued]

    def by_lane(self) -> dict[Lane, tuple[int, Task | None]]:
        """Return how many tasks of each lane wait, and the first of them; workers must rest."""
        found: dict[Lane, tuple[int, Task | None]] = {}
        for queue in self._all():
            lane: Any = queue.lane
            while queue and queue[0] not in self.queued:
                queue.popleft()
                lane.shed.append(None)
            count, first = found.get(lane, (0, None))
            head = self.queued[queue[0]] if queue else None
            if first is None or (head is not None and head._queued_at < first._queued_at):
                first = head
            found[lane] = count + len(queue), first
        return {lane: (count - lane.dead, first) for lane, (count, first) in found.items()}

    def heads(self, each: int) -> dict[Lane, list[Task]]:
        """Return the next ``each`` tasks of the lanes in which something waits; workers must rest.

        Right after `by_lane`, no cancelled tasks lie before them.
        """
        found: dict[Lane, list[Task]] = {}
        for level in self.order:
            for queue in level.ring:
                mine = found.setdefault(queue.lane, [])
                mine += islice(windows.served(queue, self.queued), each - len(mine))
        return {lane: tasks for lane, tasks in found.items() if tasks}

    def __iter__(self) -> Iterator[Task]:
        return windows.in_turn([level.ring for level in self.order], self.queued)
