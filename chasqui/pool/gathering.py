"""Gathering: what has been measured since the last time, for an observer that asks regularly.

A reading adds up everything that was ever measured, which takes some milliseconds when each of many
workers has measured tasks of many lanes. Gathering moves the durations from the workers' tallies to
a single place: it returns what is new in each lane, and later readings have little to add up. The
durations of a task are gathered once, on the thread that gathers.
"""

from __future__ import annotations

from dataclasses import dataclass

from chasqui.pool.freezing import locked_freeze, locked_thaw
from chasqui.pool.histogram import Histogram
from chasqui.pool.lane import Lane
from chasqui.pool.reading import locked_by_lane
from chasqui.pool.state import State
from chasqui.pool.states import ENDED, StateCounts
from chasqui.pool.task import Task


@dataclass(frozen=True, slots=True)
class _Measured:
    """The fields that come before the counters."""

    lane: Lane
    waits: Histogram
    runs: Histogram


@dataclass(frozen=True, slots=True)
class Gathered(StateCounts, _Measured):
    """The state of a lane, and the durations measured in it since the last gathering.

    Durations of a worker that has gone meanwhile are missing from `waits` and `runs`, but not from
    the sums.
    """

    dropped: int = 0
    """How many of the cancelled had not started."""
    oldest: float = 0.0
    """For how many seconds the task that waits longest has waited."""
    used: float = 0.0
    """Seconds that its tasks have taken, including those that still run."""
    attempts: int = 0
    """How many attempts have run to their end, the last of a task included."""

    @property
    def accepted(self) -> int:
        """All of its tasks."""
        return self.accounted


def gather(pool: State) -> tuple[int, list[Gathered]]:
    """Return the number of workers, and what is new in each lane.

    Not for the main thread: a signal handler in the middle would read too little.
    """
    with pool.lock:
        pool.check_fork()
        return _locked_gather(pool)


def _locked_gather(pool: State) -> tuple[int, list[Gathered]]:
    locked_freeze(pool)
    began = [(task._lane, task._claimed_at) for task in pool.crew.running()]
    fresh = pool.crew.gather()
    ended = pool.crew.ended_by_lane()
    waiting = locked_by_lane(pool)
    count = len(pool.crew.workers)
    locked_thaw(pool)
    now = pool.monotonic()
    pool.crew.keep(fresh)
    lanes = []
    for lane in pool.backlog.all_lanes():
        queued, oldest = waiting.get(lane, (0, None))
        counts = ended.get(lane) or dict.fromkeys(ENDED, 0)
        counts["cancelled"] += lane.dropped
        running = [at for its, at in began if its is lane]
        known, new = pool.crew.gone.get(lane), fresh.get(lane)
        lanes.append(
            Gathered(
                lane=lane,
                queued=queued,
                scheduled=lane.scheduled,
                running=len(running),
                **counts,
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
