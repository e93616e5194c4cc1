"""The line of progress: what it says, and that it fits whatever the width."""

from __future__ import annotations

import pytest

from chasqui.commands.columns import width as cells
from chasqui.commands.run.gauge import RunningLine, RunStanding
from chasqui.commands.run.progress_text import line, lines, rate_text

SLOW = RunningLine(17, 15, "demo.sleep", 75.0)
BUSY = RunStanding(
    completed=1204,
    failed=3,
    running=8,
    waiting=40,
    before=12,
    rate=212.4,
    share=0.4,
    left=80.0,
    slowest=SLOW,
)
WAITS = "load 9.1 over 8"


def test_it_says_how_far_how_fast_for_how_long_and_what_is_slowest():
    expected = (
        "12 before, 40%, 1,204 done, 3 failed, 8 running, 212/s, 1m20s left, line 17 for 1m15s"
    )

    assert expected == line(BUSY, 100, ascii=False)


def test_what_is_not_known_is_left_out():
    now = RunStanding(completed=5, running=2, slowest=SLOW._replace(seconds=0.2))

    assert "5 done, 0 failed, 2 running" == line(now, 100, ascii=False)


@pytest.mark.parametrize("bar", [False, True])
@pytest.mark.parametrize("ascii", [False, True])
def test_it_fits_every_width(bar, ascii):
    for width in range(1, 200):
        text = line(BUSY, width, waits=WAITS, bar=bar, ascii=ascii)

        assert 0 < cells(text) <= width, (width, text)
        assert text.isascii() or not ascii


@pytest.mark.parametrize(
    ("width", "text"),
    [
        (79, "40%, 1,204 done, 3 failed, 8 running, 212/s, 1m20s left, line 17 for 1m15s"),
        (59, "40%, 1,204 done, 3 failed, 8 running, 212/s, 1m20s left"),
        (39, "1,204 done, 3 failed, 8 running, 212/s"),
        (20, "1,204 done, 3 failed"),
    ],
)
def test_a_narrow_line_has_the_most_important(width, text):
    assert text == line(BUSY, width, ascii=False)


def test_what_is_waited_for_comes_before_the_rate():
    text = "1,204 done, 3 failed, 8 running, waits: load 9.1 over 8"

    assert text == line(BUSY, 58, waits=WAITS, ascii=False)


def test_a_bar_is_as_full_as_the_input_is_done():
    text = line(BUSY, 79, bar=True, ascii=True)

    assert "[####------] 12 before, 40%, 1,204 done, 3 failed, 8 running, 212/s, 1m20s left" == text
    assert "[██" in line(BUSY, 79, bar=True, ascii=False)
    assert "[" not in line(BUSY._replace(share=None), 79, bar=True, ascii=False)


@pytest.mark.parametrize(
    ("rate", "text"),
    [(0, "0/h"), (1000 / 3600 / 60, "17/h"), (0.05, "3.0/m"), (1, "1.0/s"), (1250.4, "1,250/s")],
)
def test_a_rate_has_a_unit_in_which_it_is_one_or_more(rate, text):
    assert text == rate_text(rate)


def test_the_status_names_the_running_lines_and_what_is_waited_for():
    running = [SLOW, RunningLine(None, 99, "demo.burn", 2.4)]

    assert [
        "12 before, 1,204 done, 3 failed, 8 running, 40 waiting, 212/s, 40%, 1m20s left",
        "no task starts: load 9.1 over 8",
        "line 17 (demo.sleep) has run for 1m15s",
        "task 99 (demo.burn) has run for 2s",
    ] == lines(BUSY, running, waits=WAITS, ascii=False)


def test_of_many_running_tasks_the_slowest_are_named():
    said = lines(BUSY, [SLOW] * 25, ascii=False)

    assert (22, "5 more have run for less") == (len(said), said[-1])
