"""The thresholds of a breaker, changed while its engine runs."""

from __future__ import annotations

import pytest

from chasqui import Breaker, Engine, Policy, TypeChanged, task
from chasqui.engine.policy.shown import rules_of
from tests.engine.policy.test_breaker import shop as shop
from tests.present import present
from tests.waiting import WAIT, until

NAME = "app.call"


@task
def broken() -> None:
    raise OSError("down")


@task
def call() -> None: ...


def test_failures_that_count_count_for_the_new_thresholds(shop):
    shop = shop(failures=9)
    shop.call(2)

    shop.engine.limit(NAME, breaker=Breaker(failures=3, cooldown=30))
    assert ("closed", 2) == (shop.state, shop.engine.breakers[0].failures)
    shop.call(1)

    until(lambda: shop.state == "open")


def test_fewer_failures_than_count_already_open_it_with_the_next(shop):
    shop = shop(failures=9)
    shop.call(5)

    shop.engine.limit(NAME, breaker=Breaker(failures=2))
    assert "closed" == shop.state
    shop.call(1)

    until(lambda: shop.state == "open")


@pytest.mark.parametrize("cooldown", [10, 60])
def test_an_open_breaker_ends_by_the_new_cooldown(shop, clock, cooldown):
    shop = shop(failures=2, cooldown=30)
    shop.call(2)
    until(lambda: shop.state == "open")

    shop.engine.limit(NAME, breaker=Breaker(failures=2, cooldown=cooldown))
    before = shop.engine.submit("app.other", delay=cooldown - 1)
    clock.advance(cooldown - 1)
    assert before.wait(WAIT), "whatever was due earlier has been done"
    assert ("open", 1.0) == (shop.state, rules_of(shop.engine, NAME).probes_in)
    clock.advance(1)

    until(lambda: shop.state == "half open")


def test_a_type_without_a_breaker_gets_one(shop):
    shop = shop(failures=9)
    shop.engine.register(broken)
    shop.engine.submit("app.broken").wait(WAIT)
    assert "app.broken" not in [one.type for one in shop.engine.breakers]

    shop.engine.limit("app.broken", breaker=Breaker(failures=1))
    shop.engine.submit("app.broken").wait(WAIT)

    until(lambda: "open" in {one.state for one in shop.engine.breakers if one.type == "app.broken"})


def test_a_change_of_thresholds_is_one_event_with_what_else_was_changed(shop):
    shop = shop(failures=9)

    shop.engine.limit(NAME, breaker=Breaker(failures=3, seconds=10, cooldown=20))
    shop.engine.limit(NAME, concurrency=2, breaker=Breaker())

    assert shop.engine.bus.flush(WAIT)
    changes = [one.what for one in shop.told if isinstance(one, TypeChanged)]
    first = "has a breaker: stopped for 20s after 3 failures within 10s"
    both = "is limited to 2 at once; has a breaker: stopped for 30s after 5 failures within 1m00s"
    assert [first, both] == changes


def test_a_breaker_that_a_single_failure_opens_is_said_in_the_singular():
    rule = Breaker(failures=1, seconds=10, cooldown=20)

    assert "stopped for 20s after 1 failure within 10s" == str(rule)


def test_what_is_no_breaker_is_refused_and_changes_nothing(shop):
    shop = shop(failures=9)

    with pytest.raises(ValueError, match="a breaker is written as 5 in 60s for 30s, got None"):
        shop.engine.limit(NAME, concurrency=3, breaker=None)

    assert shop.engine.pool.lane(NAME).concurrency is None
    assert 9 == present(rules_of(shop.engine, NAME).breaker).failures


def test_thresholds_are_there_before_the_first_submission():
    with Engine(1) as engine:
        engine.register(call)
        engine.limit(NAME, breaker=Breaker(failures=3))
        assert (3, None) == (
            present(rules_of(engine, NAME).breaker).failures,
            rules_of(engine, NAME).policy_breaker,
        )


def test_the_policy_keeps_its_own_thresholds():
    with Engine(1, policies={NAME: Policy(breaker=Breaker(failures=7))}) as engine:
        engine.register(call)
        engine.limit(NAME, breaker=Breaker(failures=3))
        found = rules_of(engine, NAME)
    assert (3, 7) == (present(found.breaker).failures, present(found.policy_breaker).failures)


@pytest.mark.parametrize(
    ("text", "breaker"),
    [
        ("5 in 60s for 30s", Breaker()),
        ("3 in 1.5m  for 2h probes 4", Breaker(3, 90, 7200, 4)),
        ("1 in 0.25s for 10000000s", Breaker(1, 0.25, 1e7)),
    ],
)
def test_a_breaker_is_read_from_the_text_that_stands_for_it(text, breaker):
    assert breaker == Breaker.of(text) == Breaker.of(breaker.text)


@pytest.mark.parametrize("text", ["", "5", "5 in 60s", "5 in 60 for 30", "0 in 1s for 1s", 5])
def test_what_says_no_breaker_is_refused(text):
    with pytest.raises(ValueError, match=r"a breaker is written as|failures must be at least 1"):
        Breaker.of(text)
