"""Where a body is in its process: asked of it seldom, since each look interrupts it."""

from __future__ import annotations

import pytest

from chasqui.processes.launcher import LAUNCHER
from chasqui.processes.serving import DUMP
from chasqui.testing import FakeClock
from tests.processes import bodies
from tests.waiting import until


@pytest.fixture
def looks(monkeypatch):
    """Note each time that a process is asked where it is."""
    noted, nudge = [], LAUNCHER.nudge

    def noting(child, signal):
        if signal == DUMP:
            noted.append(child.pid)
        nudge(child, signal)

    monkeypatch.setattr(LAUNCHER, "nudge", noting)
    return noted


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def engine(clock, make_engine):
    """Return an engine with a single child, of which no body runs at the end."""
    engine = make_engine(clock=clock)
    yield engine
    for worker in engine.pool.workers():
        if worker.task is not None:
            worker.task.cancel()


def look(engine):
    (worker,) = engine.pool.workers()
    return engine.stacks.look(engine.pool, worker).stack.positions


@pytest.mark.slow
def test_a_process_is_asked_where_it_is_once_a_second_and_not_in_the_first(engine, clock, looks):
    running = engine.call(bodies.burns)
    until(lambda: running.progress is not None)

    assert ((), []) == (look(engine), looks)
    clock.advance(1.0)
    until(lambda: look(engine) or clock.advance(1.0))  # a slow machine may not answer in time
    before = len(looks)
    (place,) = {look(engine)[-1] for _ in range(5)}
    assert ("burns", "tests.processes.bodies") == (place.function, place.module)
    assert before == len(looks)
    clock.advance(1.0)
    look(engine)
    assert before + 1 == len(looks)


@pytest.mark.slow  # two seconds
def test_the_next_task_of_a_worker_is_not_said_to_be_where_the_last_one_was(engine, clock):
    first = engine.call(bodies.sleeps)
    until(lambda: clock.advance(0.7) or "sleeps" in functions(engine))
    first.cancel()
    until(lambda: first.done)
    second = engine.call(bodies.burns)
    until(lambda: second.progress is not None)
    seen = []
    until(lambda: clock.advance(0.7) or seen.append(functions(engine)) or seen[-1])

    assert "burns" in seen[-1]


def functions(engine):
    return {place.function for place in look(engine)}
