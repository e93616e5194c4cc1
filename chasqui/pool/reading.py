"""Reading: what can be seen of a pool, each look consistent in itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

from chasqui import arguments, numbers
from chasqui.pool.backend import Worker
from chasqui.pool.freezing import locked_look, locked_sweep
from chasqui.pool.histogram import Samples
from chasqui.pool.lane import NEVER, Lane
from chasqui.pool.marks import Mark
from chasqui.pool.metrics import LaneMetrics, Metrics
from chasqui.pool.state import State
from chasqui.pool.task import Task

WINDOW: Final = 10.0  # seconds that rates look back
STEP: Final = 1.0  # seconds between the marks that they look back to

Counts = tuple[int, int, int, int, int, int, int, int, int]
"""The first nine fields of `Metrics`."""


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


def metrics(pool: State) -> Metrics:
    """Return one consistent reading."""
    with pool.lock:
        pool.check_fork()
        return _locked_metrics(pool)


def _locked_metrics(pool: State) -> Metrics:
    taken = locked_look(pool, partial(_locked_take, pool))
    now = pool.monotonic()
    lanes = [_lane(pool.name, one, now, taken) for one in taken.outside]
    ended = sum(taken.counts[5:8])
    used = sum([lane.used for lane in lanes])
    then = _locked_mark(pool, now, ended, used)
    blocked = len(pool.submitters)
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


def _locked_take(pool: State) -> Taken:
    """Take the counts of a frozen pool, what it runs, and its durations."""
    workers = pool.crew.workers
    owners = pool.crew.tallies()
    running = [worker.task for worker in workers if worker.task is not None]
    counts = (
        pool.accepted,
        pool.rejected,
        len(pool.queued),
        len(pool.scheduled),
        len(running),
        sum([one.completed for one in owners]),
        sum([one.failed for one in owners]),
        pool.dropped + sum([one.cancelled for one in owners]),
        len(workers),
    )
    tallies: dict[Lane, list[tuple[Samples, Samples]]] = {}
    for owner in owners:
        for lane, one in owner.items():
            # Most have nothing since `gather`, and each would cost 2 us.
            if one.waits or one.runs or one.wait.counts or one.run.counts:
                samples = one.wait.samples(one.waits), one.run.samples(one.runs)
                tallies.setdefault(lane, []).append(samples)
    outside = {lane: (lane.scheduled, lane.dropped) for lane in pool.backlog.all_lanes()}
    ended, waiting = pool.crew.ended(), pool.backlog.by_lane()
    return Taken(counts, running, tallies, ended, waiting, outside)


def abandoned(pool: State) -> tuple[Worker, ...]:
    """List the workers that were given up, while their threads still run a body."""
    with pool.lock:
        pool.check_fork()
        return tuple(pool.crew.abandoned)


def shown(pool: State) -> str:
    """Describe a pool in a line."""
    if pool.is_forked:
        return f"<Pool {pool.name} of the parent process>"
    with pool.lock:
        workers, busy, queued = len(pool.crew.workers), pool.crew.busy, len(pool.queued)
    return f"<Pool {pool.name} {pool.state}, {workers} workers ({busy} busy), {queued} waiting>"


def workers(pool: State) -> tuple[Worker, ...]:
    """List the workers there are; the records stay live."""
    with pool.lock:
        pool.check_fork()
        return tuple(pool.crew.workers)


def waiting(pool: State, offset: int = 0, limit: int = 50) -> list[Task]:
    """List a window of the backlog, in the order in which it will be served."""
    offset, limit = numbers.count("offset", offset, 0), numbers.count("limit", limit, 0)
    with pool.lock:
        pool.check_fork()
        if locked_look(pool, lambda: pool.backlog.is_deep(offset)):
            locked_sweep(pool)
        return locked_look(pool, lambda: pool.backlog.window(offset, limit))


def find(pool: State, number: int) -> Task | None:
    """Return the waiting, scheduled or running task of this number."""
    pool.check_fork()
    number = arguments.number("number", number)
    found = pool.queued.get(number) or pool.scheduled.get(number)
    if found is not None:
        return found
    running = [worker.task for worker in workers(pool)]
    return next((task for task in running if task and task.number == number), None)


def _locked_mark(pool: State, now: float, ended: int, used: float) -> Mark:
    """Return the newest mark that is `WINDOW` old or older, else the first; leave a new one."""
    marks = pool.marks
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
