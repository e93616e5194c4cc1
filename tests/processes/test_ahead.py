"""Short tasks are sent to a child ahead of their turn; nothing of what a pool promises changes."""

from __future__ import annotations

import os
import signal
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from chasqui import Context, Engine, PoolConfig, ProcessDied, Task, task
from chasqui.processes.ahead import Ahead, SentTask
from chasqui.processes.messages import BodySkipped
from chasqui.processes.page import SharedPage
from tests.waiting import until

WAIT = 60
WARM = 40  # tasks until a type is known to be short


@task
def step(ctx: Context, folder: Path, n: int, then: str = "") -> int:
    """Note that it ran; then end its process, wait for a file, or whatever it is asked to do."""
    with (folder / "ran").open("a") as file:
        file.write(f"{n} {os.getpid()}\n")
    if then == "die":
        os._exit(3)
    if then == "die later":  # as it is about to begin the next
        SharedPage.begin = lambda *_: os._exit(3)  # type: ignore[method-assign]
    if then == "fail":
        raise ValueError(n)
    if then == "wait":
        until((folder / "go").exists)
    if then == "sleep":
        ctx.sleep(WAIT)
    if then == "chatter":
        until(lambda: print("on and on") or (folder / "go").exists())
    return n


@task
def twin(ctx: Context, folder: Path, n: int) -> int:
    """Do the same as another type."""
    return step(ctx, folder, n)


@task
def apart(ctx: Context, folder: Path, n: int) -> None:
    """Do the same; its tasks have a time limit, so that none is sent ahead."""
    step(ctx, folder, n)


@pytest.fixture
def engine_of(tmp_path):
    """Return a function that starts an engine whose children know the type to be short."""
    made = []

    def make(workers, queue_size=10_000, **settings):
        config = PoolConfig(
            backend="processes", workers=workers, queue_size=queue_size, settings=settings
        )
        engine = Engine(pools={"default": config})
        for type_ in (step, twin, apart):
            engine.register(type_)
        engine.start()
        made.append(engine)
        for type_ in (step, twin):
            for warm in [engine.call(type_, tmp_path, -1) for _ in range(WARM * workers)]:
                warm.result(WAIT)
        (tmp_path / "ran").unlink()
        return engine

    yield make
    (tmp_path / "go").touch()
    for engine in made:
        engine.shutdown(5)


def ran(folder):
    """Return how often each task ran, and in which process."""
    lines = [line.split() for line in (folder / "ran").read_text().splitlines()]
    return Counter(int(n) for n, _ in lines), Counter(pid for _, pid in lines)


def ahead(engine):
    return sum(len(worker.ahead) for worker in engine.pool.workers())


def held(engine, folder, *made):
    """Submit tasks to a paused engine and let them go; ``made`` is what each then does."""
    engine.pause()
    tasks = [engine.call(step, folder, n, then) for n, then in enumerate(made)]
    engine.resume()
    return tasks


@pytest.mark.slow
def test_each_runs_once_and_in_order_and_readings_add_up_meanwhile(engine_of, tmp_path):
    engine = engine_of(1, queue_size=300)
    tasks, seen = [], 0
    for n in range(2000):
        tasks.append(engine.call(step, tmp_path, n))
        if not n % 50:
            now = engine.metrics()
            ended = now.completed + now.failed + now.cancelled
            assert now.accepted == now.queued + now.scheduled + now.running + ended
            assert now.queued <= 300
            assert now.running <= 1
            assert now.queued == sum(lane.queued for lane in now.lanes)
            seen += ahead(engine)

    assert list(range(2000)) == [one.result(WAIT) for one in tasks]
    assert seen, "none was ever ahead"
    lines = (tmp_path / "ran").read_text().splitlines()
    assert [str(n) for n in range(2000)] == [line.split()[0] for line in lines]


@pytest.mark.slow
def test_types_take_turns_all_the_same(engine_of, tmp_path):
    engine = engine_of(1)
    engine.pause()
    others = [
        engine.submit(apart, {"folder": tmp_path, "n": n}, time_limit=WAIT)
        for n in range(10000, 10010)
    ]
    tasks = [engine.call(step, tmp_path, n) for n in range(1000)]
    twins = [engine.call(twin, tmp_path, n) for n in range(1000, 2000)]
    engine.resume()
    until(lambda: ahead(engine))

    assert list(range(2000)) == [one.result(WAIT) for one in (*tasks, *twins)]
    assert all(one.state == "completed" for one in others)
    order = [int(line.split()[0]) for line in (tmp_path / "ran").read_text().splitlines()]
    assert list(range(1000)) == [n for n in order if n < 1000]
    assert order.index(10009) < 60  # of the type that is never sent ahead, each third is one
    assert set(Counter(order).values()) == {1}


@pytest.mark.slow
@pytest.mark.parametrize("then", ["wait", "chatter"])
def test_what_waits_behind_a_long_one_goes_back_and_runs_elsewhere(engine_of, tmp_path, then):
    engine = engine_of(2)
    first, *others = held(engine, tmp_path, then, *[""] * 200)

    # The last first: a task that is waited for is not sent ahead.
    assert all(one.wait(WAIT) for one in reversed(others))
    assert "running" == first.state
    (tmp_path / "go").touch()
    assert 0 == first.result(WAIT)
    assert set(ran(tmp_path)[0].values()) == {1}


@pytest.mark.slow
def test_what_was_sent_to_the_only_worker_waits_in_the_backlog(engine_of, tmp_path):
    engine = engine_of(1)
    first, *others = held(engine, tmp_path, "wait", *[""] * 200)
    until(lambda: (tmp_path / "ran").exists() and not ahead(engine))

    assert {"queued"} == {one.state for one in others}
    assert [1, 2] == [one.number - first.number for one in engine.pool.waiting(0, 2)]
    assert others[0].cancel()
    assert "cancelled" == others[0].state
    (tmp_path / "go").touch()
    assert all(one.wait(WAIT) for one in others)
    counts, _ = ran(tmp_path)
    assert 1 not in counts
    assert 200 == sum(counts.values())


@pytest.mark.slow
def test_a_death_fails_the_task_that_ran_and_no_other(engine_of, tmp_path):
    engine = engine_of(2)
    tasks = held(engine, tmp_path, *["die" if n % 10 == 7 else "" for n in range(300)])

    assert all(one.wait(WAIT) for one in tasks)
    died = [n for n, one in enumerate(tasks) if isinstance(one.error, ProcessDied)]
    assert list(range(7, 300, 10)) == died
    assert {"completed": 270, "failed": 30} == Counter(one.state for one in tasks)
    assert set(ran(tmp_path)[0].values()) == {1}


@pytest.mark.slow
def test_what_a_child_has_not_begun_when_it_dies_is_run_by_the_next(engine_of, tmp_path):
    engine = engine_of(1)
    tasks = held(engine, tmp_path, *["die later" if n % 10 == 7 else "" for n in range(100)])

    assert list(range(100)) == [one.result(WAIT) for one in tasks]
    counts, processes = ran(tmp_path)
    assert set(counts.values()) == {1}
    assert 11 == len(processes)


def test_a_child_that_is_killed_while_it_has_no_task_costs_none(engine_of, tmp_path):
    engine = engine_of(1)
    (worker,) = engine.pool.workers()
    os.kill(worker.pid, signal.SIGKILL)

    assert [0, 1] == [engine.call(step, tmp_path, n).result(WAIT) for n in range(2)]


@pytest.mark.slow
def test_failures_are_those_of_their_tasks(engine_of, tmp_path):
    engine = engine_of(1)
    tasks = held(engine, tmp_path, *["fail" if n % 3 == 1 else "" for n in range(300)])

    assert all(one.wait(WAIT) for one in tasks)
    assert {n: f"{n}" for n in range(1, 300, 3)} == {
        n: str(one.error) for n, one in enumerate(tasks) if one.error is not None
    }


@pytest.mark.slow
def test_a_child_is_given_no_more_tasks_than_it_may_have(engine_of, tmp_path):
    engine = engine_of(1, recycle_after=25)
    tasks = held(engine, tmp_path, *[""] * 200)

    assert list(range(200)) == [one.result(WAIT) for one in tasks]
    counts, processes = ran(tmp_path)
    assert set(counts.values()) == {1}
    assert max(processes.values()) <= 25


@pytest.mark.slow
def test_a_pause_lets_nothing_of_the_backlog_begin(engine_of, tmp_path):
    engine = engine_of(2)
    tasks: list[Task[int]] = []
    for _ in range(5):
        tasks += [engine.call(step, tmp_path, len(tasks) + n) for n in range(1000)]
        engine.pause()
        until(lambda: not engine.metrics().running)
        queued = engine.metrics().queued

        assert 0 == ahead(engine)
        assert len(tasks) == queued + sum(one.state == "completed" for one in tasks)
        assert (tmp_path / "ran").read_text().count("\n") == len(tasks) - queued
        engine.resume()
    assert all(one.wait(WAIT) for one in tasks)
    assert set(ran(tmp_path)[0].values()) == {1}


@pytest.mark.slow
def test_a_task_that_is_killed_takes_none_with_it(engine_of, tmp_path):
    engine = engine_of(1, kill_after=0.05)
    first, *others = held(engine, tmp_path, "wait", *[""] * 50)
    until(lambda: (tmp_path / "ran").exists())
    assert first.cancel()

    assert first.wait(WAIT)
    assert "cancelled" == first.state
    assert list(range(1, 51)) == [one.result(WAIT) for one in others]
    assert set(ran(tmp_path)[0].values()) == {1}


@pytest.mark.slow
def test_a_task_that_stops_when_it_is_asked_to_leaves_those_after_it_alone(
    engine_of, tmp_path, monkeypatch
):
    monkeypatch.setattr("chasqui.processes.ahead.PATIENCE", WAIT)  # none goes back of itself
    engine = engine_of(1, kill_after=0.3)
    first, second, *others = held(engine, tmp_path, "sleep", "sleep", *[""] * 50)
    until(lambda: "running" == first.state and ahead(engine))
    assert first.cancel()
    assert first.wait(WAIT)
    until(lambda: "running" == second.state)

    assert not second.wait(0.6)  # the child of the first would have been killed by then
    assert second.cancel()
    assert second.wait(WAIT)
    assert ["completed", "completed"] == [first.state, second.state]
    assert all(one.wait(WAIT) and one.state == "completed" for one in others)
    assert set(ran(tmp_path)[0].values()) == {1}


@pytest.mark.slow
def test_a_shutdown_that_cancels_says_of_each_task_what_became_of_it(engine_of, tmp_path):
    engine = engine_of(2)
    tasks = [engine.call(step, tmp_path, n) for n in range(4000)]
    ledger = engine.shutdown(10, drain=False)

    states = Counter(one.state for one in tasks)
    assert {"completed", "cancelled"} == set(states)
    assert (states["completed"] + 4 * WARM, states["cancelled"]) == (
        ledger.completed,
        ledger.cancelled,
    )
    counts, _ = ran(tmp_path)
    assert set(counts.values()) == {1}
    assert states["completed"] == sum(counts.values())


@pytest.fixture
def page():
    made, descriptor = SharedPage.made()
    os.close(descriptor)
    yield made
    made.close()


def sent(page, *numbers):
    """Return what a child has been sent that shares a page, tasks 1 and so on."""
    asked: Any = Ahead(cast(Any, None), cast(Any, None), cast(Any, None))
    asked._child = SimpleNamespace(page=page)
    asked._sent += [SentTask(number, 0, 100) for number in numbers]
    return asked


def test_what_was_begun_stays_so_whatever_its_child_passes_over_since(page):
    asked = sent(page, 1, 2, 3)
    assert 0 == page.begin(1)

    assert 1 == asked.recall()
    for number in (2, 3):  # the child comes to them, and finds them taken back
        assert 1 == page.begin(number)
    assert 1 == asked.recall()


@pytest.mark.parametrize(("begun", "allowed"), [(6, False), (7, True), (8, False)])
def test_a_child_is_killed_for_the_task_that_it_runs_and_begins_none_after_it(page, begun, allowed):
    asked = sent(page, 8, 9)
    page.begin(begun)

    assert allowed == asked.allow_kill(7)
    assert 0 < page.begin(9)  # which was sent before, and is not begun any more
    assert int(begun == 8) == asked.recall()


def test_what_comes_after_a_task_that_was_passed_over_is_sent_again_as_well(page):
    asked = sent(page, 2, 3, 4)
    task: Any = SimpleNamespace(number=1)

    assert not asked.skipped(BodySkipped(3, 1), task, 0)  # of another generation
    assert not asked.skipped(BodySkipped(3, 0), task, 0)
    assert [2] == [one.number for one in asked._sent]
    assert asked.skipped(BodySkipped(1, 0), task, 0)
    assert not asked._sent


@pytest.mark.slow
def test_workers_that_are_retired_leave_their_tasks_to_others(engine_of, tmp_path):
    engine = engine_of(3)
    tasks = [engine.call(step, tmp_path, n) for n in range(3000)]
    engine.resize(1)

    assert all(one.wait(WAIT) for one in tasks)
    assert set(ran(tmp_path)[0].values()) == {1}
    until(lambda: len(engine.pool.workers()) == 1)
