"""Strikes of an engine: a value is held live in all pools, listed, shown and lifted."""

from __future__ import annotations

import sys
import threading

import pytest

from chasqui import Engine, InvalidParameters, PoolClosed, Secret, UnknownType, task
from chasqui.engine.config.pools import PoolConfig
from chasqui.engine.events.records import TypeChanged
from chasqui.testing import FakeClock
from tests.waiting import WAIT, until


@task
def charge(customer: str, amount: int = 1) -> str:
    return customer


@task
def login(token: Secret[str], type: str = "x", tags: list[str] | None = None) -> None: ...


@pytest.fixture
def engine():
    with Engine(2, clock=FakeClock(), pools={"side": PoolConfig(workers=1)}) as engine:
        engine.register(charge)
        engine.register(login)
        yield engine


def submit(engine, customer, **options):
    return engine.submit("app.charge", {"customer": customer}, **options)


def test_a_struck_value_is_held_in_every_pool_until_it_is_lifted(engine):
    assert engine.strike("app.charge", customer="c7")
    assert not engine.strike(charge, customer="c7")
    held = [submit(engine, "c7"), submit(engine, "c7", pool="side")]
    assert submit(engine, "c8").wait(WAIT)
    assert submit(engine, "c8", pool="side").wait(WAIT)

    assert ["queued", "queued"] == [one.state for one in held]
    assert engine.unstrike("app.charge", customer="c7")
    assert not engine.unstrike("app.charge", customer="c7")
    assert all(one.wait(WAIT) for one in held)


def test_a_strike_is_listed_though_another_is_lifted_meanwhile(engine):
    for one in range(100):
        engine.strike(charge, amount=one)

    def lift():
        for one in range(100):
            engine.unstrike(charge, amount=one)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        lifting = threading.Thread(target=lift)
        lifting.start()
        for one in range(100):
            engine.strike(charge, customer=f"c{one}")
        lifting.join(WAIT)
    finally:
        sys.setswitchinterval(before)

    assert [f"c{one}" for one in range(100)] == [one.value for one in engine.strikes]


def test_strikes_are_listed_oldest_first_and_say_what_they_hold(engine):
    engine.strike("app.charge", customer="c7")
    engine.strike("app.charge", amount=5)
    engine.strike("app.charge", customer="c7")

    assert ["app.charge customer=c7", "app.charge amount=5"] == [str(one) for one in engine.strikes]
    first = engine.strikes[0]
    assert ("app.charge", "customer", "c7") == (first.type, first.parameter, first.value)
    assert engine.clock.time() == first.at
    engine.unstrike("app.charge", customer="c7")
    assert ["app.charge amount=5"] == [str(one) for one in engine.strikes]


def test_observers_hear_of_strikes(engine):
    heard = []
    engine.bus.subscribe(lambda event: heard.append(event))
    engine.strike("app.charge", customer="c7")
    engine.strike("app.charge", customer="c7")
    engine.unstrike("app.charge", customer="c7")
    engine.bus.flush(WAIT)

    said = [one.what for one in heard if isinstance(one, TypeChanged)]
    assert ["is struck for customer=c7", "is no longer struck for customer=c7"] == said


def test_what_is_struck_is_counted_in_the_reading_of_its_type(engine):
    engine.strike("app.charge", customer="c7")
    for customer in ("c7", "c7", "c8"):
        submit(engine, customer)

    until(lambda: engine.metrics().types["app.charge"].struck == 2)
    until(lambda: engine.metrics().completed == 1)


def test_a_parameter_called_type_can_be_struck(engine):
    assert engine.strike("app.login", type="x")
    assert ["app.login type=x"] == [str(one) for one in engine.strikes]


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ({"custmer": "c7"}, "is not a parameter of this task type; did you mean customer?"),
        ({"amount": "many"}, r"app\.charge: amount "),
    ],
)
def test_a_value_that_the_parameter_cannot_have_is_refused(engine, value, why):
    with pytest.raises(InvalidParameters, match=why):
        engine.strike("app.charge", **value)
    with pytest.raises(InvalidParameters, match=why):
        engine.unstrike("app.charge", **value)
    assert () == engine.strikes


def test_a_secret_and_a_list_cannot_be_struck(engine):
    with pytest.raises(InvalidParameters, match="is a secret, and values of a key are shown"):
        engine.strike("app.login", token="env:TOKEN")
    with pytest.raises(InvalidParameters, match="may hold many values"):
        engine.strike("app.login", tags=["a"])


@pytest.mark.parametrize("value", [{}, {"customer": "c7", "amount": 1}])
def test_a_strike_is_of_one_parameter(engine, value):
    with pytest.raises(TypeError, match=r'strike takes one parameter and its value, customer="c7"'):
        engine.strike("app.charge", **value)


def test_an_unknown_type_cannot_be_struck(engine):
    with pytest.raises(UnknownType):
        engine.strike("app.chrage", customer="c7")


def test_an_engine_that_has_stopped_strikes_nothing():
    engine = Engine(1)
    engine.register(charge)
    engine.start()
    engine.shutdown(WAIT)

    with pytest.raises(PoolClosed, match=r"cannot strike app\.charge: it is stopped"):
        engine.strike("app.charge", customer="c7")


def test_a_strike_before_the_start_holds_what_was_submitted_before():
    engine = Engine(1)
    engine.register(charge)
    held = submit(engine, "c7")
    engine.strike("app.charge", customer="c7")
    with engine:
        assert submit(engine, "c8").wait(WAIT)
        assert "queued" == held.state
        engine.unstrike("app.charge", customer="c7")
        assert held.wait(WAIT)
