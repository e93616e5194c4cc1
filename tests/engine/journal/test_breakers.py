"""A breaker goes on in the next life of its engine, by the wall clock."""

from __future__ import annotations

import pytest

from chasqui import Breaker, Context, task
from chasqui.testing import FakeClock
from tests.waiting import until

COOLDOWN = 30.0
DOWN = [True]


@task(name="call", breaker=Breaker(failures=1, cooldown=COOLDOWN, probes=2))
def call(ctx: Context) -> None:
    """Fail while the service is down."""
    if DOWN[0]:
        raise OSError("down")


@pytest.fixture
def opened(lives):
    """Return lives of which the first has ended with an open breaker."""
    DOWN[0] = True
    lives.types = [call]
    engine = lives.begin()
    assert engine.submit("app.call").wait(10)
    until(lambda: view(engine).state == "open")
    lives.stop()
    return lives


def view(engine):
    (found,) = engine.breakers
    return found


def test_an_open_breaker_holds_its_type_until_its_cooldown_is_over(opened):
    since = opened.clock.time()
    opened.clock.advance(10)
    engine = opened.begin()
    waiting = engine.submit("app.call")
    assert ("open", since, 1) == (view(engine).state, view(engine).since, view(engine).opened)
    opened.clock.advance(COOLDOWN - 10 - 1)
    assert view(engine).state == "open"
    assert not waiting.done
    DOWN[0] = False
    opened.clock.advance(1)
    assert waiting.wait(10)


def test_a_cooldown_that_passes_while_nothing_runs_lets_probes_start(opened):
    opened.clock.advance(COOLDOWN + 1)
    DOWN[0] = False
    engine = opened.begin()
    assert engine.submit("app.call").wait(10)
    until(lambda: view(engine).state == "half open")
    assert engine.submit("app.call").wait(10)
    until(lambda: view(engine).state == "closed")
    assert ("closed", 1) == (view(engine).state, view(engine).opened)


def test_probes_begin_anew(opened):
    opened.clock.advance(COOLDOWN + 1)
    DOWN[0] = False
    engine = opened.begin()
    assert engine.submit("app.call").wait(10)
    until(lambda: view(engine).state == "half open")
    engine = opened.begin()
    assert engine.submit("app.call").wait(10)
    assert view(engine).state == "half open"
    assert engine.submit("app.call").wait(10)
    until(lambda: view(engine).state == "closed")


def test_a_breaker_is_listed_before_its_type_is_submitted_again(opened):
    assert ("open", 1) == (view(opened.begin()).state, view(opened.begin()).opened)


def test_a_breaker_that_was_closed_by_hand_stays_closed(opened):
    assert opened.begin().reset("app.call")
    assert ("closed", 1) == (view(opened.begin()).state, view(opened.begin()).opened)


def test_a_clock_that_was_set_back_makes_no_breaker_wait_longer(opened):
    opened.clock = FakeClock(time=opened.clock.time() - 86_400)
    engine = opened.begin()
    engine.submit("app.call")
    assert opened.clock.time() == view(engine).since
    DOWN[0] = False
    opened.clock.advance(COOLDOWN)
    until(lambda: view(engine).state == "half open")
