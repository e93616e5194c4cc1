"""A fake context lets a test call a body itself, and keeps what the body does with it."""

from __future__ import annotations

import doctest
import logging
import math

import pytest

import chasqui.testing.context
from chasqui import Cancelled, Context, TimeLimit, task
from chasqui.pool.attempts import Progress
from chasqui.testing import FakeClock, FakeContext


@task
def poll(ctx: Context, times: int = 3) -> int:
    """Look once a minute."""
    for done in range(times):
        if not ctx.sleep(60):
            return done
        ctx.progress(done + 1, times, "looked")
        ctx.log.info("look %d of %d", done + 1, times)
    return times


def test_the_body_of_a_type_is_called_with_it_and_takes_no_time():
    ctx = FakeContext()

    assert 2 == poll(ctx, times=2)
    assert 120 == ctx.slept
    assert [Progress(1, 2, "looked"), Progress(2, 2, "looked")] == ctx.reports
    assert ["info: look 1 of 2", "info: look 2 of 2"] == ctx.lines


def test_it_is_a_context_and_has_all_that_a_context_and_a_running_task_have():
    from chasqui.pool.context import RunningTask

    ctx: Context = FakeContext(number=7, name="shop.mail", attempts=2, key="k", priority=3)

    assert isinstance(ctx, Context)
    for name in vars(RunningTask):
        if not name.startswith("_"):
            getattr(ctx.task, name)
    assert (7, "shop.mail", 2, "k", 3, False) == (
        ctx.task.number,
        ctx.task.name,
        ctx.task.attempts,
        ctx.task.key,
        ctx.task.priority,
        ctx.task.stop_asked,
    )


def test_a_body_that_is_asked_to_stop_in_a_sleep_wakes_then():
    ctx = FakeContext(stop_after=90)

    assert 1 == poll(ctx)
    assert (90, True, True) == (ctx.slept, ctx.cancelled, ctx.task.stop_asked)
    with pytest.raises(Cancelled, match="task 1 was asked to stop"):
        ctx.raise_if_cancelled()


def test_a_body_that_was_asked_to_stop_before_does_not_sleep():
    ctx = FakeContext()
    ctx.raise_if_cancelled()
    ctx.cancel()

    assert (0, 0) == (poll(ctx), ctx.slept)


def test_a_time_limit_ends_a_sleep_and_is_no_request_to_stop():
    ctx = FakeContext(time_limit=100)
    began = ctx.clock.monotonic()

    assert ctx.deadline == began + 100
    assert not ctx.sleep(math.inf)
    assert (100, False, True) == (ctx.slept, ctx.task.stop_asked, ctx.cancelled)
    with pytest.raises(TimeLimit, match="100"):
        ctx.raise_if_cancelled()


def test_a_sleep_that_would_never_end_is_an_error_that_says_what_helps():
    with pytest.raises(RuntimeError, match="give FakeContext stop_after= or time_limit="):
        FakeContext().sleep(math.inf)


def test_it_moves_the_clock_that_it_is_given():
    clock = FakeClock(monotonic=5)
    FakeContext(clock=clock).sleep(10)

    assert 15 == clock.monotonic()


def test_it_refuses_what_a_context_refuses():
    ctx = FakeContext()
    with pytest.raises(ValueError, match="done"):
        ctx.progress(-1)
    with pytest.raises(ValueError, match="seconds"):
        ctx.sleep(math.nan)
    with pytest.raises(ValueError, match="time_limit"):
        FakeContext(time_limit=0)


def test_its_lines_reach_the_handlers_of_the_program_too(caplog):
    with caplog.at_level(logging.WARNING, "chasqui"):
        FakeContext().log.warning("the disk is %s", "full")

    assert ["the disk is full"] == [record.message for record in caplog.records]


def test_its_example_is_true():
    assert 0 == doctest.testmod(chasqui.testing.context).failed
