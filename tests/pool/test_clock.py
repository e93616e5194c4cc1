"""The two clocks of a pool: what dates a monotonic moment changes only when the clock is set."""

from __future__ import annotations

import pytest

from chasqui.pool.clock import epoch_of
from chasqui.testing import FakeClock

LATE = 0.05  # seconds that a busy machine keeps a thread waiting


class HeldUp(FakeClock):
    """A clock whose reader has to wait before or after it reads the time of day."""

    def __init__(self, *, before: float = 0.0, after: float = 0.0) -> None:
        super().__init__()
        self.before, self.after = before, after

    def time(self) -> float:
        self.advance(self.before)
        now = super().time()
        self.advance(self.after)
        return now


@pytest.mark.parametrize("held_up", [{"before": LATE}, {"after": LATE}])
def test_a_thread_that_waits_between_two_clocks_sees_no_step(held_up):
    clock = FakeClock()
    known = clock.time() - clock.monotonic()

    assert known == epoch_of(HeldUp(**held_up), known)


def test_a_clock_that_is_set_dates_what_comes_next():
    clock = FakeClock(time=1_000.0)
    known = clock.time() - clock.monotonic()
    later = FakeClock(time=1_060.0)

    assert known + 60 == epoch_of(later, known)
