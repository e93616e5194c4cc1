"""What an operator has said of an engine still counts in its next life."""

from __future__ import annotations

import pytest

from chasqui import Breaker, Context, Policy, PoolConfig, Rate, task
from chasqui.engine.journal.keeping import Keeper
from chasqui.engine.policy.shown import rules_of
from chasqui.errors import JournalUnavailable
from tests.present import present


def lane(engine, name="app.note"):
    return engine.pool.lane(name)


def test_a_pause_lasts_until_a_resume(lives):
    lives.begin().pause()
    engine = lives.begin()
    assert engine.state == "paused"
    task = engine.submit("app.note")
    assert task.state == "queued"
    engine.resume()
    assert lives.begin().state == "running"


def test_all_pools_of_an_engine_that_was_paused_start_and_then_go_on(lives):
    pools = {"side": PoolConfig(workers=2)}
    lives.begin(pools=pools).pause()
    engine = lives.begin(pools=pools)
    assert 2 == len(engine.pools["side"].workers())
    engine.resume()
    assert engine.submit("app.note", pool="side").wait(10)


def test_what_was_said_before_the_start_counts_more_than_what_an_earlier_life_has_kept(lives):
    lives.begin().pause()
    engine = lives.make()
    engine.resume()
    engine.start()
    assert engine.state == "running"
    assert lives.begin().state == "running"


def test_a_type_stays_paused_though_it_is_registered_later(lives):
    lives.begin().pause("app.note")
    types, lives.types = lives.types, []
    engine = lives.begin()
    engine.register(types[0])
    assert engine.submit("app.note").state == "queued"
    assert ("paused",) == lane(engine).holds
    engine.resume("app.note")
    lives.types = types
    assert () == lane(lives.begin()).holds


def test_limits_that_were_set_live_are_there_before_the_first_task_starts(lives):
    rate = Rate(7, 3.00005, 2)
    lives.begin().limit("app.note", concurrency=3, rate=rate, by="customer")
    engine = lives.begin()
    engine.submit("app.note").wait(10)
    found = lane(engine)
    assert (3, rate, "customer") == (found.concurrency, found.rate, found.key.name)
    engine.limit("app.note", concurrency=None, rate=None)
    engine = lives.begin()
    engine.submit("app.note").wait(10)
    assert (None, None) == (lane(engine).concurrency, lane(engine).rate)


def test_a_limit_that_was_lifted_live_stays_lifted_over_the_one_of_the_policy(lives):
    policies = {"app.note": Policy(concurrency=2)}
    lives.begin(policies=policies).limit("app.note", concurrency=None)
    engine = lives.begin(policies=policies)
    engine.submit("app.note")
    assert lane(engine).concurrency is None


def test_a_policy_that_has_changed_since_counts_more_than_what_was_set_live(lives, caplog):
    lives.begin(policies={"app.note": Policy(concurrency=2)}).limit("app.note", concurrency=1)
    engine = lives.begin(policies={"app.note": Policy(concurrency=5)})
    engine.submit("app.note")
    assert lane(engine).concurrency == 5
    assert "the limits of app.note are those of its policy" in caplog.text
    engine = lives.begin(policies={"app.note": Policy(concurrency=2)})
    engine.submit("app.note")
    assert lane(engine).concurrency == 2


def test_the_thresholds_of_a_breaker_that_were_set_live_count_in_the_next_life(lives):
    set_live = Breaker(failures=2, seconds=7.5, cooldown=90, probes=3)
    lives.begin().limit("app.note", breaker=set_live)
    assert set_live == rules_of(lives.begin(), "app.note").breaker
    lives.types, types = [], lives.types
    engine = lives.begin()
    engine.register(types[0])
    assert set_live == rules_of(engine, "app.note").breaker


def test_thresholds_of_a_policy_that_has_changed_count_more_than_those_set_live(lives, caplog):
    def policy(failures):
        return {"policies": {"app.note": Policy(breaker=Breaker(failures=failures))}}

    lives.begin(**policy(5)).limit("app.note", breaker=Breaker(failures=2))
    assert 2 == present(rules_of(lives.begin(**policy(5)), "app.note").breaker).failures
    assert 6 == present(rules_of(lives.begin(**policy(6)), "app.note").breaker).failures
    assert "the breaker of app.note is that of its policy" in caplog.text
    assert 5 == present(rules_of(lives.begin(**policy(5)), "app.note").breaker).failures


def test_limits_by_a_parameter_that_is_gone_give_way_to_the_policy(lives):
    lives.begin().limit("app.note", concurrency=3, by="customer")

    @task(name="note")
    def changed(ctx: Context, n: int = 0) -> int:
        return n

    lives.types = [changed]
    engine = lives.begin()
    assert engine.submit("app.note").wait(10)
    assert lane(engine).concurrency is None


def test_a_strike_lasts_until_it_is_lifted(lives):
    lives.begin().strike("app.note", customer="ü")
    engine = lives.begin()
    (strike,) = engine.strikes
    assert ("app.note", "customer", "ü") == (strike.type, strike.parameter, strike.value)
    assert lives.clock.time() == strike.at
    held = engine.submit("app.note", {"customer": "ü"})
    assert engine.submit("app.note", {"customer": "y"}).wait(10)
    assert held.state == "queued"
    assert engine.unstrike("app.note", customer="ü")
    assert held.wait(10)
    assert () == lives.begin().strikes


def test_what_was_said_of_a_type_is_seen_before_a_task_of_it_comes(lives):
    engine = lives.begin()
    engine.limit("app.note", concurrency=3)
    engine.strike("app.note", n=7)
    found = lane(lives.begin())
    assert (3, [7]) == (found.concurrency, [value for _, value in found.strikes.listed])


def test_a_strike_of_a_type_that_is_registered_late_can_be_lifted(lives):
    lives.begin().strike("app.note", customer="x")
    types, lives.types = lives.types, []
    engine = lives.begin()
    engine.register(types[0])
    assert engine.unstrike("app.note", customer="x")
    lives.types = types
    assert () == lives.begin().strikes


def test_a_strike_holds_tasks_of_an_earlier_life(lives):
    engine = lives.begin()
    engine.strike("app.note", customer="x")
    engine.submit("app.note")
    engine = lives.begin()
    engine.submit("app.note", {"customer": "y"}).wait(10)
    assert engine.metrics().queued == 1


def test_a_value_that_is_no_unicode_stays_struck(lives):
    lives.begin().strike("app.note", customer="\ud800")
    assert ["\ud800"] == [one.value for one in lives.begin().strikes]


def test_a_strike_by_a_parameter_that_is_gone_is_lifted(lives):
    lives.begin().strike("app.note", n=7)

    @task(name="note")
    def changed(ctx: Context, customer: str = "x") -> None:
        pass

    lives.types = [changed]
    engine = lives.begin()
    assert engine.submit("app.note").wait(10)
    assert () == engine.strikes


class Disk:
    """A journal that may be full."""

    def __init__(self):
        self.is_open, self.full, self.kept = True, True, {}

    def keep(self, name, value, *, wait=True):
        if self.full:
            raise JournalUnavailable("the disk is full")
        self.kept[name] = value


def test_what_cannot_be_kept_counts_all_the_same_and_is_kept_with_the_next_change(caplog):
    disk = Disk()
    keeper = Keeper(disk)
    keeper.keep("pause", lambda: True)
    assert "pause is not kept for the next start yet: the disk is full" in caplog.text
    disk.full = False
    keeper.keep("hold app.note", lambda: True)
    assert {"pause": True, "hold app.note": True} == disk.kept


def test_a_change_while_another_is_written_is_written_too():
    state = [1]

    class Slow(Disk):
        def keep(self, name, value, *, wait=True):
            super().keep(name, value)
            state[0] = 2

    disk = Slow()
    disk.full = False
    Keeper(disk).keep("pause", lambda: state[0])
    assert {"pause": 2} == disk.kept


@pytest.mark.parametrize("value", [7, [1], {"x": 1}, "text"])
def test_a_value_of_another_version_keeps_no_engine_from_starting(lives, caplog, value):
    engine = lives.begin()
    engine._parts.journal.keep("limit app.note", value)
    engine._parts.journal.keep("future thing", value)
    engine = lives.begin()
    assert engine.submit("app.note").wait(10)
    assert "what was kept as limit app.note is left out" in caplog.text
