"""The log book: a line for each step of a task, as far as somebody wants to read it."""

from __future__ import annotations

import logging
import threading

import pytest

from chasqui import BacklogFull, Context, Engine, Retry, Secret, task
from chasqui.engine.events.records import TaskFailed
from chasqui.engine.logs import logbook
from chasqui.testing import FakeClock

WAIT = 10.0
STARTED = "engine started with 1 worker"


@task
def fine(x: int = 0) -> int:
    return x


@task
def bad() -> None:
    raise OSError("disk\nfull")


class Plain:
    id, name = "7", "plain"

    def execute(self, ctx: Context) -> str:
        return "done"


@pytest.fixture
def lines(caplog):
    """Return what the log book has written for an engine's tasks."""

    def lines(engine):
        assert engine.bus.flush(WAIT)
        return [
            (one.levelname, one.message)
            for one in caplog.records
            if one.name == logbook.log.name and "engine" not in one.message
        ]

    return lines


def test_each_step_of_a_task_is_one_line_with_the_number_first(caplog, lines):
    with caplog.at_level(logging.DEBUG), Engine(1, clock=FakeClock()) as engine:
        engine.register(fine)
        assert 3 == engine.submit("app.fine", {"x": 3}).result(WAIT)
        written = lines(engine)

    worker = "default-1"
    assert [
        ("DEBUG", "task 1 app.fine: accepted"),
        ("DEBUG", f"task 1 app.fine: attempt 1 started on {worker}"),
        ("DEBUG", "task 1 app.fine: completed in 0s"),
    ] == [
        (level, text.replace(text.rpartition(" on ")[2], worker))
        if " on " in text
        else (level, text)
        for level, text in written
    ]


def test_by_default_only_what_went_wrong_is_written(caplog, lines):
    with Engine(1) as engine:
        engine.register(fine)
        engine.register(bad)
        engine.submit("app.fine").wait(WAIT)
        engine.submit("app.bad", retry=Retry(attempts=2, base=0)).wait(WAIT)
        engine.submit("app.bad", retry=Retry(attempts=1)).wait(WAIT)
        written = lines(engine)

    assert [
        ("WARNING", "task 2 app.bad: attempt 1 failed, next in 0s: OSError: disk"),
        ("ERROR", "task 2 app.bad: failed after 2 attempts: OSError: disk"),
        ("ERROR", "task 3 app.bad: failed: OSError: disk"),
    ] == written


@pytest.mark.parametrize("running", [True, False])
def test_a_cancelled_task_is_a_line_at_the_level_info(caplog, lines, running):
    entered = threading.Event()

    @task
    def waits(ctx: Context) -> None:
        entered.set()
        ctx.sleep(3600)
        ctx.raise_if_cancelled()

    with caplog.at_level(logging.INFO), Engine(1) as engine:
        engine.register(waits)
        first = engine.submit("app.waits")
        assert entered.wait(WAIT)
        one = first if running else engine.submit("app.waits")
        assert one.cancel()
        assert one.wait(WAIT)
        until = lines(engine)
        first.cancel()

    assert [("INFO", f"task {one.number} app.waits: cancelled")] == until


def test_what_a_shutdown_cancels_is_written_too(caplog):
    engine = Engine(1)
    engine.register(fine)
    with caplog.at_level(logging.INFO):
        engine.start()
        engine.pause()
        engine.submit_batch("app.fine", [{}, {}])
        engine.shutdown(WAIT, drain=False)
        assert engine.bus.flush(WAIT)

    assert ["task 1 app.fine: cancelled", "task 2 app.fine: cancelled"] == [
        text for text in caplog.messages if text.startswith("task")
    ]


def test_what_the_operator_does_is_written(caplog):
    with caplog.at_level(logging.INFO):
        with Engine(1) as engine:
            engine.pause()
            engine.resume()
            engine.resize(2)
        assert engine.bus.flush(WAIT)

    begins = [text.split(":")[0] for text in caplog.messages]
    assert [
        STARTED,
        "engine paused",
        "engine resumed",
        "engine resized to 2 workers",
        "engine stopping",
        "engine stopped",
    ] == begins


def test_a_batch_and_works_of_any_kind_are_followed(caplog, lines):
    with caplog.at_level(logging.DEBUG), Engine(1) as engine:
        engine.register(fine)
        tasks = engine.submit_batch("app.fine", [{"x": 1}, {"x": 2}], priority=3)
        plain = engine.submit(Plain())
        assert [1, 2, "done"] == [one.result(WAIT) for one in [*tasks, plain]]
        written = [text for _, text in lines(engine)]

    for number, name in ((1, "app.fine"), (2, "app.fine"), (3, "plain")):
        own = [text.split(": ")[1] for text in written if text.startswith(f"task {number} {name}")]
        steps = ["accepted", "attempt 1 started", "completed"]
        assert steps == [step for one in own for step in steps if one.startswith(step)]


def test_what_a_full_backlog_had_taken_of_a_batch_is_followed(caplog, lines):
    engine = Engine(1, 2)
    engine.register(fine)
    with caplog.at_level(logging.DEBUG):
        with pytest.raises(BacklogFull):
            engine.submit_batch("app.fine", [{}, {}, {}], timeout=0)
        engine.start()
        assert engine.shutdown(WAIT).clean
        assert engine.bus.flush(WAIT)

    ends = [text for text in caplog.messages if "completed in" in text and text.startswith("task")]
    assert ["task 1", "task 2"] == [text[:6] for text in ends]


def test_of_a_key_that_is_held_already_nothing_is_accepted_again(caplog, lines):
    with caplog.at_level(logging.DEBUG), Engine(1, clock=FakeClock()) as engine:
        engine.register(fine)
        first = engine.submit("app.fine", key="k", delay=3600)
        assert first is engine.submit("app.fine", key="k")
        written = lines(engine)
        first.cancel()

    assert [("DEBUG", "task 1 app.fine: accepted, due in 1h00m")] == written


def test_where_nobody_reads_the_steps_a_task_has_nothing_that_tells_of_them():
    with Engine(1) as engine:
        engine.register(fine)
        done = engine.submit("app.fine")
        assert done.wait(WAIT)

    assert type(engine.type("app.fine").work()) is type(done.work)


def test_a_line_has_the_time_of_its_event_and_says_which_task(caplog):
    with caplog.at_level(logging.DEBUG):
        logbook.write(TaskFailed(1234567.875, 5, "app.bad", 1, "OSError: no"))

    (record,) = caplog.records
    assert (1234567.875, 875, 5, "app.bad") == (
        *(record.created, record.msecs),
        *(record.task, record.type),
    )


def test_a_secret_that_was_revealed_is_masked(caplog, monkeypatch):
    monkeypatch.setenv("LOGBOOK_PIN", "geheim-4711")
    assert "geheim-4711" == Secret("env:LOGBOOK_PIN").reveal()
    with caplog.at_level(logging.DEBUG):
        logbook.write(TaskFailed(0.0, 5, "app.bad", 1, "no door for geheim-4711"))

    assert ["task 5 app.bad: failed: no door for ••••"] == caplog.messages


def test_a_log_that_hangs_costs_lines_and_no_worker_and_says_how_many(caplog, monkeypatch):
    entered, release = threading.Event(), threading.Event()

    class Hanging(logging.Handler):
        def emit(self, record):
            entered.set()
            assert release.wait(WAIT)

    handler = Hanging()
    engine = Engine(1)
    engine.register(bad)
    logbook.log.addHandler(handler)
    try:
        with engine:
            engine.bus._capacity = 3
            tasks = [engine.submit("app.bad")]
            assert entered.wait(WAIT)
            tasks += [engine.submit("app.bad") for _ in range(9)]
            assert all(one.wait(WAIT) for one in tasks)
            assert 6 == engine.bus.dropped
            release.set()
            assert engine.bus.flush(WAIT)
    finally:
        logbook.log.removeHandler(handler)
        release.set()

    assert "6 lines are missing here: more happened than could be written down" in caplog.messages
