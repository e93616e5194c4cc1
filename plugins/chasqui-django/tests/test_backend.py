"""Tasks of django.tasks, and of its package for earlier Djangos, on an engine."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from chasqui import BacklogFull
from chasqui_django import runners, shutdown

GATE = threading.Event()
BEGAN = threading.Semaphore(0)


def add(a, b=1):
    """Add two numbers."""
    return a + b


def fail(word):
    raise LookupError(word)


async def double(number):
    await asyncio.sleep(0)
    return number * 2


def where():
    return threading.current_thread().name


def attempt(context, word):
    return [context.attempt, context.task_result.status, context.task_result.id, word]


def hold(word=""):
    BEGAN.release()
    GATE.wait(10)
    return word


def strange():
    return object()


def query():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 41 + 1")
        CONNECTIONS.append(connection.connection)
        return cursor.fetchone()[0]


CONNECTIONS: list[object] = []


@pytest.fixture(autouse=True)
def _open_gate():
    GATE.clear()
    while BEGAN.acquire(blocking=False):
        pass  # of tasks that an earlier test held and did not count
    yield
    GATE.set()


def test_an_enqueued_task_runs_on_a_worker_and_its_result_is_kept(tasks_of):
    result = tasks_of.task(add).enqueue(2, b=3)

    assert ("READY", tasks_of.alias, [2], {"b": 3}) == (
        result.status,
        result.backend,
        result.args,
        result.kwargs,
    )
    tasks_of.ended(result)
    assert ("SUCCESSFUL", 5, 1) == (result.status, result.return_value, result.attempts)
    assert result.enqueued_at <= result.started_at <= result.finished_at
    assert result.last_attempted_at == result.started_at
    assert result.worker_ids[0].startswith("default/w")


def test_a_result_is_found_by_its_id_and_an_unknown_id_is_refused(tasks_of):
    task = tasks_of.task(add)
    result = tasks_of.ended(task.enqueue(1))

    assert 2 == task.get_result(result.id).return_value
    assert 2 == asyncio.run(task.aget_result(result.id)).return_value
    with pytest.raises(tasks_of.errors.TaskResultDoesNotExist):
        task.get_result("unknown")
    with pytest.raises(tasks_of.errors.TaskResultMismatch):
        tasks_of.task(fail).get_result(result.id)


def test_a_copy_that_was_handed_out_stays_as_it_was_until_it_is_refreshed(tasks_of):
    result = tasks_of.task(hold).enqueue("held")
    assert BEGAN.acquire(timeout=10)

    assert "READY" == result.status
    result.refresh()
    assert "RUNNING" == result.status
    result.errors.append("of its holder")
    result.worker_ids.append("of its holder")
    GATE.set()
    tasks_of.ended(result)
    assert ([], 1) == (result.errors, result.attempts)


def test_a_task_that_raises_has_failed_with_its_error_and_traceback(tasks_of):
    result = tasks_of.ended(tasks_of.task(fail).enqueue("missing"))

    assert "FAILED" == result.status
    (error,) = result.errors
    assert error.exception_class is LookupError
    assert "in fail" in error.traceback
    assert "missing" in error.traceback
    with pytest.raises(ValueError, match="failed"):
        _ = result.return_value
    tasks_of.engine.shutdown(10)
    (kept,) = tasks_of.engine.failures
    assert kept.type.startswith("app.")
    assert kept.type.endswith("test_backend_fail")
    assert "missing" in str(kept.params)


def test_a_coroutine_and_a_context_are_as_in_django(tasks_of):
    assert 42 == tasks_of.ended(tasks_of.task(double).enqueue(21)).return_value

    result = tasks_of.ended(tasks_of.task(attempt, takes_context=True).enqueue("word"))
    assert [1, "RUNNING", result.id, "word"] == result.return_value


def test_a_view_that_is_a_coroutine_enqueues_as_well(tasks_of):
    result = asyncio.run(tasks_of.task(add).aenqueue(1))

    assert 2 == tasks_of.ended(result).return_value


def test_a_task_waits_for_its_time(tasks_of):
    now = timezone.now()
    later = tasks_of.task(add).using(run_after=now + timedelta(hours=1)).enqueue(1)
    past = tasks_of.task(add).using(run_after=now - timedelta(hours=1)).enqueue(1)

    tasks_of.ended(past)
    later.refresh()
    assert "READY" == later.status
    (scheduled,) = tasks_of.engine.pool.scheduled()
    assert scheduled.cancel()
    tasks_of.ended(later)
    assert ("FAILED", "Cancelled") == (
        later.status,
        later.errors[0].exception_class_path.rpartition(".")[2],
    )


def test_a_higher_priority_starts_first(tasks_of):
    order = []
    tasks_of.signals.task_started.connect(
        receiver := lambda task_result, **_: order.append(task_result.args)
    )
    task = tasks_of.task(add, queue_name="mail")
    tasks_of.task(hold, queue_name="mail").enqueue()
    assert BEGAN.acquire(timeout=10)
    results = [task.using(priority=level).enqueue(level) for level in (-100, 0, 100)]
    GATE.set()

    for result in results:
        tasks_of.ended(result)
    tasks_of.signals.task_started.disconnect(receiver)
    assert [[100], [0], [-100]] == order[1:]


def test_a_queue_with_workers_of_its_own_is_a_pool(tasks_of):
    result = tasks_of.ended(tasks_of.task(where, queue_name="mail").enqueue())

    assert result.worker_ids[0].startswith("mail/")
    with pytest.raises(Exception, match="Queue 'nowhere' is not valid for backend"):
        tasks_of.task(add, queue_name="nowhere")


def test_a_full_backlog_refuses_and_nothing_is_enqueued(tasks_of):
    task, kept = tasks_of.task(hold), []
    with pytest.raises(BacklogFull, match="task queue is full: pool default"):
        while True:
            kept.append(task.enqueue())

    assert 10 <= len(kept) <= 12
    assert len(kept) == tasks_of.engine.metrics().accepted
    GATE.set()
    assert {"SUCCESSFUL"} == {tasks_of.ended(result).status for result in kept}


def test_the_signals_come_in_their_order(tasks_of):
    seen: list[tuple[str, str]] = []
    begun = threading.Event()

    def heard(signal, task_result, **_):
        name = next(n for n in ("enqueued", "started", "finished") if of[n] is signal)
        if name == "enqueued":
            begun.wait(0.05)  # which gives a start that does not wait the time to come first
        else:
            begun.set()
        seen.append((name, str(task_result.status)))

    of = {n: getattr(tasks_of.signals, f"task_{n}") for n in ("enqueued", "started", "finished")}
    for signal in of.values():
        signal.connect(heard)
    tasks_of.ended(tasks_of.task(add).enqueue(1))
    shutdown()
    for signal in of.values():
        signal.disconnect(heard)
    assert [("enqueued", "READY"), ("started", "RUNNING"), ("finished", "SUCCESSFUL")] == seen


def test_a_result_that_json_cannot_hold_is_a_failure(tasks_of):
    result = tasks_of.ended(tasks_of.task(strange).enqueue())

    assert ("FAILED", "TypeError") == (result.status, result.errors[0].exception_class.__name__)


def test_connections_to_the_database_are_closed_after_each_task(tasks_of):
    CONNECTIONS.clear()
    assert 42 == tasks_of.ended(tasks_of.task(query).enqueue()).return_value

    tasks_of.engine.shutdown(10)
    (used,) = CONNECTIONS
    with pytest.raises(Exception, match="closed"):
        used.cursor()  # type: ignore[attr-defined]


def test_a_failed_task_that_is_retried_from_a_console_has_its_result_renewed(tasks_of, until):
    result = tasks_of.ended(tasks_of.task(fail).enqueue("first"))
    engine = tasks_of.engine
    until(lambda: len(engine.failures))
    engine.retry(engine.failures.where())

    until(lambda: result.refresh() or (result.attempts == 2 and result.is_finished))
    assert ("FAILED", 2, 2) == (result.status, result.attempts, len(result.errors))


def test_a_refused_task_leaves_nothing_behind(tasks_of):
    task = tasks_of.task(add)
    tasks_of.ended(task.enqueue(1))
    tasks_of.engine.shutdown(10)

    kept = runners._runners[tasks_of.alias]
    before = len(kept.store._open), len(kept.bodies.announced)
    with pytest.raises(RuntimeError, match="accepts no more work"):
        task.enqueue(1)
    assert (0, 0) == before == (len(kept.store._open), len(kept.bodies.announced))
