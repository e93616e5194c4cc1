"""The table of states, held against what a pool stores."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from chasqui import Pool
from chasqui.errors import Cancelled
from chasqui.pool.metrics import Metrics
from chasqui.pool.states import ENDED, FINAL, FIRST, OPEN, STATES, WAITING, TaskState
from chasqui.pool.task import Task
from chasqui.testing import FakeClock
from tests.pool.conftest import WAIT, Call, Gate
from tests.waiting import until


def test_the_table_has_each_state_once_and_leads_from_each_to_others_of_it():
    assert get_args(TaskState) == tuple(STATES) == OPEN + ENDED
    assert all(word == state.word for word, state in STATES.items())
    assert {word for state in STATES.values() for word in state.next} == set(STATES)
    assert FINAL == {word for word, state in STATES.items() if not state.next}
    assert FIRST == WAITING < set(OPEN)


def test_each_state_has_a_counter_of_its_own_and_readings_add_them_up():
    for state in STATES:
        counts: dict[str, Any] = {state: 1}
        assert Metrics(accepted=1, **counts).balanced
        assert not Metrics(**counts).balanced


@pytest.fixture
def stored(monkeypatch):
    """Return what is stored as a task's state, each with the one before; None: there was none."""
    slot, seen = vars(Task)["state"], set()

    # A task is made before it is accepted: what is stored until then is no step of its life.
    def before(task):
        return slot.__get__(task) if hasattr(task, "number") else None

    def watched(task, state):
        seen.add((before(task), state))
        slot.__set__(task, state)

    monkeypatch.setattr(Task, "state", property(slot.__get__, watched))
    return seen


def run_them_all(clock):
    """Take tasks through every transition of the table."""
    gate = Gate()
    pool = Pool(2, 100, clock=clock, retry=lambda task: 5.0 if task.attempts < 2 else None)
    pool.start()
    wrong = pool.submit(Call(lambda ctx: 1 / 0))
    clock.await_sleepers(1)
    clock.advance(5)
    assert wrong.wait(WAIT)
    assert pool.submit(Call()).wait(WAIT)
    pool.submit_batch([Call(), Call()])[1].wait(WAIT)
    assert pool.submit_later(Call(), 60).cancel()
    later = pool.submit_later(Call(), 60)
    clock.advance(60)
    assert later.wait(WAIT)

    def stop(ctx):
        gate(ctx)
        raise Cancelled("stopped")

    asked = pool.submit(Call(stop))
    gate.await_entered()
    asked.cancel()
    gate.release.set()
    assert asked.wait(WAIT)
    pool.pause()
    assert pool.submit(Call()).cancel()
    hung = Gate()
    pool.resume()
    limited = pool.submit(Call(hung), time_limit=5)
    hung.await_entered()
    until(lambda: clock.advance(1) or limited.done)  # past its limit, then past the grace
    hung.release.set()
    pool.pause()
    pool.submit(Call())
    pool.submit_later(Call(), 60)
    pool.shutdown(WAIT, drain=False)


def test_a_pool_stores_what_the_table_allows_and_the_table_allows_what_a_pool_stores(stored):
    run_them_all(FakeClock())

    allowed = {(word, after) for word, state in STATES.items() for after in state.next}
    steps = {(was, now) for was, now in stored if was is not None and was != now}
    assert allowed == steps
    # Some are started on their way in, by a worker that is free.
    assert FIRST <= {now for was, now in stored if was is None}
