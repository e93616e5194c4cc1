"""The port to an engine of several pools."""

from __future__ import annotations

import threading
import tomllib

import pytest

from chasqui import task
from chasqui.control import views
from chasqui.control.local import LocalPort
from chasqui.control.port import (
    Cancel,
    Resize,
    ViewQuery,
    Window,
)
from chasqui.engine.config.pools import PoolConfig
from chasqui.engine.engine import BaseEngine
from chasqui.pool.threads import start_daemon
from tests.control.conftest import ALL, rest
from tests.present import present

WAIT = 10.0


@pytest.fixture
def several(clock, tmp_path):
    """An engine of three pools, and its port."""
    pools = {name: PoolConfig(workers=1, queue_size=4) for name in ("cpu", "io")}
    engine = BaseEngine(2, 5, pools=pools, grace=1, clock=clock, shutdown_timeout=30)
    engine.register(rest)
    engine.start()
    yield engine, LocalPort(engine, overrides=tmp_path / "o.toml")
    engine.shutdown(0, drain=False)


def test_the_workers_of_all_pools_are_listed_with_the_name_of_their_pool(several, clock):
    engine, port = several
    running = engine.submit("app.rest", {"seconds": 60}, pool="io")
    clock.await_sleepers(1)
    shot = port.snapshot(ALL)

    assert [
        ("default/w01", None),
        ("default/w02", None),
        ("cpu/w01", None),
        ("io/w01", running.number),
    ] == [(row.name, row.task) for row in shot.worker_page.rows]
    assert (4, 1, 5 + 4 + 4) == (shot.workers, shot.busy, shot.queue_size)
    assert ("io/w01", "running") == (
        port.detail(running.number).worker,
        port.detail(running.number).state,
    )
    running.cancel()


def test_windows_of_the_backlog_cut_through_all_pools(several):
    engine, port = several
    engine.pause()
    queued = [
        engine.submit("app.rest", {"seconds": 0}, pool=pool).number
        for pool in ("default", "default", "cpu", "cpu", "cpu", "io")
    ]
    later = [
        engine.submit("app.rest", {"seconds": 0}, pool=pool, delay=delay).number
        for pool, delay in (("default", 9), ("io", 5), ("io", 7))
    ]
    numbers = queued + later

    for offset in range(10):
        for limit in (1, 2, 4, 50):
            page = port.snapshot(ViewQuery(backlog=Window(offset=offset, limit=limit))).backlog_page
            assert 9 == page.total
            assert numbers[offset : offset + limit] == [row.number for row in page.rows]
    assert (6, 3) == (port.snapshot(ALL).counts.queued, port.snapshot(ALL).counts.scheduled)
    assert (tuple(numbers), 0) == (
        port.apply(Cancel(numbers=tuple(numbers))).numbers,
        engine.metrics().queued,
    )


def test_each_pool_is_resized_by_its_name_and_keeps_it(several, tmp_path):
    engine, port = several
    assert port.apply(Resize(workers=3, pool="cpu")).ok
    assert port.apply(Resize(workers=1)).ok
    refused = port.apply(Resize(workers=1, pool="gpu"))

    assert [1, 3, 1] == [pool.workers_wanted for pool in engine.pools.values()]
    assert {"pools": {"cpu": {"workers": 3}, "default": {"workers": 1}}} == tomllib.loads(
        (tmp_path / "o.toml").read_text()
    )
    assert (False, "unknown pool 'gpu'; did you mean cpu?") == (refused.ok, refused.reason)


def test_the_pool_whose_workers_are_missing_is_named(clock):
    def start(target, name):
        if name == "chasqui-cpu-w02":
            raise RuntimeError("no more threads")
        return start_daemon(target, name)

    pools = {"cpu": PoolConfig(workers=2)}
    with BaseEngine(1, pools=pools, clock=clock, start_thread=start) as engine:
        shot = LocalPort(engine).snapshot(ALL)

    assert "degraded" == shot.state
    assert (
        "pool cpu: 1 of its 2 workers is missing, since no more threads. "
        "It is not started again by itself: resize the pool once that is mended",
    ) == present(shot.metrics).findings


def test_what_a_shutdown_leaves_is_named_with_its_pool(clock):
    engine = BaseEngine(1, pools={"cpu": PoolConfig(workers=1)}, clock=clock)
    engine.register(rest)
    left = engine.submit("app.rest", {"seconds": 0}, pool="cpu")
    shown = views.ledger(engine.shutdown(0))

    assert (f"task {left.number} app.rest: left in the backlog of cpu",) == shown.named


def test_an_abandoned_worker_is_listed_with_the_others_of_its_pool(several, clock):
    entered, release = threading.Event(), threading.Event()

    @task(time_limit=5)
    def hang() -> None:
        entered.set()
        assert release.wait(WAIT)

    engine, port = several
    engine.register(hang)
    stuck = engine.submit("app.hang", pool="cpu")
    assert entered.wait(WAIT)
    clock.advance(6.5)
    assert stuck.wait(WAIT)
    rows = port.snapshot(ALL).worker_page.rows

    assert ["default", "default", "cpu", "cpu", "io"] == [row.pool for row in rows]
    assert "abandoned" == rows[3].state
    release.set()
