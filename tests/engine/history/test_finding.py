"""What an engine says of a task by its number: while it waits, while it runs, once it has ended."""

from __future__ import annotations

import json
import threading

import pytest

from chasqui import Context, Engine, Retry, Task, task
from chasqui.testing import FakeClock
from tests.present import present
from tests.waiting import until

WAIT = 10.0


@task(keep="result")
def add(a: int, b: int = 2) -> int:
    return a + b


@task(retry=Retry(attempts=2, base=0))
def fail(number: int) -> None:
    raise ValueError(f"no {number}")


@pytest.fixture
def engine():
    with Engine(2, 100) as engine:
        engine.register(add)
        engine.register(fail)
        yield engine


def ended(engine, *args, **options):
    task = engine.submit(*args, **options)
    until(lambda: task.done)  # without a waiter: most tasks have none, and end another way
    return engine.find(task.number), task


def test_a_completed_task_is_found_with_its_parameters_times_worker_and_result(engine):
    found, task = ended(engine, "app.add", {"a": 1})

    assert (task.number, "app.add", "completed", {"a": 1}, 3, None) == (
        found.number,
        found.type,
        found.state,
        found.params,
        found.result,
        found.error,
    )
    assert (task.worker, 1, "default", None, "") == (
        found.worker,
        found.attempts,
        found.pool,
        found.key,
        found.note,
    )
    assert (task.created, task.started, task.finished) == pytest.approx(
        (found.created, found.started, found.finished), abs=1e-6
    )
    assert (task.waited, task.ran) == (found.waited, found.ran)


def test_a_failed_task_is_found_with_its_error_and_all_its_attempts(engine):
    found, _ = ended(engine, "app.fail", {"number": 4})

    assert ("failed", "ValueError", "no 4", "ValueError: no 4", 2, {"number": 4}) == (
        found.state,
        found.exception,
        found.message,
        found.error,
        found.attempts,
        found.params,
    )


def test_a_task_that_was_cancelled_before_it_started_has_no_worker_and_no_times_of_one(engine):
    waiting = engine.submit("app.add", {"a": 1}, delay=60, key="once")
    waiting.cancel()
    found = engine.find(waiting.number)

    assert ("cancelled", None, None, None, None, 0, "once") == (
        found.state,
        found.worker,
        found.started,
        found.waited,
        found.ran,
        found.attempts,
        found.key,
    )


def test_an_expired_task_is_found_as_failed_and_expired():
    clock = FakeClock()
    with Engine(1, 10, clock=clock) as engine:
        engine.register(add)
        engine.pause()
        late = engine.submit("app.add", {"a": 1}, expires=1)
        clock.advance(2)
        engine.resume()
        assert late.wait(WAIT)
        found = present(engine.history.find(late.number))

    assert ("failed", True, "Expired") == (found.state, found.expired, found.exception)


def test_a_task_is_found_itself_while_it_waits_or_runs_and_as_a_record_after(engine):
    begun, go_on = threading.Event(), threading.Event()

    @task
    def hold() -> None:
        begun.set()
        go_on.wait(WAIT)

    engine.register(hold)
    running = engine.submit("app.hold")
    waiting = engine.submit("app.add", {"a": 1}, delay=60)
    begun.wait(WAIT)

    assert running is engine.find(running.number)
    assert waiting is engine.find(waiting.number)
    assert engine.history.find(running.number) is None
    go_on.set()
    assert running.wait(WAIT)
    assert not isinstance(engine.find(running.number), Task)
    assert present(engine.history.find(running.number)).done
    assert engine.find(999) is None


def test_a_row_has_the_same_keys_in_json_whether_the_task_waits_or_has_ended(engine):
    _, failed = ended(engine, "app.fail", {"number": 1})
    _, added = ended(engine, "app.add", {"a": 1})
    waiting = engine.submit("app.add", {"a": 5}, delay=60)
    rows = [engine.row(one.number) for one in (failed, added, waiting)]

    assert ["failed", "completed", "scheduled"] == [row["state"] for row in rows]
    assert [None, 3, None] == [row["result"] for row in rows]
    error = {"type": "ValueError", "message": "no 1"}
    assert [error, None, None] == [row["error"] for row in rows]
    assert {"a": 5} == rows[2]["params"]
    assert rows[0].keys() == rows[1].keys() == rows[2].keys()
    assert rows == json.loads(json.dumps(rows))
    assert engine.row(999) is None


def test_a_task_says_its_type_its_parameters_and_what_its_body_logged(engine):
    @task
    def talk(ctx: Context, word: str) -> None:
        ctx.log.info("said %s", word)

    engine.register(talk)
    talked = engine.submit("app.talk", {"word": "hello"})
    assert talked.wait(WAIT)

    assert ("app.talk", {"word": "hello"}) == (talked.type, dict(talked.params))
    assert ["said hello"] == [line.text for line in talked.log]
    with pytest.raises(TypeError):
        talked.params["word"] = "other"


def test_a_plain_work_is_remembered_by_its_name(engine):
    class Unit:
        id, name = "u1", "unit"

        def execute(self, ctx):
            return 5

    plain = engine.submit(Unit())
    assert plain.wait(WAIT)
    found = engine.find(plain.number)

    assert ("unit", {}, "completed", None) == (
        found.type,
        found.params,
        found.state,
        found.result,
    )
    assert ("unit", {}, ()) == (plain.type, plain.params, plain.log)


def test_the_past_of_the_metrics_is_still_had_by_calling_the_history(engine):
    assert 10 == engine.history(seconds=10, rows=5).seconds
