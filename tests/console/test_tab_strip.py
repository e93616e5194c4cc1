"""The strip of tabs where it is narrow: what goes first, and what stays."""

from __future__ import annotations

import msgspec
import pytest

from chasqui.control.port import Counts
from tests.console.operator import prod

pytestmark = pytest.mark.slow

NAMES = ("Workers", "Backlog", "Finished", "Failures", "Metrics", "Events")
LARGE = Counts(accepted=152_237, queued=91_200, running=6, completed=60_994, failed=37)


def with_backlog():
    port = prod()
    port.now = msgspec.structs.replace(port.now, counts=LARGE)
    return port


def test_the_count_of_a_large_backlog_is_shortened_and_outlives_that_of_what_is_over(drive):
    async def steps(console):
        await console.press("4")
        said = " 1 Workers  2 Backlog 91k  3 Finished [4 Failures 37] 5 Metrics ▲3  6 Events"
        assert said in console.lines[1]

    drive(with_backlog(), steps)


def test_where_it_fits_all_counts_are_whole(drive):
    async def steps(console):
        said = "[1 Workers 8] 2 Backlog 91,200  3 Finished 61,031  4 Failures ✗ 37  5 Metrics ▲3"
        assert said in console.lines[1]

    drive(with_backlog(), steps, (100, 24))


@pytest.mark.parametrize(("key", "name"), [*enumerate(NAMES, 1)])
def test_on_60_columns_the_tab_in_use_has_its_name_and_failures_are_counted(drive, key, name):
    async def steps(console):
        await console.press(str(key))
        strip = console.lines[1]
        assert name in strip[strip.index("[") : strip.index("]")]
        assert "4 Failures 37" in strip and "5 Metrics ▲3" in strip
        assert all(digit in strip for digit in "123456") and "…" not in strip

    drive(with_backlog(), steps, (60, 15))


def test_names_of_what_is_over_go_before_other_names(drive):
    async def steps(console):
        await console.press("5")
        said = "1 Workers  2 Backlog  3  4 Failures 37 [5 Metrics ▲3] 6"
        assert said in console.lines[1]

    drive(with_backlog(), steps, (60, 15))
