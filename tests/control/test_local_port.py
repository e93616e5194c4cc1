"""The port to an engine in this process."""

from __future__ import annotations

import threading
import tomllib

import pytest

from chasqui import task
from chasqui.control.local import LocalPort
from chasqui.control.port import (
    Cancel,
    Pause,
    Resize,
    Resume,
    SetTheme,
    Shutdown,
    ViewQuery,
    Window,
)
from chasqui.engine.engine import BaseEngine
from tests.control.conftest import ALL, rest
from tests.engine.metrics.measured import Measured
from tests.present import present

WAIT = 10.0


@task
def explode(message: str) -> None:
    """Fail."""
    raise ValueError(message)


@pytest.fixture
def engine(clock):
    engine = BaseEngine(1, 5, grace=1, clock=clock, shutdown_timeout=30)
    engine.register(rest)
    engine.register(explode)
    engine.start()
    yield engine
    stop = threading.Thread(target=engine.shutdown, args=(0,), kwargs={"drain": False})
    stop.start()
    stop.join(WAIT)


@pytest.fixture
def port(engine, tmp_path):
    return LocalPort(engine, problems=["plugin x failed"], overrides=tmp_path / "kept" / "o.toml")


@pytest.mark.parametrize(("given", "told"), [(5.0, 5.0), (None, None)])
def test_a_port_tells_how_long_its_shutdowns_take_at_most(given, told):
    with BaseEngine(1, 5, shutdown_timeout=given) as engine:
        assert told == LocalPort(engine).caps.shutdown_timeout


def test_a_snapshot_shows_workers_backlog_and_counts_that_add_up(port, engine, clock):
    running = engine.submit("app.rest", {"seconds": 60})
    clock.await_sleepers(1)
    waiting = engine.submit("app.rest", {"seconds": 1}, priority=2)
    shot = port.snapshot(ALL)

    assert ("running", 1, 1, True) == (shot.state, shot.workers, shot.busy, shot.counts.balanced)
    (worker,) = shot.worker_page.rows
    assert ("running", running.number, "half␛[2J") == (
        worker.state,
        worker.task,
        worker.progress.message,
    )
    (row,) = shot.backlog_page.rows
    assert (waiting.number, "seconds=1.0", 2) == (row.number, row.params, row.priority)
    assert ("plugin x failed",) == shot.problems


def test_hidden_panes_cost_nothing_and_windows_are_cut(port, engine):
    engine.pause()
    for _ in range(5):
        engine.submit("app.rest", {"seconds": 0})

    assert port.snapshot(ViewQuery()).backlog_page is None
    page = port.snapshot(ViewQuery(backlog=Window(offset=1, limit=2))).backlog_page
    assert (5, [2, 3]) == (page.total, [row.number for row in page.rows])


def test_a_pages_revision_moves_only_when_a_row_does(port, engine):
    engine.pause()
    engine.submit("app.rest", {"seconds": 0})
    first = port.snapshot(ALL).backlog_page
    second = port.snapshot(ALL).backlog_page
    engine.submit("app.rest", {"seconds": 0})
    third = port.snapshot(ALL).backlog_page

    assert first.rev == second.rev < third.rev


def test_a_detail_follows_a_task_to_its_result(port, engine, clock):
    running = engine.submit("app.rest", {"seconds": 60})
    clock.await_sleepers(1)
    assert "running" == port.detail(running.number).state

    clock.advance(60)
    running.wait()
    detail = port.detail(running.number)

    assert ("completed", "[red]rested[/]") == (detail.state, detail.result)
    assert (("seconds", "60.0"),) == detail.params


def test_a_failure_has_a_row_and_a_detail_with_its_traceback(port, engine):
    failing = engine.submit("app.explode", {"message": "one\ntwo\x1b[31m"})
    failing.wait()
    (row,) = port.snapshot(ALL).failure_page.rows
    detail = port.detail(failing.number)

    assert "ValueError: one" == row.error
    assert "ValueError: one\ntwo␛[31m" == detail.error
    assert "raise ValueError(message)" in detail.traceback
    assert "\x1b" not in detail.traceback


def test_nothing_is_known_of_a_task_that_never_was(port):
    assert port.detail(99) is None


def test_pause_and_resume_go_to_the_engine(port, engine):
    assert port.apply(Pause()).ok
    assert "paused" == port.snapshot(ViewQuery()).state
    assert port.apply(Resume()).ok
    assert "running" == engine.state


def test_a_new_size_and_a_theme_are_kept_in_the_overrides_file(port, engine, tmp_path):
    file = tmp_path / "kept" / "o.toml"

    assert port.apply(Resize(workers=3)).ok
    assert port.apply(SetTheme(theme="nord")).ok

    assert {
        "pools": {"default": {"workers": 3}},
        "console": {"theme": "nord"},
    } == tomllib.loads(file.read_text())
    assert 3 == engine.metrics().workers
    assert ["o.toml"] == [one.name for one in file.parent.iterdir()]


def test_a_size_that_makes_no_sense_is_refused_with_its_reason(port):
    outcome = port.apply(Resize(workers=0))

    assert (False, "workers must be at least 1, got 0") == (outcome.ok, outcome.reason)


def test_cancelling_says_what_it_did_and_what_it_skipped(port, engine):
    engine.pause()
    waiting = engine.submit("app.rest", {"seconds": 0})
    outcome = port.apply(Cancel(numbers=(waiting.number, 77)))

    assert ((waiting.number,), ((77, "no task has this number"),)) == (
        outcome.numbers,
        outcome.skipped,
    )
    assert "cancelled" == waiting.state


def _await(port, wanted, query=None):
    for _ in range(1_000_000):
        shot = port.snapshot(query or ViewQuery())
        if wanted(shot):
            return shot
    raise AssertionError(f"never came: {shot}")


def test_a_drain_counts_down_and_ends_with_the_ledger(port, engine, clock):
    engine.submit("app.rest", {"seconds": 10})
    clock.await_sleepers(1)
    assert port.apply(Shutdown()).ok
    clock.await_sleepers(2)
    clock.advance(4)
    shot = port.snapshot(ViewQuery())
    assert ("stopping", "drain", 26.0) == (shot.state, shot.shutdown.mode, shot.shutdown.remaining)

    clock.await_sleepers(2)
    clock.advance(6)
    report = _await(port, lambda shot: shot.ledger is not None).ledger

    assert (1, 1, True) == (report.accepted, report.completed, report.clean)


def test_an_abort_sharpens_a_drain_but_a_drain_does_not_soften_it(port, engine, clock):
    engine.submit("app.rest", {"seconds": 1000})
    engine.submit("app.rest", {"seconds": 1000})
    clock.await_sleepers(1)
    port.apply(Shutdown())
    assert port.apply(Shutdown(mode="abort")).ok
    softer = port.apply(Shutdown(mode="cancel"))
    report = _await(port, lambda shot: shot.ledger is not None).ledger

    assert (False, "already stopping: abort") == (softer.ok, softer.reason)
    assert (2, 2) == (report.accepted, report.cancelled)


def test_a_pool_short_of_workers_shows_as_degraded(clock):
    def refuse_the_second(target, name):
        if name.endswith("w02"):
            raise RuntimeError("can't start new thread")
        thread = threading.Thread(target=target, name=name, daemon=True)
        thread.start()
        return thread

    with BaseEngine(2, clock=clock, start_thread=refuse_the_second) as engine:
        shot = LocalPort(engine).snapshot(ViewQuery())

    assert ("degraded", ("1 worker missing",)) == (shot.state, shot.wrong)


def test_the_rate_is_what_ended_in_the_last_ten_seconds(tmp_path):
    with Measured(rest) as measured:
        port = LocalPort(measured.engine, overrides=tmp_path / "o.toml")
        for _ in range(10):
            for _ in range(2):
                measured.run("app.rest", seconds=0)
            measured.passes(1)
        shot = port.snapshot(ALL)

    assert 2.0 == pytest.approx(shot.rate, abs=0.01)
    assert [2.0] * 10 == list(present(shot.metrics).finished_per_second)[-10:]


def test_a_worker_says_since_when_it_does_what_it_does(engine, clock):
    port = LocalPort(engine)
    clock.advance(5)
    engine.submit("app.rest", {"seconds": 60})
    clock.await_sleepers(1)
    began = clock.time()
    clock.advance(7)
    (row,) = present(port.snapshot(ALL).worker_page).rows

    assert ("running", began) == (row.state, row.since)
    assert port.snapshot(ALL).worker_page is port.snapshot(ALL).worker_page


def test_a_task_that_is_put_off_is_listed_after_those_that_wait_with_its_time(engine, clock):
    engine.pause()
    port = LocalPort(engine)
    later = engine.submit("app.rest", {"seconds": 1}, delay=60)
    waiting = engine.submit("app.rest", {"seconds": 1})
    page = present(port.snapshot(ALL).backlog_page)

    assert 2 == page.total
    assert [(waiting.number, "queued", None), (later.number, "scheduled", 60)] == [
        (row.number, row.state, row.due and round(row.due - clock.time())) for row in page.rows
    ]
    rest = present(port.snapshot(ViewQuery(backlog=Window(offset=1, limit=5))).backlog_page)
    assert [later.number] == [row.number for row in rest.rows]
    detail = present(port.detail(later.number))
    assert ("scheduled", 60) == (detail.state, round(present(detail.due) - clock.time()))
    assert port.apply(Cancel(numbers=(later.number, waiting.number))).ok


def test_an_abandoned_worker_is_on_screen_and_the_pool_keeps_its_capacity(engine, clock):
    entered, release = threading.Event(), threading.Event()

    @task(time_limit=5)
    def hang() -> None:
        entered.set()
        assert release.wait(WAIT)

    engine.register(hang)
    port = LocalPort(engine)
    stuck = engine.submit("app.hang")
    assert entered.wait(WAIT)
    clock.advance(6.5)
    assert stuck.wait(WAIT)
    assert engine.submit("app.explode", {"message": "next"}).wait(WAIT)
    shot = port.snapshot(ALL)

    assert ("running", 1, 1) == (shot.state, shot.workers, shot.counts.failed - 1)
    assert [("w02", "idle"), ("w01", "abandoned")] == [
        (row.name, row.state) for row in present(shot.worker_page).rows
    ]
    assert ("worker w01 is abandoned: app.hang ignores its time limit",) == shot.problems
    release.set()


def test_failures_that_the_journal_keeps_are_counted_in_the_next_life(tmp_path):
    for life in (1, 2):
        with BaseEngine(1, journal=tmp_path / "jobs.db") as engine:
            engine.register(explode)
            assert engine.submit("app.explode", {"message": f"life {life}"}).wait(WAIT)
            shot = LocalPort(engine).snapshot(ViewQuery())

            assert (1, life) == (shot.counts.failed, shot.ever_failed)
