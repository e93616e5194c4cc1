"""How fast running tasks advance, worked out from the progress of successive readings.

Until a task has been watched for some seconds, its rate is the average since its start.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Final

from chasqui.control.port import WorkerRow

STEP_SECONDS: Final = 1.0  # between the readings that are kept of a task
KEPT: Final = 20  # of them; what was longer ago says little about now
ENOUGH_SECONDS: Final = 5.0  # between first and last, for a rate of its own
LEAST_SECONDS: Final = 1.0  # of running, for an average
LONGEST: Final = 10 * 365 * 86_400.0  # seconds: a longer estimate says only that it stands still

Point = tuple[float, float]
"""When a task was read, and how much it had done."""


class Paces:
    """The progress of the tasks on screen, and no others."""

    def __init__(self) -> None:
        self._points: dict[int, deque[Point]] = {}
        self._rates: dict[int, float] = {}

    def follow(self, rows: Iterable[WorkerRow], at: float) -> None:
        """Take a reading; tasks that are not in it are forgotten."""
        points, rates = dict[int, deque[Point]](), dict[int, float]()
        for row in rows:
            if row.task is None or row.progress is None:
                continue
            known = self._points.get(row.task)
            done = row.progress.done
            if known is None or at < known[-1][0] or done < known[-1][1]:
                known = deque([(at, done)], KEPT)  # a new attempt counts from the start again
            elif at - known[-1][0] >= STEP_SECONDS:
                known.append((at, done))
            points[row.task] = known
            rates[row.task] = _rate(known[0], (at, done), row.since)
        self._points, self._rates = points, rates

    @property
    def rates(self) -> Mapping[int, float]:
        """How much each task does in a second; 0: nothing, or not known yet."""
        return self._rates

    def left(self, row: WorkerRow) -> float | None:
        """Return in how many seconds a task will be done at its pace; None: that is unknown."""
        progress = row.progress
        rate = 0.0 if row.task is None else self._rates.get(row.task, 0.0)
        if progress is None or not progress.total or rate <= 0:
            return None
        seconds = (progress.total - progress.done) / rate
        return seconds if 0 <= seconds <= LONGEST else None


def _rate(first: Point, last: Point, since: float) -> float:
    if last[0] - first[0] < ENOUGH_SECONDS:
        first = (since, 0.0)
        if last[0] - since < LEAST_SECONDS:
            return 0.0
    return max(0.0, (last[1] - first[1]) / (last[0] - first[0]))
