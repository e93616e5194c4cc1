"""A snapshot says how everything of an engine stands, and nothing changes it afterwards."""

from __future__ import annotations

import dataclasses
import threading

import pytest

from chasqui import Breaker, Engine, PoolConfig, task
from chasqui.testing import FakeClock
from tests.waiting import until

WAIT = 10.0


@task(breaker=Breaker(failures=2, seconds=60, cooldown=600), pool="side")
def bad(row: int) -> None:
    raise OSError(f"row {row}")


def test_a_snapshot_has_every_part_of_an_engine():
    clock, go = FakeClock(), threading.Event()

    @task(time_limit=5)
    def hang() -> None:
        assert go.wait(WAIT)

    with Engine(1, clock=clock, name="shop", pools={"side": PoolConfig(workers=1)}) as engine:
        for one in (hang, bad):
            engine.register(one)
        lost = engine.submit("app.hang")
        until(lambda: lost.state == "running")
        clock.advance(11)
        assert lost.wait(WAIT)  # given up by its worker's pool
        running = engine.submit("app.hang")
        until(lambda: running.state == "running")
        failed = [engine.submit("app.bad", {"row": row}) for row in range(2)]
        assert all(one.wait(WAIT) for one in failed)
        batch = engine.batch([("app.bad", {"row": 3})], name="nightly")
        until(lambda: engine.breakers[0].state == "open")
        shot = engine.snapshot()
        go.set()

    assert ("shop", "running", 5) == (shot.name, shot.state, shot.metrics.accepted)
    assert [
        ("default/w02", "default", "running", running.number, "app.hang"),
        ("side/w01", "side", "idle", None, ""),
        ("default/w01", "default", "abandoned", lost.number, "app.hang"),
    ] == [(one.name, one.pool, one.state, one.task, one.type) for one in shot.workers]
    assert pytest.approx(clock.time()) == shot.workers[0].since
    assert [0, 2, 0] == [one.failed for one in shot.workers]
    assert [("app.bad", "open")] == [(one.type, one.state) for one in shot.breakers]
    assert [(batch.number, "nightly", 1)] == [(b.number, b.name, b.size) for b in shot.batches]
    assert [2, 1] == [group.count for group in shot.failures]
    assert ["breaker"] == [finding.kind for finding in shot.findings]


def test_a_snapshot_stays_as_it_was():
    engine = Engine(2)
    shot = engine.snapshot()
    engine.start()
    engine.shutdown(WAIT)

    assert ("new", (), 0) == (shot.state, shot.workers, shot.metrics.workers)
    with pytest.raises(dataclasses.FrozenInstanceError):
        shot.state = "running"  # type: ignore[misc]
