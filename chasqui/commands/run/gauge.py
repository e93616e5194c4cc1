"""How a run goes: what has ended and what runs, how fast, and for how long it still takes.

The rate is of the last half minute, so that it follows what happens now. How long it still takes is
only known where the size of the input is.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections import deque
from collections.abc import Callable
from typing import Final, NamedTuple

from chasqui.commands.run.expected import Expected
from chasqui.commands.run.following import Follower
from chasqui.commands.run.line_keys import LineKey
from chasqui.commands.run.reached import Reached
from chasqui.engine.engine import BaseEngine
from chasqui.pool.task import Task

WINDOW: Final = 30.0
"""Seconds that the rate is of."""
FEWEST: Final = 1.0
"""Seconds that must have passed before it is known."""
MOST_GAPS: Final = 10_000


class RunningLine(NamedTuple):
    """A task that runs."""

    line: int | None
    """The line that it is of; None: it is not known any more."""
    number: int
    type: str
    seconds: float
    """Since its last attempt began."""


class RunStanding(NamedTuple):
    """How a run stands at a moment."""

    completed: int = 0
    failed: int = 0
    cancelled: int = 0
    running: int = 0
    waiting: int = 0
    before: int = 0
    """Lines that earlier runs brought to their end."""
    rate: float | None = None
    """Ends in a second."""
    share: float | None = None
    """How much of the input is done, from 0 to 1."""
    left: float | None = None
    """Seconds that it still takes."""
    slowest: RunningLine | None = None
    """What has run for the longest time."""


class LinesOfTasks(Follower):
    """Which line each task is of.

    Tasks are numbered in the order of lines, so only lines that become no task are kept: where the
    numbers begin to differ by more. Of an input with very many such gaps the oldest are forgotten.
    """

    def __init__(self) -> None:
        self._offset: int | None = None
        self._gaps: list[tuple[int, int]] = []

    def accepted(self, key: LineKey, task: Task) -> None:
        """Note where lines and tasks begin to differ."""
        offset = key.number - task.number
        if offset != self._offset:
            self._offset = offset
            if len(self._gaps) >= MOST_GAPS:
                self._gaps = self._gaps[MOST_GAPS // 2 :]
            self._gaps.append((task.number, offset))

    def line_of(self, task: int) -> int | None:
        """Return the line of the task with this number."""
        gaps = self._gaps
        at = bisect_right(gaps, task, key=lambda gap: gap[0])
        return task + gaps[at - 1][1] if at else None


class RecentRate:
    """Ends in a second, lately."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._seen: deque[tuple[float, int]] = deque([(clock(), 0)])

    def of(self, ended: int) -> float | None:
        """Return the rate now that so many have ended; None as long as it is not known."""
        now = self._clock()
        seen = self._seen
        seen.append((now, ended))
        while len(seen) > 2 and seen[1][0] <= now - WINDOW:
            seen.popleft()
        began, then = seen[0]
        return None if now - began < FEWEST else (ended - then) / (now - began)


class Gauge:
    """Looks at a run.

    Args:
        before: how many lines earlier runs brought to their end.
    """

    def __init__(
        self,
        engine: BaseEngine,
        expected: Expected,
        lines: LinesOfTasks,
        reached: Reached,
        *,
        before: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._expected = expected
        self._lines = lines
        self.reached = reached
        """How far the input has been read, which the run says."""
        self._before = before
        self._rate = RecentRate(clock)

    def look(self) -> RunStanding:
        """Return how it stands."""
        # Of each pool: a reading of the engine takes 4 ms to import.
        counts = [pool.metrics() for pool in self._engine.pools.values()]
        completed = sum(one.completed for one in counts)
        failed = sum(one.failed for one in counts)
        cancelled = sum(one.cancelled for one in counts)
        running = sum(one.running for one in counts)
        waiting = sum(one.queued + one.scheduled for one in counts)
        ended = completed + failed + cancelled
        rate = self._rate.of(ended)
        share, left = None, None
        unread = self._expected.left(self.reached.read)
        if unread is not None:
            to_come = waiting + running + unread
            share = ended / (ended + to_come) if ended + to_come else None
            left = to_come / rate if rate else None
        slowest = max(self.running(), key=lambda one: one.seconds, default=None)
        return RunStanding(
            completed, failed, cancelled, running, waiting, self._before, rate, share, left, slowest
        )

    def running(self) -> list[RunningLine]:
        """List what runs, the slowest first."""
        now = time.time()
        found = []
        for pool in self._engine.pools.values():
            for worker in pool.workers():
                if (task := worker.task) is not None and (began := task.started) is not None:
                    line = self._lines.line_of(task.number)
                    found.append(RunningLine(line, task.number, task.type, max(0.0, now - began)))
        return sorted(found, key=lambda one: -one.seconds)
