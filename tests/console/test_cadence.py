"""How often the engine is read: as wanted, and less often while that costs too much."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chasqui.console.model.cadence import BUSY_SECONDS, CALM_SECONDS, RATES, Cadence
from chasqui.control.fake import FakePort
from tests.console.rows import busy


class Life:
    """A cadence with fake clocks."""

    def __init__(self, wanted: float) -> None:
        self.cadence = Cadence(wanted)
        self.now = self.cpu = 0.0

    def run(self, seconds: float, *, share: float = 0.02, late: float = 0.0) -> None:
        """Read for so long, with a share of a core, each reading late by so much."""
        until = self.now + seconds
        while self.now < until:
            passed = 1 / self.cadence.rate + late
            self.now += passed
            self.cpu += share * passed
            self.cadence.note(self.now, self.cpu)


def test_a_calm_console_reads_as_often_as_wanted():
    life = Life(10.0)
    life.run(60)
    assert (10.0, False) == (life.cadence.rate, life.cadence.is_slowed)


@pytest.mark.parametrize("trouble", [{"share": 0.3}, {"late": 0.2}], ids=str)
def test_it_reads_less_often_while_drawing_takes_too_much_or_it_is_woken_late(trouble):
    life = Life(10.0)
    life.run(BUSY_SECONDS + 1, **trouble)
    assert 4.0 == life.cadence.rate
    life.run(60, **trouble)
    assert (1.0, True) == (life.cadence.rate, life.cadence.is_slowed)


def test_it_reads_more_often_again_step_by_step_once_it_is_calm():
    life = Life(4.0)
    life.run(30, share=0.5)
    life.run(CALM_SECONDS + 6)  # the averages take a while
    assert 2.0 == life.cadence.rate
    life.run(2 * CALM_SECONDS)
    assert (4.0, False) == (life.cadence.rate, life.cadence.is_slowed)


def test_a_short_burst_changes_nothing():
    life = Life(4.0)
    life.run(20)
    life.run(1, share=0.9)
    life.run(20)
    assert 4.0 == life.cadence.rate


@given(
    st.sampled_from((0.2, 3.0, *RATES)),
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 0.3)), max_size=20),
)
def test_the_rate_is_never_more_than_wanted(wanted, troubles):
    life = Life(wanted)
    for share, late in troubles:
        life.run(5, share=share, late=late)
        assert 0 < life.cadence.rate <= life.cadence.wanted


def test_keys_step_through_the_rates_and_say_which_it_is(drive):
    async def steps(console):
        said = []
        for key in ("plus", "plus", "minus", "minus", "minus", "minus", "minus"):
            await console.press(key)
            said.append(console.lines[-2].split(",")[0].split(";")[0].strip())
        rates = ("1", "2", "1", "1", "1", "1", "1")
        assert [f"readings: {rate} a second" for rate in rates] == said

    drive(FakePort(busy()), steps)


def test_a_rate_that_is_lower_than_wanted_is_on_the_status_line(drive):
    async def steps(console):
        assert "view" not in console.lines[0]
        console.app.main._beat.cadence.rate = 0.0005
        await console.tick()
        assert "view 0.0005/s: busy" in console.lines[0]

    drive(FakePort(busy()), steps, (160, 48))
