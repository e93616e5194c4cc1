"""Limits of types: from their own words, from the config, and changed while the engine runs."""

from __future__ import annotations

import threading
from itertools import pairwise

import pytest

from chasqui import Breaker, Context, Engine, PoolClosed, Rate, Retry, UnknownType, task
from chasqui.engine.config.pools import PoolConfig
from chasqui.engine.events.records import TypeChanged
from chasqui.engine.policy.rules import Policy
from chasqui.errors import InvalidTaskType
from chasqui.testing import FakeClock
from tests.present import present
from tests.waiting import until

WAIT = 10.0


class Gate:
    """A type of which two run at once, each until it is let go."""

    def __init__(self):
        self.entered, self.release = threading.Semaphore(0), threading.Event()

        @task(concurrency=2)
        def few(x: int = 0) -> int:
            self.entered.release()
            assert self.release.wait(WAIT)
            return x

        self.type = few

    def await_entered(self, count=1):
        assert all(self.entered.acquire(timeout=WAIT) for _ in range(count))


@pytest.fixture
def gate():
    gate = Gate()
    yield gate
    gate.release.set()


@task
def fine(x: int = 0) -> int:
    return x


def lane(engine, name):
    return next(one for one in engine.metrics().lanes if one.name == name)


def test_no_more_of_a_type_run_at_once_than_it_says_itself(gate):
    with Engine(4) as engine:
        engine.register(gate.type)
        tasks = engine.submit_batch("app.few", [{"x": x} for x in range(4)])
        gate.await_entered(2)
        until(lambda: lane(engine, "app.few").running == 2)

        assert (2, True) == (lane(engine, "app.few").queued, lane(engine, "app.few").full)
        engine.limit("app.few", concurrency=3)
        gate.await_entered()
        engine.limit("app.few", concurrency=None)
        gate.await_entered()
        gate.release.set()
        assert [0, 1, 2, 3] == [one.result(WAIT) for one in tasks]


def test_the_config_says_more_of_limits_than_the_type(tmp_path, gate):
    file = tmp_path / "config.toml"
    file.write_text(
        "[types.'app.few']\nconcurrency = 1\nrate = '100/m'\n"
        "breaker = { failures = 2, cooldown = 9 }\n"
    )
    with Engine.from_config(file) as engine:
        engine.register(gate.type)
        engine.submit("app.few")
        limits = engine.pool.lane("app.few")

        assert (1, Rate(100, 60)) == (limits.concurrency, limits.rate)
        (circuit,) = engine.breakers
        assert ("app.few", "closed", 0) == (circuit.type, circuit.state, circuit.failures)
        rules = engine.routes.of(engine.type("app.few").work()).rules
        assert Breaker(failures=2, cooldown=9) == rules.breaker
        gate.release.set()


def test_a_limit_that_is_not_given_stays_as_it_is():
    with Engine(1) as engine:
        engine.register(fine)
        engine.limit("app.fine", concurrency=3)
        engine.limit("app.fine", rate="5/s")
        limits = engine.pool.lane("app.fine")
        assert (3, "5/s") == (limits.concurrency, str(limits.rate))
        engine.limit("app.fine", concurrency=None)

        assert (None, "5/s") == (limits.concurrency, str(limits.rate))
        engine.limit(engine.type("app.fine"), rate=None)
        assert not limits.limited


def test_a_rate_spaces_the_starts_of_a_type():
    clock = FakeClock()
    with Engine(4, clock=clock, policies={"app.fine": Policy(rate="10/s")}) as engine:
        engine.register(fine)
        tasks = engine.submit_batch("app.fine", [{"x": x} for x in range(5)])
        while not all(one.done for one in tasks):
            clock.advance(0.01)
            threading.Event().wait(0.001)
        starts = sorted(present(one.started) for one in tasks)

    assert all(later - sooner >= 0.1 - 1e-6 for sooner, later in pairwise(starts))


def test_a_paused_type_waits_while_others_go_on_and_both_are_told_of():
    told = []
    with Engine(2) as engine:
        engine.bus.subscribe(lambda event: told.append(str(event)))
        engine.register(fine)
        engine.register(task(name="other")(fine.function))
        engine.pause("app.fine")
        engine.pause("app.fine")
        parked = engine.submit("app.fine")

        assert engine.submit("app.other").wait(WAIT)
        assert ("queued", ("paused",)) == (parked.state, lane(engine, "app.fine").held)
        engine.resume("app.fine")
        assert parked.wait(WAIT)
        engine.limit("app.fine", concurrency=4, rate="10/s")
        engine.limit("app.fine", concurrency=None, rate=None)
        assert engine.bus.flush(WAIT)

    assert [
        "type app.fine is paused",
        "type app.fine is resumed",
        "type app.fine is limited to 4 at once, 10/s",
        "type app.fine is not limited",
    ] == [line for line in told if line.startswith("type")]
    assert TypeChanged(0.0, "a", "b").level == "info"


def test_what_is_not_there_cannot_be_limited():
    with Engine(1) as engine:
        for refused in (engine.pause, engine.resume, engine.limit, engine.reset):
            with pytest.raises(UnknownType, match=r"app\.nope"):
                refused("app.nope")


@pytest.mark.parametrize("pools", [{}, {"cpu": PoolConfig(workers=1)}])
def test_a_type_of_an_engine_that_has_stopped_is_not_paused_resumed_or_limited(pools):
    told = []
    with Engine(1, pools=pools) as engine:
        engine.register(fine)
        engine.bus.subscribe(lambda event: told.append(event))
        engine.submit("app.fine").wait(WAIT)

    for verb in ("pause", "resume", "limit"):
        with pytest.raises(PoolClosed, match=f"engine 'default' cannot {verb} app.fine: it is st"):
            getattr(engine, verb)("app.fine")
    assert not any(isinstance(event, TypeChanged) for event in told)


def test_a_type_of_which_one_pool_has_stopped_is_steered_in_the_others():
    with Engine(1, pools={"cpu": PoolConfig(workers=1)}) as engine:
        engine.register(fine)
        engine.drain("cpu", WAIT)
        engine.pause("app.fine")
        parked = engine.submit("app.fine")
        engine.limit("app.fine", concurrency=1)
        engine.resume("app.fine")

        assert parked.wait(WAIT)


def test_a_type_that_is_resumed_while_its_engine_drains_leaves_nothing(gate):
    engine, ledgers = Engine(2), []
    engine.start()
    engine.register(gate.type)
    engine.register(fine)
    engine.submit("app.few")
    gate.await_entered()
    engine.pause("app.fine")
    parked = engine.submit("app.fine")
    ending = threading.Thread(target=lambda: ledgers.append(engine.shutdown(WAIT)))
    ending.start()
    until(lambda: engine.state == "stopping")
    engine.limit("app.fine", concurrency=1)
    engine.resume("app.fine")

    gate.release.set()  # the other worker may have left, when nothing was there that could start
    assert parked.wait(WAIT)
    ending.join(WAIT)
    assert [True] == [ledger.clean for ledger in ledgers]


def test_limits_that_make_no_sense_are_refused_where_they_are_said():
    with pytest.raises(InvalidTaskType, match="concurrency must be at least 1"):
        task(concurrency=0)(fine.function)
    with pytest.raises(InvalidTaskType, match="rate is written as"):
        task(rate="often")(fine.function)
    with pytest.raises(ValueError, match="cooldown must be more than 0 seconds"):
        Breaker(cooldown=0)
    with Engine(1) as engine:
        engine.register(fine)
        with pytest.raises(ValueError, match="concurrency"):
            engine.limit("app.fine", concurrency=0)
        with pytest.raises(TypeError, match="rate can only be set for a type"):
            engine.submit("app.fine", rate="1/s")  # type: ignore[call-overload]


def test_a_retry_of_a_limited_type_keeps_its_place_among_the_limits():
    clock, running, most = FakeClock(), [], []

    @task(concurrency=1)
    def once(ctx: Context) -> None:
        running.append(1)
        most.append(len(running))
        running.pop()
        if ctx.task.attempts < 3:
            raise OSError

    with Engine(4, clock=clock, policies={"app.once": Policy(retry=Retry(jitter=0))}) as engine:
        engine.register(once)
        tasks = [engine.submit("app.once") for _ in range(5)]
        while not all(one.done for one in tasks):
            clock.advance(1)
            threading.Event().wait(0.001)

    assert {1} == set(most)
    assert 15 == len(most)
    assert ["completed"] * 5 == [one.state for one in tasks]
