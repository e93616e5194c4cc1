"""A shutdown through the port of an engine that sets no limit to it."""

from __future__ import annotations

import threading

import pytest

from chasqui import task
from chasqui.control.local import LocalPort
from chasqui.control.port import Shutdown, ViewQuery
from chasqui.engine.engine import BaseEngine

WAIT = 10.0


@pytest.fixture
def gate():
    """Return what lets the tasks end; it is open after the test."""
    opened = threading.Event()
    yield opened
    opened.set()


def test_a_drain_without_a_limit_runs_all_that_waits_and_gives_no_deadline(gate):
    @task
    def wait() -> None:
        gate.wait(WAIT)

    with BaseEngine(1, 5) as engine:
        engine.register(wait)
        port = LocalPort(engine)
        tasks = [engine.submit(wait.work()) for _ in range(3)]

        assert port.apply(Shutdown()).ok
        shown = port.snapshot(ViewQuery()).shutdown
        assert shown is not None
        assert ("drain", None, None) == (shown.mode, shown.remaining, shown.timeout)
        gate.set()
        for one in tasks:
            one.wait(WAIT)

    assert ["completed"] * 3 == [one.state for one in tasks]
