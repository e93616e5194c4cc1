"""The built-in plugin's task types."""

from __future__ import annotations

import pytest

from chasqui import Cancelled, Engine, InvalidParameters

WAIT = 10.0


@pytest.fixture
def engine():
    with Engine(1, plugins=["demo"]) as engine:
        yield engine


def test_a_sleep_lasts_its_time_and_reports_its_progress(engine):
    task = engine.submit("demo.sleep", {"seconds": 0.05})

    assert task.result(WAIT) >= 0.05
    assert (0.05, 0.05, "s") == task.progress


@pytest.mark.parametrize("name", ["demo.sleep", "demo.burn"])
def test_it_stops_when_asked_to(engine, name):
    task = engine.submit(name, {"seconds": 3600})
    while task.state == "queued":
        pass
    assert task.cancel()

    with pytest.raises(Cancelled):
        task.result(WAIT)


def test_a_failure_says_what_it_was_told_to_say(engine):
    with pytest.raises(RuntimeError, match="my message"):
        engine.submit("demo.fail", {"message": "my message"}).result(WAIT)


def test_a_burn_turns_its_loop(engine):
    assert engine.submit("demo.burn", {"seconds": 0.01}).result(WAIT) > 0


def test_a_negative_time_is_refused(engine):
    with pytest.raises(InvalidParameters, match="seconds must be between 0 and 1,000,000, got -1"):
        engine.submit("demo.sleep", {"seconds": -1})
