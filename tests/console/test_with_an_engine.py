"""What keys do to the failures of a real engine, and what the console then shows of them."""

from __future__ import annotations

import pytest

from chasqui import Engine, task
from chasqui.control import lookup
from chasqui.control.local import LocalPort
from chasqui.testing import FakeClock
from tests.control.wired import WiredPort

WAIT = 10.0


@pytest.fixture(params=["here", "at the other end of a wire"])
def port(request, engine):
    """Return the port of the engine, as a console beside it has it and as one elsewhere will."""
    local = LocalPort(engine)
    return local if request.param == "here" else WiredPort(local)


@task
def flaky(row: int) -> None:
    """Fail."""
    raise ValueError(f"row {row} is bad")


@pytest.fixture
def engine(monkeypatch):
    """Return an engine that has had three failures of a kind, and starts no more tasks."""
    monkeypatch.setattr(lookup, "PATIENCE", WAIT)
    monkeypatch.setattr(lookup, "REST", 0)
    with Engine(1, clock=FakeClock()) as engine:
        engine.register(flaky)
        for row in (1, 2, 3):
            engine.submit("app.flaky", {"row": row}).wait(WAIT)
        engine.pause()
        yield engine
        engine.shutdown(0, drain=False)


def test_a_failure_that_is_retried_is_shown_as_retried(drive, engine, port):
    async def steps(console):
        await console.press("4", "c", "j", "r")
        assert "retried task 2" in console.text
        assert "retried" in console.row("row 2 is bad")
        assert "new" in console.row("row 3 is bad")

    drive(port, steps)


def test_what_cannot_be_retried_is_told_with_the_reason_of_the_engine(drive, engine, port):
    async def steps(console):
        await console.press("4", "r")
        assert "Retry 3 failures?" in console.text
        engine.retry([1])
        engine.discard([2])
        await console.press("y")
        assert "retried 1 of 3 failures; 2 skipped" in console.text
        assert "task 1 was retried already, as task 4" in console.text

    drive(port, steps)


def test_a_discard_is_shown_and_taken_back(drive, engine, port):
    async def steps(console):
        await console.press("4", "x", "y")
        assert "discarded 3 failures" in console.text
        assert "u undoes discard of 3: 30s left" in console.lines[2]
        assert "3 failed; none of them is kept." in console.text
        await console.press("u")
        assert "undone for 3 failures" in console.text
        assert "1 kind of failure" in console.text

    drive(port, steps)


def test_a_filter_lists_what_it_selects_and_all_of_it_is_discarded(drive, engine, port):
    async def steps(console):
        await console.press("4", "slash")
        await console.type("number=2")
        await console.press("enter")
        assert "1 match" in console.lines[2]
        await console.press("X")
        await console.type("discard 1")
        await console.press("enter")
        assert "discarded task 2" in console.text

    drive(port, steps)
    assert [3, 1] == [one.number for one in engine.failures]
