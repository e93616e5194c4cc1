"""Short histories for charts and rates: one value a second, sampled when somebody looks."""

from __future__ import annotations

from collections import deque

from chasqui.pool.metrics import Metrics

KEEP_SECONDS = 300
RATE_SECONDS = 10


class History:
    """The last minutes of one engine; a gap, when nobody looked, is filled with its average."""

    def __init__(self, now: float) -> None:
        self._second = int(now)
        self._finished = 0
        self.finished: deque[float] = deque(maxlen=KEEP_SECONDS)
        self.backlog: deque[float] = deque(maxlen=KEEP_SECONDS)
        self.busy: deque[float] = deque(maxlen=KEEP_SECONDS)

    def look(self, now: float, metrics: Metrics) -> None:
        """Take a reading at monotonic second ``now``; more than one a second costs nothing."""
        passed = int(now) - self._second
        if passed <= 0:
            return
        ended = metrics.completed + metrics.failed + metrics.cancelled
        share = (ended - self._finished) / passed
        for _ in range(min(passed, KEEP_SECONDS)):
            self.finished.append(share)
            self.backlog.append(metrics.queued)
            self.busy.append(metrics.busy)
        self._second = int(now)
        self._finished = ended

    @property
    def rate(self) -> float:
        """Tasks that ended per second, over the last ten seconds."""
        recent = list(self.finished)[-RATE_SECONDS:]
        return sum(recent) / len(recent) if recent else 0.0
