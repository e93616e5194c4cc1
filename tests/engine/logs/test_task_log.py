"""The log of each task: its lines by attempt, kept within bounds, and read while it grows."""

from __future__ import annotations

import gc
import logging
import sys
import threading
import tracemalloc
import weakref
from typing import Any

import pytest

from chasqui import Engine, Retry, Secret
from chasqui.engine.logs.task_log import LogCapture, LogPage, TaskLogs
from chasqui.pool.log_sinks import LogSource
from chasqui.testing import FakeClock
from tests.engine.logs.saying import WAIT, Says, lib, log_of, texts
from tests.waiting import until


def test_a_line_whose_text_cannot_be_had_costs_the_body_nothing(engine):
    class Broken:
        def __str__(self):
            raise RuntimeError("no text")

    def body(ctx):
        lib.warning("%d", "wrong")
        lib.warning("%s", Broken())
        return "fine"

    logging.raiseExceptions, before = False, logging.raiseExceptions
    try:
        page = log_of(engine, body)
    finally:
        logging.raiseExceptions = before
    assert 2 == len(page.lines)
    format, broken = texts(page)
    assert "%d ('wrong',)" == format
    assert broken.startswith("%s (<") and broken.endswith("cannot be had: RuntimeError: no text)")


def test_a_revealed_secret_is_masked(printing, monkeypatch):
    monkeypatch.setenv("TASKLOG_PIN", "geheim-0815")

    def body(ctx):
        value: str = Secret("env:TASKLOG_PIN").reveal()
        ctx.log.info("mine %s", value)
        lib.warning("theirs %s", value)
        print("printed", value)
        sys.stdout.write(value[:5])
        sys.stdout.write(value[5:])

    page = log_of(printing, body)
    assert ["mine ••••", "theirs ••••", "printed ••••", "••••"] == texts(page)


def test_the_log_of_a_task_goes_on_in_its_next_attempt(engine):
    def body(ctx):
        lib.warning("try")
        ctx.log.info("mine")
        if ctx.task.attempts < 3:
            raise OSError

    page = log_of(engine, body, retry=Retry(attempts=3, base=0))
    assert [(1, "try"), (1, "mine"), (2, "try"), (2, "mine"), (3, "try"), (3, "mine")] == [
        (line.attempt, line.text) for line in page.lines
    ]


def test_a_body_that_was_given_up_speaks_for_its_own_attempt():
    release, entered = threading.Event(), threading.Event()
    clock = FakeClock()

    def body(ctx):
        if ctx.task.attempts == 1:
            lib.warning("first")
            entered.set()
            assert release.wait(WAIT)
            lib.warning("late")
            ctx.log.warning("late mine")
            later.set()
        else:
            lib.warning("second")

    later = threading.Event()
    with Engine(1, clock=clock, grace=1) as engine:
        given = engine.submit(
            Says(body), time_limit=1, retry=Retry(attempts=2, base=0, jitter=0, on=(Exception,))
        )
        assert entered.wait(WAIT)
        clock.await_sleepers(1)
        while not given.done:
            clock.advance(1)
            threading.Event().wait(0.002)
        release.set()
        assert later.wait(WAIT)
        lines = engine.task_log(given.number).lines

    assert [(1, "first"), (2, "second"), (1, "late"), (1, "late mine")] == [
        (line.attempt, line.text) for line in lines
    ]


# Bounds


def test_the_oldest_lines_of_a_task_are_dropped_and_counted():
    with Engine(1, capture=LogCapture(lines_per_task=3)) as engine:
        page = log_of(engine, lambda ctx: [ctx.log.info("%d", n) for n in range(10)])

    assert (["7", "8", "9"], 7, 10) == (texts(page), page.dropped, page.cursor)
    assert [8, 9, 10] == [line.number for line in page.lines]


def test_a_task_keeps_no_more_bytes_than_it_may_and_at_least_its_newest_line():
    with Engine(1, capture=LogCapture(bytes_per_task=10_000)) as engine:
        many = log_of(engine, lambda ctx: [ctx.log.info("%d" + "x" * 1000, n) for n in range(50)])
        huge = log_of(engine, lambda ctx: (ctx.log.info("small"), ctx.log.info("y" * 100_000)))

    assert (8, 42) == (len(many.lines), many.dropped)
    assert many.lines[-1].text.startswith("49x")
    assert (1, 1) == (len(huge.lines), huge.dropped)
    assert (16_384, "y [cut]") == (len(huge.lines[0].text), huge.lines[0].text[-7:])


@pytest.fixture
def store():
    return TaskLogs(LogCapture(bytes_in_all=40_000), FakeClock())


class Stands:
    """What a store looks at of a task."""

    def __init__(self, number, state="running"):
        self.number, self.state = number, state


def say(store, task, size=1000):
    store.write(LogSource(task, 1), logging.INFO, "x", "z" * size)


def kept(store, tasks):
    return [one.number for one in tasks if store.page(one.number).lines]


def test_logs_of_tasks_that_ended_well_go_first_the_least_recently_written_of_them(store):
    tasks = [Stands(n) for n in range(1, 21)]
    for one in tasks:
        say(store, one)
        if one.number % 3 == 0:
            store.fail(one.number)
    for one in tasks:
        one.state = "failed" if one.number % 3 == 0 else "completed"
    tasks[0].state = "running"
    say(store, tasks[1])
    more = Stands(99)
    for _ in range(3):
        say(store, more, 1500)

    assert [4, 5, 7, 8] == [n for n in range(1, 21) if n not in kept(store, tasks)]
    assert 40_000 >= store.bytes


def test_then_those_of_failed_tasks_and_at_last_the_lines_of_tasks_that_still_run(store):
    tasks = [Stands(n) for n in range(1, 11)]
    for one in tasks:
        say(store, one)
    store.fail(5)
    tasks[4].state = "failed"
    newest = Stands(99)
    for _ in range(20):
        say(store, newest)

    assert [4, 6, 7, 8, 9, 10] == kept(store, tasks)
    assert LogPage((), 1, 1) == store.page(1)
    assert LogPage((), 0, 0) == store.page(5)
    assert 20 == len(store.page(99).lines)
    assert 40_000 >= store.bytes


def test_the_log_of_a_failed_task_outlives_those_of_tasks_that_ended_well():
    def fails(ctx):
        ctx.log.info("why")
        raise OSError

    with Engine(1, capture=LogCapture(bytes_in_all=20_000)) as engine:
        log_of(engine, fails)
        for _ in range(50):
            log_of(engine, lambda ctx: ctx.log.info("x" * 1000))

        assert (["why"], []) == (texts(engine.task_log(1)), texts(engine.task_log(2)))


@pytest.mark.slow
def test_the_counted_bytes_are_those_that_are_taken():
    store = TaskLogs(LogCapture(bytes_in_all=2_000_000), FakeClock())
    tasks: list[Any] = [Stands(n, "completed") for n in range(3000)]
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for one in tasks:
            for n in range(5):
                store.write(LogSource(one, 1), logging.INFO, "x", f"line {n} of {one.number} " * 5)
        taken = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()

    assert 0.7 * store.bytes < taken < 1.2 * store.bytes
    assert 1_500_000 < store.bytes <= 2_000_000


@pytest.mark.slow
def test_a_log_keeps_nothing_of_its_task_alive(engine):
    def body(ctx):
        lib.warning("kept")

    done = engine.submit(Says(body))
    assert done.wait(WAIT)
    number, work = done.number, weakref.ref(done.work)
    del done, body
    until(lambda: gc.collect() >= 0 and work() is None)

    assert ["kept"] == texts(engine.task_log(number))


@pytest.mark.parametrize(
    "wrong", [{"lines_per_task": 0}, {"bytes_per_task": 0}, {"bytes_in_all": 0}, {"level": "loud"}]
)
def test_bounds_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        LogCapture(**wrong)


# The live tail


def test_the_lines_since_a_cursor_are_had_while_the_body_runs(engine):
    said, go = threading.Semaphore(0), threading.Semaphore(0)

    def body(ctx):
        for n in range(3):
            ctx.log.info("%d", n)
            said.release()
            assert go.acquire(timeout=WAIT)

    running = engine.submit(Says(body))
    pages, cursor = [], 0
    for _ in range(3):
        assert said.acquire(timeout=WAIT)
        page = engine.task_log(running.number, after=cursor)
        cursor = page.cursor
        pages.append((texts(page), page.dropped, cursor))
        go.release()
    assert running.wait(WAIT)

    assert [(["0"], 0, 1), (["1"], 0, 2), (["2"], 0, 3)] == pages
    assert LogPage((), 0, 3) == engine.task_log(running.number, after=3)


def test_a_tail_that_is_slower_than_the_body_hears_how_many_it_missed():
    with Engine(1, capture=LogCapture(lines_per_task=2)) as engine:
        log_of(engine, lambda ctx: [ctx.log.info("%d", n) for n in range(10)])
        page = engine.task_log(1, after=5)

    assert (["8", "9"], 3, 10) == (texts(page), page.dropped, page.cursor)


def test_the_log_of_an_unknown_task_is_empty(engine):
    assert LogPage((), 0, 0) == engine.task_log(12345)
