"""Where tasks are in their code, and since when they have been there.

Most tasks are looked at only while someone asks. Once a second the sampler looks at the innermost
positions of those that have run for over ten seconds, so that it is known for how long a task has
been at one place even if it got stuck before anyone asked. Time between two looks counts as
unchanged.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

from chasqui.pool.backend import Worker
from chasqui.pool.clock import Clock
from chasqui.pool.guarded import stacks_of
from chasqui.pool.pool import Pool
from chasqui.pool.stacks import DEPTH, NO_STACK, Position, Stack
from chasqui.pool.state import state_of
from chasqui.pool.task import Task

LONG_SECONDS: Final = 10.0  # a task that has run for longer is looked at once a second
MOST: Final = 100  # such tasks, the oldest: a look takes 7 us for each
SAME: Final = 8  # innermost positions that make a place: every lock is awaited at the same line of
# the standard library, so its callers belong to it
TRIES: Final = 3  # to see a stack and the task that it belongs to; a worker may go on meanwhile


class Sight(NamedTuple):
    """What was seen of a worker. Moments are on the engine's monotonic clock."""

    task: Task | None
    stack: Stack
    since: float
    """From when on each look has found it at the same place."""
    at: float


class _Seen(NamedTuple):
    """The place of an attempt, and the first look that found it there."""

    number: int
    began: float
    place: tuple[Position, ...]
    since: float


class Stacks:
    """The looks at the workers of an engine. Any thread."""

    def __init__(self, pools: Mapping[str, Pool], clock: Clock) -> None:
        self._pools = pools
        self._clock = clock
        self._lock = threading.Lock()  # guards the one below
        self._seen: dict[Worker, _Seen] = {}

    def sample(self) -> None:
        """Look at the tasks that have run for long; forget those that have ended."""
        now, there = self._clock.monotonic(), set[Worker]()
        for pool in self._pools.values():
            workers = _busy(pool)
            there.update(workers)
            old = [worker for worker in workers if _age(worker, now) > LONG_SECONDS]
            if old:
                old = sorted(old, key=lambda worker: -_age(worker, now))[:MOST]
                for worker, stack in stacks_of(state_of(pool).backend, old, SAME).items():
                    self._note(worker, worker.task, stack, now)
        with self._lock:
            self._locked_forget(there)

    def _locked_forget(self, there: Collection[Worker]) -> None:
        for worker in [worker for worker in self._seen if worker not in there]:
            del self._seen[worker]

    def look(self, pool: Pool, worker: Worker) -> Sight:
        """Look at a worker; without a task, its stack is empty."""
        backend, now = state_of(pool).backend, self._clock.monotonic()
        for _ in range(TRIES):
            before = worker.task
            began = None if before is None else _began(before, now)
            stack = stacks_of(backend, [worker], DEPTH).get(worker, NO_STACK)
            after = worker.task
            if after is before and (after is None or _began(after, now) == began):
                return Sight(before, stack, self._note(worker, before, stack, now), now)
        return Sight(None, NO_STACK, now, now)  # its tasks are too short to be seen

    def _note(self, worker: Worker, task: Task | None, stack: Stack, now: float) -> float:
        """Note a look, and return since when the task has been at this place."""
        if task is None:
            return now
        place, began = stack.positions[:SAME], _began(task, now)
        with self._lock:
            seen = self._seen.get(worker)
            if (
                seen is None
                or seen.number != task.number
                or seen.began != began
                or seen.place != place
            ):
                seen = self._seen[worker] = _Seen(task.number, began, place, now)
            return seen.since


def _busy(pool: Pool) -> Sequence[Worker]:
    # The list itself, since an attribute of a worker costs less than a copy under the lock.
    crew = state_of(pool).crew
    return [worker for worker in (*crew.workers, *crew.abandoned) if worker.task is not None]


def _age(worker: Worker, now: float) -> float:
    task = worker.task  # read once: the worker goes on meanwhile
    return 0.0 if task is None else now - _began(task, now)


def _began(task: Task, now: float) -> float:
    # A worker takes a task a moment before it says when.
    return getattr(task, "_claimed_at", now)
