"""What a breaker should do; nothing of Chasqui."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable

from tests.stateful.job import NEVER, Job, Trips
from tests.stateful.turns import Lane

OPEN = "breaker open"


class Circuit:
    """The breaker of one type, over its lane in each pool."""

    def __init__(self, trips: Trips, lanes: Iterable[Lane], reached: Counter[str]) -> None:
        self.trips = trips
        self._reached = reached
        self.lanes = list(lanes)
        self.state = "closed"
        self.opened = 0
        self.half_at = NEVER
        self.recent: deque[float] = deque(maxlen=trips.failures)
        self.probing: set[Job] = set()
        self.passed = 0

    def counting(self, now: float) -> int:
        """Count the failures that matter now."""
        return sum(now - moment <= self.trips.seconds for moment in self.recent)

    def started(self, job: Job) -> None:
        """Take a task that starts for a probe, when it is half open."""
        if self.state == "half open":
            self._reached["probing"] += 1
            self.probing.add(job)

    def failed(self, job: Job, now: float) -> None:
        """Count an attempt that failed."""
        probe = job in self.probing
        self.probing.discard(job)
        if self.state == "closed":
            self.recent.append(now)
            if self.counting(now) == self.trips.failures:
                self._open(now)
        elif self.state == "half open" and probe:
            self._open(now)

    def ended(self, job: Job) -> None:
        """Take the end of a task that was not a failure."""
        if self.state != "half open" or job not in self.probing:
            return
        self.probing.discard(job)
        if job.state == "completed":
            self.passed += 1
            if self.passed >= self.trips.probes:
                self._reached["mended"] += 1
                self.close()
        else:
            self._let_probes_in()

    def half_open(self) -> None:
        """Let probes start, since the time has come."""
        self.state, self.half_at, self.passed = "half open", NEVER, 0
        self.probing.clear()
        for lane in self.lanes:
            lane.holds -= {OPEN}
        self._let_probes_in()

    @property
    def stands(self) -> tuple[str, int, float]:
        """What is kept of it: its state, how often it has opened, when it will be half open."""
        return self.state, self.opened, self.half_at

    def go_on(self, state: str, opened: int, half_at: float, now: float) -> None:
        """Go on as in an earlier life: failures that mattered do so no more, probes begin anew."""
        self.state, self.opened, self.half_at = state, opened, half_at
        for lane in self.lanes:
            lane.holds |= {OPEN} if self.state == "open" else set()
        if self.state == "half open" or self.half_at <= now:
            self.half_open()

    def close(self) -> bool:
        """Let all start again; tell whether it was not closed."""
        was = self.state != "closed"
        self.state, self.half_at = "closed", NEVER
        self._forget()
        for lane in self.lanes:
            lane.holds -= {OPEN}
        return was

    def _open(self, now: float) -> None:
        self.state, self.half_at = "open", now + self.trips.cooldown
        self._reached["tripping"] += 1
        self.opened += 1
        self._forget()
        for lane in self.lanes:
            lane.holds |= {OPEN}

    def _forget(self) -> None:
        self.recent.clear()
        self.probing.clear()
        for lane in self.lanes:
            lane.allowance = None

    def _let_probes_in(self) -> None:
        for lane in self.lanes:
            lane.allowance = max(0, self.trips.probes - self.passed - len(self.probing))
