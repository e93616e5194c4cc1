"""Reading: what can be seen of a pool, each look consistent in itself."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

from chasqui import arguments, numbers
from chasqui.pool.backend import Worker
from chasqui.pool.core import Core
from chasqui.pool.histogram import Samples
from chasqui.pool.lane import NEVER, Lane
from chasqui.pool.metrics import LaneMetrics, Metrics
from chasqui.pool.room import Blocked
from chasqui.pool.task import Task

WINDOW: Final = 10.0  # seconds that rates look back
STEP: Final = 1.0  # seconds between the marks that they look back to

Counts = tuple[int, int, int, int, int, int, int, int, int]
"""The first nine fields of `Metrics`."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where ever growing numbers stood at a moment."""

    at: float
    ended: int
    taken: float
    """Seconds that tasks had taken."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken of a frozen pool, to be worked out once it goes on."""

    counts: Counts
    running: list[Task]
    tallies: dict[Lane, list[tuple[Samples, Samples]]]
    ended: dict[Lane, tuple[int, int, int]]
    waiting: dict[Lane, tuple[int, Task | None]]
    outside: dict[Lane, tuple[int, int]]
    """How many of each lane are scheduled, and how many were cancelled before they started."""


class Reading(Core):
    """The part of a pool that observers meet."""

    __slots__ = ()

    _marks: deque[Mark]
    _submitters: dict[object, Blocked]

    def metrics(self) -> Metrics:
        """Return one consistent reading."""
        with self._lock:
            self._check_fork()
            return self._locked_metrics()

    def _locked_metrics(self) -> Metrics:
        taken = self._locked_look(self._locked_take)
        now = self._monotonic()
        lanes = [_lane(self.name, one, now, taken) for one in taken.outside]
        ended = sum(taken.counts[5:8])
        used = sum([lane.used for lane in lanes])
        then = self._locked_mark(now, ended, used)
        blocked = len(self._submitters)
        window = now - then.at
        return Metrics(
            *taken.counts,
            rate=(ended - then.ended) / window if window > 0 else 0.0,
            window=window,
            blocked=blocked,
            waits=tuple([one for lane in lanes for one in lane.waits]),
            runs=tuple([one for lane in lanes for one in lane.runs]),
            used=used - then.taken,
            lanes=tuple(lanes),
        )

    def _locked_take(self) -> Taken:
        """Take the counts of a frozen pool, what it runs, and its durations."""
        workers = self._crew.workers
        owners = self._crew.tallies()
        running = [worker.task for worker in workers if worker.task is not None]
        counts = (
            self._accepted,
            self._rejected,
            len(self._queued),
            len(self._scheduled),
            len(running),
            sum([one.completed for one in owners]),
            sum([one.failed for one in owners]),
            self._dropped + sum([one.cancelled for one in owners]),
            len(workers),
        )
        tallies: dict[Lane, list[tuple[Samples, Samples]]] = {}
        for owner in owners:
            for lane, one in owner.items():
                # Most have nothing since `gather`, and each would cost 2 us.
                if one.waits or one.runs or one.wait.counts or one.run.counts:
                    samples = one.wait.samples(one.waits), one.run.samples(one.runs)
                    tallies.setdefault(lane, []).append(samples)
        outside = {lane: (lane.scheduled, lane.dropped) for lane in self._backlog.all_lanes()}
        ended, waiting = self._crew.ended(), self._backlog.by_lane()
        return Taken(counts, running, tallies, ended, waiting, outside)

    @property
    def workers_lost(self) -> int:
        """How many workers could not start or died outside a task's body."""
        return self._crew.lost

    @property
    def workers_abandoned(self) -> tuple[Worker, ...]:
        """The workers that were given up, while their threads still run a body past its limit."""
        with self._lock:
            self._check_fork()
            return tuple(self._crew.abandoned)

    @property
    def came_late(self) -> int:
        """How many bodies ended after their worker had been given up."""
        return self._crew.late

    @property
    def workers_wanted(self) -> int:
        """How many workers there should be."""
        return self._crew.wanted

    def workers(self) -> tuple[Worker, ...]:
        """List the workers there are; the records stay live."""
        with self._lock:
            self._check_fork()
            return tuple(self._crew.workers)

    def waiting(self, offset: int = 0, limit: int = 50) -> list[Task]:
        """List a window of the backlog, in the order in which it will be served."""
        offset, limit = numbers.count("offset", offset, 0), numbers.count("limit", limit, 0)
        with self._lock:
            self._check_fork()
            if self._locked_look(lambda: self._backlog.is_deep(offset)):
                self._locked_sweep()
            return self._locked_look(lambda: self._backlog.window(offset, limit))

    def find(self, number: int) -> Task | None:
        """Return the waiting, scheduled or running task of this number."""
        self._check_fork()
        number = arguments.number("number", number)
        found = self._queued.get(number) or self._scheduled.get(number)
        if found is not None:
            return found
        running = [worker.task for worker in self.workers()]
        return next((task for task in running if task and task.number == number), None)

    def __repr__(self) -> str:
        if self._forked:
            return f"<Pool {self.name} of the parent process>"
        with self._lock:
            workers, busy, queued = len(self._crew.workers), self._crew.busy, len(self._queued)
        return f"<Pool {self.name} {self.state}, {workers} workers ({busy} busy), {queued} waiting>"

    def _locked_mark(self, now: float, ended: int, used: float) -> Mark:
        """Return the newest mark that is `WINDOW` old or older, else the first; leave a new one."""
        marks = self._marks
        while len(marks) > 1 and now - marks[1].at >= WINDOW:
            marks.popleft()
        if now - marks[-1].at >= STEP:
            marks.append(Mark(now, ended, used))
        return marks[0]


def _lane(pool: str, lane: Lane, now: float, taken: Taken) -> LaneMetrics:
    queued, oldest = taken.waiting.get(lane, (0, None))
    completed, failed, cancelled = taken.ended.get(lane, (0, 0, 0))
    scheduled, dropped = taken.outside[lane]
    samples = taken.tallies.get(lane, [])
    began = [task._claimed_at for task in taken.running if task._lane is lane]
    return LaneMetrics(
        lane=lane,
        pool=pool,
        queued=queued,
        scheduled=scheduled,
        running=len(began),
        completed=completed,
        failed=failed,
        cancelled=cancelled + dropped,
        dropped=dropped,
        oldest=0.0 if oldest is None else max(0.0, now - oldest._queued_at),
        held=lane.holds,
        full=lane.full,
        limited=bool(queued) and now < lane.opens_at() < NEVER,
        allowance=lane.allowance,
        concurrency=lane.concurrency,
        rate=None if lane.rate is None else str(lane.rate),
        waits=tuple([wait for wait, _ in samples]),
        runs=tuple([run for _, run in samples]),
        used=sum([now - one for one in began]) + sum([run.seconds for _, run in samples]),
    )
