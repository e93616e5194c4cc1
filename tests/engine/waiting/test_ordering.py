"""The order in which waiting tasks of an engine start, changed by hand."""

from __future__ import annotations

import pytest

from chasqui import Context, Engine, PoolConfig, task
from tests.waiting import WAIT, until


@task
def note(ctx: Context) -> int:
    """Return the number of the task."""
    return ctx.task.number


@pytest.fixture
def engine():
    """Give an engine whose tasks wait, since it was not started."""
    engine = Engine(1, pools={"side": PoolConfig(workers=1)}, plugins=False)
    engine.register(note)
    yield engine
    engine.shutdown(0, drain=False)


def waiting(engine, pool="default"):
    return [task.number for task in engine.pools[pool].waiting()]


def test_tasks_of_several_pools_run_next_in_their_own_and_are_named_in_the_order_given(engine):
    for pool in ("default", "side", "default", "side"):
        engine.submit("app.note", pool=pool)

    assert (4, 3) == engine.run_next(4, 9, 3, 4)
    assert ([3, 1], [4, 2]) == (waiting(engine), waiting(engine, "side"))


def test_a_task_of_any_pool_gets_another_priority(engine):
    first, second = [engine.submit("app.note", pool="side") for _ in range(2)]

    assert engine.reprioritize(second.number, 3)
    assert (0, 3) == (first.priority, second.priority)
    assert [2, 1] == waiting(engine, "side")
    assert not engine.reprioritize(9, 3)


def test_a_paused_type_holds_a_task_that_runs_next(engine):
    engine.pause("app.note")
    tasks = [engine.submit("app.note") for _ in range(3)]
    engine.start()
    assert (3,) == engine.run_next(3)
    assert "queued" == tasks[2].state

    engine.resume("app.note")
    until(lambda: all(task.done for task in tasks))
    assert [3, 1, 2] == [task.number for task in sorted(tasks, key=lambda one: one.started or 0)]


def test_a_task_that_is_to_run_under_a_key_is_still_the_one_of_its_key(engine):
    later = engine.submit("app.note", key="k", delay=3600)
    engine.run_next(later.number)

    assert later is engine.submit("app.note", key="k")
    engine.start()
    assert 1 == later.result(WAIT)
