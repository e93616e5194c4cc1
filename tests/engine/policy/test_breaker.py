"""A type that keeps failing is left alone for a while, and tried again with care."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from chasqui import Breaker, Context, Engine, PoolConfig, Retry, task
from chasqui.engine.events.records import BreakerClosed, BreakerHalfOpen, BreakerOpened
from chasqui.engine.policy.rules import Policy
from tests.waiting import until

WAIT = 10.0


@task
def other() -> None: ...


class Shop:
    """An engine with a type that fails while `broken`, and one beside it."""

    def __init__(self, clock, breaker, retry=None, workers=2):
        self.told: list[Any] = []
        self.broken, self.ran = True, 0
        self.gate, self.heeds = None, False

        def body(ctx: Context) -> None:
            self.ran += 1
            if self.heeds:
                ctx.sleep(60)
                ctx.raise_if_cancelled()
            if self.gate is not None:
                assert self.gate.wait(WAIT)
            if self.broken:
                raise OSError("down")

        policies = {"app.call": Policy(breaker=breaker, retry=retry)}
        self.engine = Engine(workers, clock=clock, policies=policies)
        self.engine.register(task(name="call")(body))
        self.engine.register(other)
        self.engine.bus.subscribe(self.told.append)
        self.engine.start()

    def call(self, count=1):
        tasks = [self.engine.submit("app.call") for _ in range(count)]
        for one in tasks:
            until(lambda one=one: one.done or self.state != "closed")
        return tasks

    @property
    def state(self):
        views = self.engine.breakers
        return views[0].state if views else "closed"

    def events(self):
        assert self.engine.bus.flush(WAIT)
        kinds = (BreakerOpened, BreakerHalfOpen, BreakerClosed)
        return [type(one).__name__ for one in self.told if isinstance(one, kinds)]


@pytest.fixture
def shop(clock):
    shops = []

    def make(**breaker):
        extra = {key: breaker.pop(key) for key in ("retry", "workers") if key in breaker}
        shops.append(Shop(clock, Breaker(**breaker), **extra))
        return shops[-1]

    yield make
    for one in shops:
        one.engine.shutdown(WAIT, drain=False)


def test_it_opens_after_so_many_failures_and_the_rest_waits(shop):
    shop = shop(failures=3, cooldown=30)
    shop.call(2)
    assert ("closed", 2) == (shop.state, shop.engine.breakers[0].failures)
    shop.call(1)

    until(lambda: shop.state == "open")
    parked = shop.engine.submit("app.call")
    assert shop.engine.submit("app.other").wait(WAIT)
    assert ("queued", 3) == (parked.state, shop.ran)
    (lane,) = (one for one in shop.engine.metrics().lanes if one.name == "app.call")
    assert ("breaker open",) == lane.held
    assert ["BreakerOpened"] == shop.events()


def test_failures_far_apart_do_not_open_it(shop, clock):
    shop = shop(failures=3, seconds=10)
    for _ in range(5):
        shop.call(1)
        clock.advance(5.5)

    assert ("closed", 1) == (shop.state, shop.engine.breakers[0].failures)


def test_after_the_cooldown_one_probe_starts_and_its_success_closes_it(shop, clock):
    shop = shop(failures=2, cooldown=30)
    shop.call(2)
    shop.gate, shop.broken = threading.Event(), False
    parked = [shop.engine.submit("app.call") for _ in range(3)]
    clock.advance(29.9)
    assert "open" == shop.state
    clock.advance(0.2)

    until(lambda: shop.ran == 3)
    assert ("half open", 2) == (shop.state, shop.engine.metrics().queued)
    assert shop.engine.submit("app.other").wait(WAIT)
    assert 3 == shop.ran, "no second probe starts"
    shop.gate.set()
    assert all(one.wait(WAIT) for one in parked)
    until(lambda: shop.state == "closed")
    assert ["BreakerOpened", "BreakerHalfOpen", "BreakerClosed"] == shop.events()


def test_a_probe_that_fails_opens_it_again_for_another_cooldown(shop, clock):
    shop = shop(failures=2, cooldown=30)
    shop.call(2)
    parked = [shop.engine.submit("app.call") for _ in range(2)]
    clock.advance(30)
    assert parked[0].wait(WAIT)
    until(lambda: shop.engine.breakers[0].opened == 2)

    assert ("open", "queued", 3) == (shop.state, parked[1].state, shop.ran)
    clock.advance(29)
    assert "open" == shop.state
    shop.broken = False
    clock.advance(1.1)
    assert parked[1].wait(WAIT)
    until(lambda: shop.state == "closed")


def test_it_closes_only_when_all_its_probes_have_ended_well(shop, clock):
    shop = shop(failures=1, cooldown=30, probes=3, workers=1)
    shop.call(1)
    shop.broken = False
    first = [shop.engine.submit("app.call") for _ in range(2)]
    clock.advance(30)
    assert all(one.wait(WAIT) for one in first)
    assert "half open" == shop.state
    assert shop.engine.submit("app.call").wait(WAIT)

    until(lambda: shop.state == "closed")


def test_a_probe_that_is_cancelled_has_proved_nothing(shop, clock):
    shop = shop(failures=1, cooldown=30)
    shop.call(1)
    shop.heeds = True
    probe = shop.engine.submit("app.call")
    clock.advance(30)
    until(lambda: probe.state == "running")
    assert "half open" == shop.state
    assert probe.cancel()
    assert probe.wait(WAIT)
    assert ("cancelled", "half open") == (probe.state, shop.state)
    shop.heeds = shop.broken = False

    assert shop.engine.submit("app.call").wait(WAIT)
    until(lambda: shop.state == "closed")


def test_it_is_closed_by_hand(shop, clock):
    shop = shop(failures=2, cooldown=30)
    shop.call(2)
    parked = shop.engine.submit("app.call")
    shop.broken = False
    assert shop.engine.reset("app.call")
    assert parked.wait(WAIT)

    assert ("closed", False) == (shop.state, shop.engine.reset("app.call"))
    later = shop.engine.submit("app.other", delay=31)
    clock.advance(31)
    assert later.wait(WAIT), "what is due after the end of the cooldown comes after it"
    assert "closed" == shop.state, "the end of the cooldown finds it closed"
    assert ["BreakerOpened", "BreakerClosed"] == shop.events()


def test_a_pause_by_hand_outlasts_the_breaker(shop, clock):
    shop = shop(failures=1, cooldown=30)
    shop.call(1)
    shop.broken = False
    shop.engine.pause("app.call")
    parked = shop.engine.submit("app.call")
    shop.engine.reset("app.call")
    assert shop.engine.submit("app.other").wait(WAIT)
    assert "queued" == parked.state
    shop.engine.resume("app.call")

    assert parked.wait(WAIT)


def test_attempts_count_though_others_follow(shop, clock):
    shop = shop(failures=3, cooldown=30, retry=Retry(attempts=9, base=1, backoff=1, jitter=0))
    one = shop.engine.submit("app.call")
    for failed in (1, 2, 3):
        until(lambda failed=failed: len(one.earlier) == failed and one.state == "scheduled")
        assert ("open" if failed == 3 else "closed") == shop.state
        clock.advance(1)
    until(lambda: one.state == "queued")
    assert 3 == shop.ran


def test_it_comes_back_though_the_pool_has_ended_in_which_it_opened(clock):
    works = threading.Event()

    def body() -> None:
        if not works.is_set():
            raise OSError("down")

    policies = {"app.call": Policy(breaker=Breaker(failures=1, cooldown=30))}
    pools = {"side": PoolConfig(workers=1)}
    with Engine(1, clock=clock, policies=policies, pools=pools) as engine:
        engine.register(task(name="call")(body))
        assert engine.submit("app.call", pool="side").wait(WAIT)
        until(lambda: engine.breakers[0].state == "open")
        assert engine.drain("side", WAIT).clean
        parked = engine.submit("app.call")
        works.set()
        clock.advance(30)

        until(lambda: parked.done)
        until(lambda: engine.breakers[0].state == "closed")


def test_a_shutdown_leaves_what_an_open_breaker_holds(shop):
    shop = shop(failures=1, cooldown=30)
    shop.call(1)
    parked = shop.engine.submit("app.call")
    ledger = shop.engine.shutdown(WAIT)

    assert [parked.number] == [fate.number for fate in ledger.left]
