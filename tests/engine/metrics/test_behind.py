"""A backlog that fills is found before it is full, with when that will be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chasqui.control.metric_views import in_short
from chasqui.engine.metrics.diagnosis import diagnose
from chasqui.engine.metrics.windows import MetricWindow, Standing, Stretch
from tests.engine.metrics.readings import overloaded, pool, reading, texts, window


def minute(*steps):
    """Return a minute in which the backlog changed by so much in each second."""
    queued, standings = 0, [Standing(at=0.0)]
    for at, step in enumerate(steps, 1):
        queued += step
        standings.append(Standing(at=float(at), queued=queued))
    first, *between, last = standings
    return MetricWindow.later(Stretch(first, last, between=between))


GROWS = minute(*[3] * 60)


def filling(**more):
    made = {"queued": 700, "waiting": 700, "ten_seconds": window(arrive=33, busy=0.5)}
    return pool(**{**made, "minute": GROWS, **more})


def test_a_backlog_that_will_soon_be_full_is_found_with_when():
    (found,) = diagnose(reading(filling()))

    assert "behind" == found.kind
    assert (
        "pool default: it falls behind: 33.0 tasks/s come in and 30.0/s are done, so that the "
        "backlog is full in 1m40s: 700 of 1,000 wait, and 8 workers are 50 % busy"
    ) == found.text
    assert 100.0 == found.numbers["pool.full_in"]
    assert "full in 1m" == in_short(found)


@pytest.mark.parametrize(
    "healthy",
    [
        {"minute": minute(*[0] * 30, 700, *[-2] * 29)},
        {"minute": minute(*[3] * 20)},
        {"minute": minute(*[-3, 3] * 30)},
        {"queue_size": 100_000},
        {"queued": 7, "queue_size": 30},
        {"queued": 1000},
    ],
    ids=["a batch", "too short", "up and down", "hours away", "hardly waits", "is full"],
)
def test_a_backlog_that_does_not_fill_soon_is_left_alone(healthy):
    assert [] == texts(filling(**healthy))


def test_workers_that_are_too_few_say_when_the_backlog_is_full():
    (text,) = texts(overloaded(queue_size=2000, minute=minute(*[12] * 60)))

    assert text.endswith("12 workers would keep up; at this rate the backlog is full in 1m06s")


def test_a_paused_pool_that_fills_says_that_it_is_paused():
    (text,) = texts(filling(state="paused", running=0))

    assert text.endswith("and the pool is paused")


def test_a_saturated_pool_says_how_long_a_producer_waits():
    full = {"full_for": 60.0, "queued": 1000, "waiting": 1000, "blocked": 273}

    (text,) = texts(pool(**full))
    assert text.endswith("; a producer waits 9.1s for room")


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=60), st.integers(0, 2000))
def test_the_estimate_is_never_negative_and_only_of_a_backlog_that_grows(steps, queued):
    full_in = pool(minute=minute(*steps), queued=queued).full_in

    assert 0 <= full_in < float("inf")
    assert not full_in or (sum(step > 0 for step in steps) >= len(steps) / 2 and queued < 1000)
