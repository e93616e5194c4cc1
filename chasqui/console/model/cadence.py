"""How often a console reads its engine: as often as wanted, less often while that costs too much.

A console shares its process with an engine at times, and its machine always. When drawing takes
more than a tenth of a core, or when the console is woken late since others want the processor, it
reads less often, and more often again once it has been calm for a while.
"""

from __future__ import annotations

from typing import Final

RATES: Final = (1.0, 2.0, 4.0, 10.0)  # readings a second
BUSY_SHARE: Final = 0.1  # of a core; at 10 readings a second, 10 ms for each
LATE_SECONDS: Final = 0.05
BUSY_SECONDS: Final = 2.0  # of it, before the rate falls by a step
CALM_SECONDS: Final = 10.0  # without it, before the rate rises by a step
WEIGHT: Final = 0.3  # of the last reading in the averages


class Cadence:
    """The rate that is wanted, and the rate of now."""

    def __init__(self, wanted: float) -> None:
        self.wanted = wanted
        self.rate = wanted
        self._share = self._late = 0.0
        self._last: tuple[float, float] | None = None
        self._since: float | None = None
        self._was_busy = False

    @property
    def is_slowed(self) -> bool:
        """Whether the engine is read less often than wanted."""
        return self.rate < self.wanted

    def faster(self) -> bool:
        """Want the next rate; False when there is none."""
        return self._want(min((rate for rate in RATES if rate > self.wanted), default=None))

    def slower(self) -> bool:
        """Want the rate before; False when there is none."""
        return self._want(max((rate for rate in RATES if rate < self.wanted), default=None))

    def want(self, rate: float) -> None:
        """Want another rate."""
        self._want(rate)

    def _want(self, rate: float | None) -> bool:
        if rate is None:
            return False
        self.wanted = self.rate = rate
        self._forget()
        return True

    def note(self, now: float, cpu: float) -> bool:
        """Note a reading that begins now; tell whether the rate has changed.

        Args:
            now: the time.
            cpu: the seconds of processor time that this thread has taken so far.
        """
        last, self._last = self._last, (now, cpu)
        if last is None or now <= last[0]:
            return False
        passed, spent = now - last[0], cpu - last[1]
        self._share += WEIGHT * (spent / passed - self._share)
        self._late += WEIGHT * (max(0.0, passed - 1 / self.rate) - self._late)
        is_busy = self._share > BUSY_SHARE or self._late > LATE_SECONDS
        if is_busy != self._was_busy or self._since is None:
            self._was_busy, self._since = is_busy, now
        if now - self._since < (BUSY_SECONDS if is_busy else CALM_SECONDS):
            return False
        return self._step(is_busy)

    def _step(self, is_busy: bool) -> bool:
        before = self.rate
        if is_busy:
            self.rate = max((rate for rate in RATES if rate < before), default=before)
        else:
            faster = [rate for rate in (*RATES, self.wanted) if before < rate <= self.wanted]
            self.rate = min(faster, default=before)
        if self.rate != before:
            self._forget()
        return self.rate != before

    def _forget(self) -> None:
        self._share = self._late = 0.0
        self._last = self._since = None
