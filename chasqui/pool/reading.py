"""Reading: what can be seen of a pool; each reading is consistent in itself."""

from __future__ import annotations

from functools import partial
from typing import Any, Final, NamedTuple

from chasqui import arguments, numbers
from chasqui.pool.ahead import list_ahead, locked_count
from chasqui.pool.backend import Worker
from chasqui.pool.freezing import locked_look, locked_sweep
from chasqui.pool.histogram import Samples, joined, latency_of
from chasqui.pool.lane import NEVER, Lane
from chasqui.pool.marks import Mark
from chasqui.pool.metrics import LaneMetrics, Metrics
from chasqui.pool.state import State
from chasqui.pool.states import ENDED
from chasqui.pool.task import Task

WINDOW: Final = 10.0  # seconds that rates look back
LEVELS: Final = 16  # priorities that a worker may look through before empty ones are dropped
STEP: Final = 1.0  # seconds between the marks that they look back to


class Taken(NamedTuple):
    """What was read of a frozen pool; the rest is computed once the pool goes on."""

    counts: dict[str, Any]
    """The fields of `Metrics` that are counted."""
    running: list[Task]
    tallies: dict[Lane, list[tuple[Samples, Samples]]]
    ended: dict[Lane, dict[str, int]]
    waiting: dict[Lane, tuple[int, Task | None]]
    outside: dict[Lane, tuple[int, int, int, int]]
    """How many of each lane are scheduled, were cancelled before they started, are struck, and have
    a value that lets none start."""


def metrics(pool: State) -> Metrics:
    """Return one consistent reading."""
    with pool.lock:
        pool.check_fork()
        return _locked_metrics(pool)


def _locked_metrics(pool: State) -> Metrics:
    taken = locked_look(pool, partial(_locked_take, pool))
    now = pool.monotonic()
    lanes = [_lane(pool.name, lane, now, taken) for lane in taken.outside]
    ended = sum([taken.counts[state] for state in ENDED])
    used = sum([lane.used for lane in lanes])
    then = _locked_mark(pool, now, ended, used)
    blocked = len(pool.submitters)
    window = now - then.at
    return Metrics(
        **taken.counts,
        rate=(ended - then.ended) / window if window > 0 else 0.0,
        window=window,
        blocked=blocked,
        wait=joined([lane.wait for lane in lanes]),
        run=joined([lane.run for lane in lanes]),
        used=used - then.taken,
        lanes=tuple(lanes),
    )


def _locked_take(pool: State) -> Taken:
    """Take the counts of a frozen pool, its running tasks, and its durations."""
    if len(pool.backlog.order) > LEVELS:
        pool.backlog.relist()
    workers = pool.crew.workers
    running = [worker.task for worker in workers if worker.task is not None]
    counts = {
        "accepted": pool.accepted - pool.retracted,
        "rejected": pool.rejected,
        "queued": locked_count(pool) + len(pool.reserved),
        "scheduled": len(pool.scheduled),
        "running": len(running),
        **pool.crew.ended(pool.dropped),
        "workers": len(workers),
    }
    tallies: dict[Lane, list[tuple[Samples, Samples]]] = {}
    for owner in pool.crew.tallies():
        for lane, tally in owner.items():
            # Most have nothing since `gather`, and each would cost 2 us.
            if tally.waits or tally.runs or tally.wait.counts or tally.run.counts:
                samples = tally.wait.samples(tally.waits), tally.run.samples(tally.runs)
                tallies.setdefault(lane, []).append(samples)
    backlog = pool.backlog
    outside = {
        lane: (lane.scheduled, lane.dropped, backlog.struck(lane), backlog.closed(lane))
        for lane in backlog.all_lanes()
    }
    ended, waiting = pool.crew.ended_by_lane(), locked_by_lane(pool)
    return Taken(counts, running, tallies, ended, waiting, outside)


def locked_by_lane(pool: State) -> dict[Lane, tuple[int, Task | None]]:
    """Return how many tasks of each lane are queued, and the first of them; workers must rest."""
    found = pool.backlog.by_lane()
    for task in (*list_ahead(pool), *pool.reserved.values()):
        count, first = found.get(task._lane, (0, None))
        is_first = first is None or task._queued_at < first._queued_at
        found[task._lane] = count + 1, task if is_first else first
    return found


def abandoned(pool: State) -> tuple[Worker, ...]:
    """List the abandoned workers whose threads still run a body."""
    with pool.lock:
        pool.check_fork()
        return tuple(pool.crew.abandoned)


def shown(pool: State) -> str:
    """Describe a pool in a line."""
    if pool.is_forked:
        return f"<Pool {pool.name} of the parent process>"
    with pool.lock:
        workers, busy, queued = len(pool.crew.workers), pool.crew.busy, locked_count(pool)
    return f"<Pool {pool.name} {pool.state}, {workers} workers ({busy} busy), {queued} waiting>"


def workers(pool: State) -> tuple[Worker, ...]:
    """List the present workers; the records stay live."""
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


def heads(pool: State, each: int) -> dict[Lane, list[Task]]:
    """Return the next tasks of each lane in which something waits, at most ``each``, in order."""
    with pool.lock:
        pool.check_fork()
        return locked_look(pool, lambda: pool.backlog.heads(each))


def find(pool: State, number: int) -> Task | None:
    """Return the waiting, scheduled or running task of this number."""
    pool.check_fork()
    number = arguments.number("number", number)
    places = (pool.queued, pool.scheduled, pool.reserved)
    found = next((task for place in places if (task := place.get(number))), None)
    if found is not None:
        return found
    running = [one for worker in workers(pool) for one in (worker.task, *worker.ahead.copy())]
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
    scheduled, dropped, struck, closed = taken.outside[lane]
    keys = lane.keys
    ended = taken.ended.get(lane) or dict.fromkeys(ENDED, 0)
    ended["cancelled"] += dropped
    samples = taken.tallies.get(lane, [])
    began = [task._claimed_at for task in taken.running if task._lane is lane]
    return LaneMetrics(
        name=lane.name,
        pool=pool,
        queued=queued,
        scheduled=scheduled,
        running=len(began),
        **ended,
        dropped=dropped,
        oldest=0.0 if oldest is None else max(0.0, now - oldest._queued_at),
        held=lane.holds,
        full=lane.full,
        limited=bool(queued) and now < lane.opens_at() < NEVER,
        allowance=lane.allowance,
        concurrency=lane.concurrency,
        rate=None if lane.rate is None else str(lane.rate),
        by="" if keys is None or keys.values.key is None else keys.values.key.name,
        values=0 if keys is None else len(keys.values),
        struck=struck,
        closed=max(struck, min(queued, closed)),
        wait=latency_of([wait for wait, _ in samples]),
        run=latency_of([run for _, run in samples]),
        used=sum([now - at for at in began]) + sum([run.seconds for _, run in samples]),
    )
