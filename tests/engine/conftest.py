"""Engines and clocks that tests of several files need."""

from __future__ import annotations

import pytest

from chasqui import Engine
from chasqui.engine.logs.task_log import LogCapture
from chasqui.testing import FakeClock
from tests.engine.logs.saying import WAIT


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def engine(clock):
    """Return an engine that runs, with a clock that stands."""
    with Engine(2, 100, clock=clock, plugins=["demo"]) as engine:
        yield engine


@pytest.fixture
def printing():
    """Return an engine that is not started: between fixture and test, pytest sets the streams."""
    engine = Engine(1, 100, capture=LogCapture(prints=True))
    yield engine
    engine.shutdown(WAIT)
