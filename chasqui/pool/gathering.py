"""Gathering: what has been measured since the last time, for whoever looks every now and then.

A reading sums up all that was ever measured, which takes some milliseconds when each of many
workers has measured tasks of many lanes. Gathering takes the durations out of what the workers keep
and puts them together in one place: so it returns what is new of each lane, and readings after it
find little to sum up. A task's durations are gathered once, on the thread that gathers.
"""

from __future__ import annotations

from typing import NamedTuple

from chasqui.pool.freezing import locked_freeze, locked_thaw
from chasqui.pool.histogram import Histogram
from chasqui.pool.lane import Lane
from chasqui.pool.state import State
from chasqui.pool.task import Task


class Gathered(NamedTuple):
    """How a lane stands, and the durations measured in it since the last gathering.

    Those of a worker that has gone meanwhile are missing from `waits` and `runs`, not from the
    sums.
    """

    lane: Lane
    queued: int
    scheduled: int
    running: int
    completed: int
    failed: int
    cancelled: int
    dropped: int
    """Of the cancelled, those that did not run when they were."""
    oldest: float
    """Seconds that the one has waited which waits longest."""
    used: float
    """Seconds that its tasks have taken, those that still run too."""
    attempts: int
    """How often one of its tasks has run to an end, its own or that of an attempt."""
    waits: Histogram
    runs: Histogram

    @property
    def ended(self) -> int:
        """Tasks that are final."""
        return self.completed + self.failed + self.cancelled

    @property
    def accepted(self) -> int:
        """All of its tasks."""
        return self.queued + self.scheduled + self.running + self.ended


def gather(pool: State) -> tuple[int, list[Gathered]]:
    """Return how many workers there are, and what is new of each lane.

    Not for the main thread: a signal handler that came in the middle would read too little.
    """
    with pool.lock:
        pool.check_fork()
        return _locked_gather(pool)


def _locked_gather(pool: State) -> tuple[int, list[Gathered]]:
    locked_freeze(pool)
    workers = pool.crew.workers
    began = [(one.task._lane, one.task._claimed_at) for one in workers if one.task]
    fresh = pool.crew.gather()
    ended = pool.crew.ended()
    waiting = pool.backlog.by_lane()
    count = len(workers)
    locked_thaw(pool)
    now = pool.monotonic()
    pool.crew.keep(fresh)
    lanes = []
    for lane in pool.backlog.all_lanes():
        queued, oldest = waiting.get(lane, (0, None))
        completed, failed, cancelled = ended.get(lane, (0, 0, 0))
        running = [at for one, at in began if one is lane]
        known, new = pool.crew.gone.get(lane), fresh.get(lane)
        lanes.append(
            Gathered(
                lane=lane,
                queued=queued,
                scheduled=lane.scheduled,
                running=len(running),
                completed=completed,
                failed=failed,
                cancelled=cancelled + lane.dropped,
                dropped=lane.dropped,
                oldest=_age(oldest, now),
                used=sum([now - at for at in running]) + (known.run.total if known else 0),
                attempts=sum(known.run.counts.values()) if known else 0,
                waits=new.wait if new else Histogram(),
                runs=new.run if new else Histogram(),
            )
        )
    return count, lanes


def _age(task: Task | None, now: float) -> float:
    return 0.0 if task is None else max(0.0, now - task._queued_at)
