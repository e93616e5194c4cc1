"""One worker more or fewer: than the engine is to have by now, whatever was asked for before."""

from __future__ import annotations

import pytest

from chasqui import Context, Engine, task
from chasqui.control.fake import FakePort
from chasqui.control.local import LocalPort
from chasqui.control.port import Resize
from tests.console.rows import sizes, snapshot, workers
from tests.control.wired import WiredPort
from tests.waiting import until


@task
def hold(ctx: Context) -> None:
    """Wait until it is asked to stop."""
    while not ctx.cancelled:
        ctx.sleep(60)


@pytest.fixture
def engine():
    """Return an engine with two workers that hold."""
    with Engine(2) as engine:
        engine.register(hold)
        engine.submit_batch("app.hold", [{}] * 4)
        yield engine
        engine.shutdown(timeout=0, drain=False)


@pytest.fixture(params=["here", "at the other end of a wire"])
def port(request, engine):
    local = LocalPort(engine)
    return local if request.param == "here" else WiredPort(local)


def test_keys_in_a_burst_add_up(drive, engine, port):
    async def steps(console):
        await console.burst("]", "]", "]", "[")
        assert "asked for 4 workers" in console.lines[-2]

    drive(port, steps)
    assert 4 == engine.pools["default"].workers_wanted


def test_what_another_client_has_asked_for_meanwhile_counts(drive, engine, port):
    async def steps(console):
        await console.press("]", "]")
        engine.resize(8)
        await console.press("[")
        assert "asked for 7 workers" in console.lines[-2]

    drive(port, steps)


def test_workers_that_leave_after_their_task_do_not_count(drive, engine, port):
    async def steps(console):
        await console.press("]", "]")
        until(lambda: engine.metrics().busy == 4)
        await console.press("=")
        assert "asked for 2 workers, as the config says" in console.lines[-2]
        assert 4 == engine.metrics().busy
        await console.press("[")
        assert "asked for 1 worker," in console.lines[-2]

    drive(port, steps)


def test_a_resize_is_not_sent_when_the_engine_does_not_say_how_many_it_is_to_have(drive):
    class Silent(FakePort):
        def snapshot(self, query):
            if query.settings:
                raise OSError("the line is cut")
            return super().snapshot(query)

    async def steps(console):
        await console.press("]")
        assert "OSError: the line is cut" in console.lines[-2]

    port = Silent(snapshot(), workers=workers(4))
    drive(port, steps)
    assert [] == port.commands


def test_the_last_worker_is_not_taken_away(drive):
    async def steps(console):
        await console.press("[")

    port = FakePort(snapshot(workers=1, settings=sizes(default=1)), workers=workers(1))
    drive(port, steps)
    assert [Resize(workers=1)] == port.commands
