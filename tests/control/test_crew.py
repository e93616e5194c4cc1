"""What stands around the workers: who waits for room, changed sizes, and where a task is."""

from __future__ import annotations

import threading
import tomllib

import pytest

from chasqui import Context, Engine, task
from chasqui.control import crew_views
from chasqui.control.local import LocalPort
from chasqui.control.port import Resize, ViewQuery, Window
from chasqui.engine.config.pools import PoolConfig
from chasqui.engine.config.tables import Config
from chasqui.pool.offering import stand_by, step_back
from chasqui.pool.state import state_of
from tests.engine.metrics.measured import WAIT, Gated, Measured
from tests.present import present
from tests.waiting import until

WORKERS = ViewQuery(workers=Window())


@task
def hold(ctx: Context) -> None:
    """Wait until it is asked to stop."""
    while not ctx.cancelled:
        ctx.sleep(60)


@pytest.fixture
def full():
    """An engine with one worker, which holds, and a backlog of one, which is taken."""
    with Engine(workers=1, queue_size=1) as engine:
        engine.register(hold)
        running = engine.submit("app.hold")
        until(lambda: running.state == "running")
        engine.submit("app.hold")
        yield engine
        engine.shutdown(timeout=0, drain=False)


def test_the_threads_that_wait_for_room_are_listed_with_where_they_submit(full):
    port = LocalPort(full)
    assert () == present(port.snapshot(WORKERS).crew).producers
    feed = threading.Thread(target=_feed, args=(full,), name="feed-\x1b[1m")
    feed.start()
    until(lambda: present(port.snapshot(WORKERS).crew).producers)
    shot = port.snapshot(WORKERS)
    (one,) = present(shot.crew).producers
    assert "control/test_crew.py" == one.site.rpartition(":")[0]
    assert "feed-" in one.thread and "\x1b" not in one.thread
    assert 0 <= shot.at - one.since < WAIT
    assert port.snapshot(ViewQuery()).crew is None
    for number in (1, 2):
        present(full.pools.find(number)).cancel()
    feed.join(WAIT)


def test_a_submitter_that_is_no_code_has_no_place(full):
    pool, me = state_of(full.pool), object()
    assert not stand_by(pool, me, lambda: None, "the lines of the run")

    (one,) = present(LocalPort(full).snapshot(WORKERS).crew).producers
    step_back(pool, me)

    assert ("the lines of the run", "") == (one.thread, one.site)


def _feed(engine):
    engine.submit("app.hold")


def test_more_producers_than_are_listed_are_counted(full, monkeypatch):
    monkeypatch.setattr(crew_views, "MOST", 1)
    port = LocalPort(full)
    feeds = [threading.Thread(target=_feed, args=(full,)) for _ in range(3)]
    for feed in feeds:
        feed.start()
    until(lambda: present(port.snapshot(WORKERS).crew).more_producers == 2)
    assert 1 == len(present(port.snapshot(WORKERS).crew).producers)

    def all_are_in():
        for waiting in full.pools.default.waiting(0, 9):
            waiting.cancel()
        return not any(feed.is_alive() for feed in feeds)

    until(all_are_in)


CONFIG = Config(pools={"default": PoolConfig(workers=3)})


def test_a_size_that_differs_from_the_config_is_said_and_forgotten_when_put_back(tmp_path):
    overrides = tmp_path / "overrides.toml"
    with Engine(workers=4) as engine:
        port = LocalPort(
            engine, overrides=overrides, config=Config(pools={"default": PoolConfig(workers=3)})
        )
        (size,) = present(port.snapshot(WORKERS).crew).sizes
        assert ("default", 4, 3) == (size.pool, size.workers, size.configured)
        assert port.apply(Resize(workers=5)).ok
        assert {"default": {"workers": 5}} == tomllib.loads(overrides.read_text())["pools"]
        assert port.apply(Resize(workers=3)).ok
        assert () == present(port.snapshot(WORKERS).crew).sizes
        assert "workers" not in overrides.read_text()


def test_a_busy_worker_that_is_one_too_many_leaves_after_its_task(full):
    port = LocalPort(full)
    assert port.apply(Resize(workers=2)).ok
    until(lambda: present(port.snapshot(WORKERS).worker_page).total == 2)
    until(lambda: port.snapshot(ViewQuery()).busy == 2)
    assert port.apply(Resize(workers=1)).ok
    rows = present(port.snapshot(WORKERS).worker_page).rows
    assert [False, True] == sorted(row.leaves for row in rows)


def test_without_a_config_the_sizes_are_those_of_the_start():
    with Engine(workers=4) as engine:
        port = LocalPort(engine)
        assert () == present(port.snapshot(WORKERS).crew).sizes
        assert port.apply(Resize(workers=2)).ok
        assert [4] == [one.configured for one in present(port.snapshot(WORKERS).crew).sizes]


def test_the_place_of_a_task_is_the_innermost_frame_of_its_own_code(full):
    port = LocalPort(full)
    name = present(port.snapshot(WORKERS).worker_page).rows[0].name
    query = ViewQuery(workers=Window(), place_of=name)
    until(lambda: present(present(port.snapshot(query).crew).place).function == "hold")
    place = present(present(port.snapshot(query).crew).place)
    assert ("control/test_crew.py", 1, 1) == (place.file, place.task, place.attempt)
    assert place.limit is None
    gone = ViewQuery(workers=Window(), place_of="no such worker")
    assert present(port.snapshot(gone).crew).place is None


def test_a_running_task_has_the_p95_of_its_type_once_it_has_run_for_a_second():
    gated = Gated()
    with Measured(gated.type, workers=1) as measured:
        port = LocalPort(measured.engine)
        for _ in range(20):
            one = measured.engine.submit("app.gated")
            gated.await_begun(1)
            measured.passes(1)
            gated.let_go([one])
            assert one.wait(WAIT)
        last = measured.engine.submit("app.gated")
        gated.await_begun(1)
        assert 0.0 == present(port.snapshot(WORKERS).worker_page).rows[0].usual
        measured.passes(2)
        row = present(port.snapshot(WORKERS).worker_page).rows[0]
        assert ("", True) == (row.slow, 1 <= row.usual < 1.1)
        gated.let_go([last])
        assert last.wait(WAIT)
