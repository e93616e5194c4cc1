"""Turns: which tasks may start next, as far as anything is promised of it; nothing of Chasqui.

Higher priorities start first. Within a priority the types take turns: none that could start is
passed over by another more than once. Within a type and priority tasks start in order. A type that
is shut is passed over. Which of several types is first is left open, so a pool is not told in which
order to start tasks: it tells which it has started, and `Turns.take` finds an order in which it may
have, or says why there is none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

NEVER = float("inf")

Passes = Counter[tuple[int, str, str]]
"""How often, in a priority, a type that could start was passed over by another."""


@dataclass(frozen=True)
class Pace:
    """One start each so many seconds, and so many of them at once."""

    interval: float
    burst: int


@dataclass
class Lane:
    """The tasks of one type in one pool."""

    concurrency: int | None = None
    pace: Pace | None = None
    arrival: float = -NEVER
    """When the next start would be in time if all came one by one."""
    holds: frozenset[str] = frozenset()
    allowance: int | None = None
    """How many more may start at all."""
    running: int = 0

    @property
    def shut(self) -> bool:
        """Whether nothing may start, however much time passes."""
        full = self.concurrency is not None and self.running >= self.concurrency
        return bool(self.holds) or full or self.allowance == 0

    @property
    def opens_at(self) -> float:
        """From when its pace lets one start."""
        if self.pace is None:
            return -NEVER
        return self.arrival - (self.pace.burst - 1) * self.pace.interval

    def open(self, now: float) -> bool:
        """Whether one may start."""
        return not self.shut and self.opens_at <= now

    def enter(self, now: float) -> None:
        """Let one start."""
        self.running += 1
        if self.pace is not None:
            self.arrival = max(self.arrival, now) + self.pace.interval
        if self.allowance is not None:
            self.allowance -= 1

    def turn_to(self, pace: Pace | None, now: float) -> None:
        """Change its pace; as many starts as still counted at the one before count at this one."""
        if pace is None or self.pace is None:
            self.arrival = -NEVER
        elif self.arrival > now:
            self.arrival = now + (self.arrival - now) * (pace.interval / self.pace.interval)
        self.pace = pace

    def copy(self) -> Lane:
        """Return one that is like it."""
        return Lane(**vars(self))


@dataclass
class Turns:
    """The tasks that wait in a pool, and how many workers are there for them."""

    now: float
    waiting: list[Any]
    free: int
    lanes: Mapping[str, Lane]
    passes: Passes
    late: Collection[Any] = ()
    """Those that came in while others may have started: so they need not have been first."""
    order: list[Any] = field(default_factory=list)
    """Those that have started."""

    def take(self, started: Sequence[Any]) -> Turns | str:
        """Find how these may have started and no more; or say what is wrong.

        Nobody has seen in which order those start that start at once. Two orders of the same tasks
        differ only in who was passed over, so the least of that is kept.
        """
        ways = {frozenset[int](): self}
        for _ in started:
            further: dict[frozenset[int], Turns] = {}
            for gone, way in ways.items():
                for job in way._allowed(way._able()) if way.free else ():
                    if job in started:
                        after = way._after(job)
                        further.setdefault(gone | {job.number}, after).passes &= after.passes
            if not further:
                return f"{_names(started)} started, out of turn, of {_names(self.waiting)}"
            ways = further
        (way,) = ways.values()
        if way.free and (able := way._able()):
            return f"task {able[0].number} of {able[0].type} has not started"
        return way

    def forget(self) -> None:
        """Count no passing over of those that can not start now."""
        able = {(job.priority, job.type) for job in self._able()}
        for key in list(self.passes):
            if key[:2] not in able:
                del self.passes[key]

    def _able(self) -> list[Any]:
        """List the first of each type and priority that may start."""
        heads: dict[tuple[int, str], Any] = {}
        for job in self.waiting:
            heads.setdefault((job.priority, job.type), job)
        return [job for job in heads.values() if self.lanes[job.type].open(self.now)]

    def _allowed(self, able: list[Any]) -> list[Any]:
        """List those whose turn it may be."""
        rivals = [job for job in able if job not in self.late]
        top: Any = max((job.priority for job in rivals), default=-NEVER)
        rivals = [job for job in rivals if job.priority == top]
        return [
            job
            for job in able
            if job.priority > top
            or (
                job.priority == top
                and not any(
                    self.passes[top, one.type, job.type] for one in rivals if one is not job
                )
            )
        ]

    def _after(self, job: Any) -> Turns:
        """Return how things are once one has started."""
        waiting = [one for one in self.waiting if one is not job]
        lanes = {name: lane.copy() for name, lane in self.lanes.items()}
        order = [*self.order, job]
        after = Turns(self.now, waiting, self.free - 1, lanes, self.passes.copy(), self.late, order)
        for one in self._able():
            if one.priority == job.priority and one is not job and one not in self.late:
                after.passes[job.priority, one.type, job.type] += 1
        for key in list(after.passes):
            if key[:2] == (job.priority, job.type):
                del after.passes[key]
        lanes[job.type].enter(self.now)
        if self.now >= job.expires:  # it ends at once
            lanes[job.type].running -= 1
            after.free += 1
        after.forget()
        return after


def _names(jobs: Sequence[Any]) -> str:
    return ", ".join(f"{job.number} {job.type} {job.priority}" for job in jobs)
