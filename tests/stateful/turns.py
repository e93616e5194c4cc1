"""Turns: which tasks may start next, as far as anything is promised of it; nothing of Chasqui.

Higher priorities start first. Within a priority the types take turns: none that could start is
passed over by another more than once. Within a type and priority tasks start in order. A type that
is shut is passed over, and so is a customer who is struck. Where the limits of a type are for each
customer, its customers take turns as types do, and the tasks of each start in order.

Which of several types is first is left open, so a pool is not told in which order to start tasks:
it tells which it has started, and `Turns.take` finds an order in which it may have, or says why
there is none.
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
    by: bool = False
    """Whether its limits are for each customer."""
    running: int = 0
    inside: Counter[str] = field(default_factory=Counter)
    """How many of each customer run."""
    arrivals: dict[str, float] = field(default_factory=dict)
    """When the next start of each customer would be in time."""
    struck: frozenset[str] = frozenset()

    @property
    def keyed(self) -> bool:
        """Whether it has limits for each customer."""
        return self.by and (self.concurrency is not None or self.pace is not None)

    def line(self, job: Any) -> str:
        """Say in which line a task waits."""
        return f"{job.type}/{job.customer}" if self.keyed else job.type

    def shut(self, customer: str) -> bool:
        """Whether nothing of a customer may start, however much time passes."""
        running = self.inside[customer] if self.by else self.running
        full = self.concurrency is not None and running >= self.concurrency
        return bool(self.holds) or full or self.allowance == 0 or customer in self.struck

    def opens_at(self, customer: str) -> float:
        """From when its pace lets one of a customer start."""
        if self.pace is None:
            return -NEVER
        arrival = self.arrivals.get(customer, -NEVER) if self.by else self.arrival
        return arrival - (self.pace.burst - 1) * self.pace.interval

    def open(self, now: float, customer: str) -> bool:
        """Whether one of a customer may start."""
        return not self.shut(customer) and self.opens_at(customer) <= now

    def enter(self, now: float, customer: str) -> None:
        """Let one start."""
        self.running += 1
        self.inside[customer] += 1
        if self.pace is not None and self.by:
            before = self.arrivals.get(customer, -NEVER)
            self.arrivals[customer] = max(before, now) + self.pace.interval
        elif self.pace is not None:
            self.arrival = max(self.arrival, now) + self.pace.interval
        if self.allowance is not None:
            self.allowance -= 1

    def leave(self, customer: str) -> None:
        """Take note that one has ended."""
        self.running -= 1
        self.inside[customer] -= 1

    def turn_to(self, pace: Pace | None, now: float) -> None:
        """Change its pace; as many starts as still counted at the one before count at this one."""
        if pace is None or self.pace is None:
            self.arrival, self.arrivals = -NEVER, {}
        else:
            times = pace.interval / self.pace.interval
            self.arrival = _later(self.arrival, now, times)
            self.arrivals = {one: _later(at, now, times) for one, at in self.arrivals.items()}
        self.pace = pace

    def turn_by(self, by: bool) -> None:
        """Have its limits be for each customer, or for all; its pace begins anew."""
        if by != self.by:
            self.by, self.arrival, self.arrivals = by, -NEVER, {}

    def copy(self) -> Lane:
        """Return one that is like it."""
        more = {"inside": self.inside.copy(), "arrivals": self.arrivals.copy()}
        return Lane(**{**vars(self), **more})


def _later(arrival: float, now: float, times: float) -> float:
    return now + (arrival - now) * times if arrival > now else arrival


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
        heads = self._able()
        able = {(job.priority, job.type) for job in heads}
        able |= {(job.priority, self._line(job)) for job in heads}
        for key in list(self.passes):
            if key[:2] not in able:
                del self.passes[key]

    def _able(self) -> list[Any]:
        """List the first of each line and priority that may start."""
        heads: dict[tuple[int, str], Any] = {}
        for job in self.waiting:
            if job.customer not in self.lanes[job.type].struck:
                heads.setdefault((job.priority, self._line(job)), job)
        return [job for job in heads.values() if self.lanes[job.type].open(self.now, job.customer)]

    def _line(self, job: Any) -> str:
        return self.lanes[job.type].line(job)

    def _rivals(self, one: Any, job: Any) -> tuple[str, str]:
        """Name what two tasks take turns as: types, or customers of one type."""
        if one.type != job.type:
            return one.type, job.type
        return self._line(one), self._line(job)

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
                    self.passes[top, *self._rivals(one, job)] for one in rivals if one is not job
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
                after.passes[job.priority, *self._rivals(one, job)] += 1
        for key in list(after.passes):
            if key[0] == job.priority and key[1] in (job.type, self._line(job)):
                del after.passes[key]
        lanes[job.type].enter(self.now, job.customer)
        if self.now >= job.expires and not job.attempts:  # it ends at once
            lanes[job.type].leave(job.customer)
            after.free += 1
        after.forget()
        return after


def _names(jobs: Sequence[Any]) -> str:
    return ", ".join(f"{job.number} {job.type} {job.priority}" for job in jobs)
