"""Cancelling waiting tasks by hand, and putting them back."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest

from chasqui import Context, Engine, Retry, task
from chasqui.engine.waiting import withdrawals
from chasqui.engine.waiting.served import withdrawals_of
from chasqui.testing import FakeClock
from tests.present import present
from tests.waiting import until

WAIT = 10.0


@task
def note(text: str = "") -> str:
    """Return the text."""
    return text


@task
def stay(ctx: Context) -> None:
    """Stay until it is asked to stop."""
    ctx.sleep(3600)


class Plain:
    """A work of no type."""

    id, name = "7", "plain"

    def execute(self, ctx: Context) -> int:
        return 7


@pytest.fixture
def clock():
    """Return a clock that stands still until it is told."""
    return FakeClock()


@pytest.fixture
def engine(clock):
    """Give an engine whose tasks wait, since it was not started."""
    engine = Engine(1, clock=clock)
    engine.register(note)
    engine.register(stay)
    yield engine
    engine.shutdown(0, drain=False)


def cancel(engine, *numbers, waiting_only=False):
    return withdrawals_of(engine).cancel(numbers, waiting_only=waiting_only)


def test_a_cancel_is_undone_by_new_tasks_with_the_same_work_in_the_order_of_the_old(engine):
    one = engine.submit("app.note", {"text": "one"})
    plain = engine.submit(Plain())
    assert ([1, 2], [], [9]) == cancel(engine, 1, 2, 9)
    assert ("cancelled", "cancelled") == (one.state, plain.state)
    assert ("cancel", 2) == (present(engine.undoable).verb, present(engine.undoable).count)
    assert present(engine.undoable).number is None
    outcome = engine.undo()

    assert ((1, 2), (3, 4), ()) == (outcome.numbers, outcome.tasks, outcome.skipped)
    again = [present(engine.pools.find(number)) for number in outcome.tasks]
    engine.start()
    assert ["one", 7] == [task.result(WAIT) for task in again]
    assert "cancelled" == one.state  # which is final


def test_an_event_says_how_many_tasks_an_undo_has_put_back(engine):
    told: list[str] = []
    engine.bus.subscribe(lambda event: told.append(str(event)))
    for _ in range(2):
        engine.submit("app.note", {"text": "one"})
    cancel(engine, 1, 2)
    engine.undo()
    cancel(engine, 3)
    engine.undo()

    assert engine.bus.flush(WAIT)
    said = [one for one in told if "put back" in one]
    assert ["engine put back 2 cancelled tasks", "engine put back 1 cancelled task"] == said


def test_a_cancel_is_undone_once(engine):
    engine.submit("app.note")
    cancel(engine, 1)

    assert engine.undo().ok
    assert engine.undoable is None
    assert (("undo", "there is nothing to take back"),) == engine.undo().skipped


@pytest.mark.slow
def test_a_cancel_is_not_undone_after_half_a_minute_and_its_tasks_are_let_go(engine, clock):
    work = Plain()
    held = weakref.ref(work)
    engine.submit(work)
    del work
    cancel(engine, 1)
    clock.advance(31)

    assert engine.undoable is None
    gc.collect()
    assert held() is None
    assert not engine.undo().ok


def test_what_is_put_back_keeps_its_key_its_priority_its_limits_and_its_time(engine, clock):
    retry = Retry(attempts=7)
    options = {"priority": 4, "key": "k", "time_limit": 9.0, "expires": 100, "retry": retry}
    engine.submit("app.note", {"text": "x"}, delay=60, **options)
    clock.advance(20)
    cancel(engine, 1)
    clock.advance(10)
    assert (2,) == engine.undo().tasks

    again = engine.pools.find(2)
    more = again._more
    assert (4, "k", 9.0, "scheduled") == (again.priority, again.key, again.time_limit, again.state)
    assert 30 == more.due - clock.monotonic()
    assert 70 == more.expires - clock.monotonic()
    assert 7 == more.policy.retry.attempts


def test_what_is_put_back_keeps_a_priority_of_none_of_a_type_with_another(engine):
    @task(priority=3)
    def urgent() -> None: ...

    engine.register(urgent)
    number = engine.submit("app.urgent", priority=0).number
    cancel(engine, number)
    (again,) = engine.undo().tasks

    assert 0 == engine.pools.find(again).priority


def test_a_task_that_has_expired_meanwhile_or_whose_key_is_taken_is_not_put_back(engine, clock):
    engine.submit("app.note", expires=5)
    engine.submit("app.note", key="k")
    cancel(engine, 1, 2)
    other = engine.submit("app.note", {"text": "other"}, key="k")
    clock.advance(6)

    assert (
        (1, "has expired meanwhile"),
        (2, f"its key 'k' is held by task {other.number}, which is not done yet"),
    ) == engine.undo().skipped


def test_running_tasks_are_asked_to_stop_or_left_alone_where_only_waiting_ones_are_meant():
    with Engine(1) as engine:
        engine.register(stay)
        running, waiting = engine.submit("app.stay"), engine.submit("app.stay")
        until(lambda: running.state == "running")

        assert ([2], [1], []) == cancel(engine, 1, 2, waiting_only=True)
        assert (False, "cancelled") == (running.stop_asked, waiting.state)
        assert ([1], [], [2]) == cancel(engine, 1, 2)
        assert running.wait(WAIT)
        assert 1 == present(engine.undoable).count  # of what waited; a stop cannot be undone
        assert waiting.number == present(engine.undoable).number


def test_too_many_cancelled_tasks_are_not_held_to_be_put_back(engine, monkeypatch):
    monkeypatch.setattr(withdrawals, "MOST", 2)
    for _ in range(3):
        engine.submit("app.note")
    cancel(engine, 1, 2, 3)

    assert engine.undoable is None


def test_each_task_is_put_back_by_one_of_several_undos_at_once(engine):
    for _ in range(20):
        engine.submit("app.note")
    cancel(engine, *range(1, 21))
    outcomes = []
    threads = [threading.Thread(target=lambda: outcomes.append(engine.undo())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)

    now = engine.metrics()
    assert 20 == sum(len(outcome.tasks) for outcome in outcomes) == now.queued + now.scheduled
