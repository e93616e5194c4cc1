"""Numbers that come through the port to an engine."""

from __future__ import annotations

import math
import re

import pytest

from chasqui.control.local import LocalPort
from chasqui.control.port import Resize, Shutdown, SubmitOptions
from chasqui.engine.engine import BaseEngine
from tests.control.conftest import rest


@pytest.fixture
def engine():
    with BaseEngine(1, 10) as engine:
        engine.register(rest)
        yield engine


@pytest.mark.parametrize("value", [-1, "5", True, 10**400], ids=type)
def test_a_command_with_a_number_that_is_none_changes_nothing(engine, value):
    port = LocalPort(engine)
    before = (engine.state, engine.metrics().accepted, engine.pool.workers_wanted)

    for outcome in (
        port.apply(Resize(workers=value)),
        port.apply(Shutdown(timeout=value)),
        port.apply(Shutdown(mode="abort", timeout=value)),
        port.submit("app.rest", {"seconds": "0"}, SubmitOptions(time_limit=value)),
    ):
        assert not outcome.ok
        assert re.match("(workers|timeout|time_limit) must be", outcome.reason)
    assert before == (engine.state, engine.metrics().accepted, engine.pool.workers_wanted)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_workers_that_are_no_number_change_nothing(engine, value):
    before = engine.pool.workers_wanted
    outcome = LocalPort(engine).apply(Resize(workers=value))
    assert (False, True) == (outcome.ok, outcome.reason.startswith("workers must be"))
    assert before == engine.pool.workers_wanted
