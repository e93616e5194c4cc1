"""The log of each task: what its body logs and prints, kept within bounds."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import threading
import tracemalloc
import weakref

import pytest

from chasqui import Context, Engine, Retry, Secret, task
from chasqui.engine.tasklog import LogCapture, LogLine, LogPage, TaskLogs
from chasqui.pool.speech import Speaker
from chasqui.testing import FakeClock
from tests.engine.saying import WAIT, Says, lib, log_of, texts
from tests.waiting import until


@pytest.fixture
def engine():
    with Engine(2, 100, clock=FakeClock()) as engine:
        yield engine


def test_what_a_body_logs_with_any_logger_is_in_its_log(engine):
    def body(ctx):
        ctx.log.info("first %s", "one")
        lib.warning("then %d", 2)
        ctx.log.error("last")

    page = log_of(engine, body)

    at = engine.clock.time()
    assert (0, 3) == (page.dropped, page.cursor)
    assert [
        LogLine(1, at, "INFO", "chasqui.task", "first one", 1),
        LogLine(2, at, "WARNING", "somebody.else", "then 2", 1),
        LogLine(3, at, "ERROR", "chasqui.task", "last", 1),
    ] == list(page.lines)


def test_a_line_of_ctx_log_is_there_once_although_it_goes_to_the_standard_log_too(engine, caplog):
    with caplog.at_level(logging.INFO):
        page = log_of(engine, lambda ctx: ctx.log.info("once"))

    assert ["once"] == texts(page)
    assert 1 == sum(text.endswith("says: once") for text in caplog.messages)


def test_a_logger_that_does_not_propagate_is_heard(engine, monkeypatch):
    monkeypatch.setattr(lib, "propagate", False)
    monkeypatch.setattr(lib, "handlers", [logging.NullHandler()])

    assert ["heard"] == texts(log_of(engine, lambda ctx: lib.warning("heard")))


def test_each_line_is_in_the_log_of_its_own_task(engine):
    meeting = threading.Barrier(2)

    def body(ctx):
        for n in range(50):
            meeting.wait(WAIT)
            lib.warning("%s of %s", n, ctx.task.number)

    tasks = [engine.submit(Says(body)) for _ in range(2)]
    assert all(one.wait(WAIT) for one in tasks)
    for one in tasks:
        assert [f"{n} of {one.number}" for n in range(50)] == texts(engine.task_log(one.number))


def test_two_engines_keep_their_logs_apart():
    with Engine(1) as one, Engine(1) as two:
        first = log_of(one, lambda ctx: lib.warning("one"))
        second = log_of(two, lambda ctx: lib.warning("two"))

    assert (["one"], ["two"]) == (texts(first), texts(second))


def test_an_asyncio_body_and_its_to_thread_are_heard(engine):
    async def body(ctx):
        await asyncio.sleep(0)
        lib.warning("on the loop")
        await asyncio.to_thread(lib.warning, "beside it")

    assert ["on the loop", "beside it"] == texts(log_of(engine, body))


def test_a_thread_of_a_body_is_heard_by_its_ctx_log(engine):
    def body(ctx):
        thread = threading.Thread(target=lambda: ctx.log.info("elsewhere"))
        thread.start()
        thread.join(WAIT)

    assert ["elsewhere"] == texts(log_of(engine, body))


def test_what_is_logged_outside_of_bodies_is_in_no_log(engine):
    done = engine.submit(Says(lambda ctx: None))
    done.wait(WAIT)
    lib.warning("not of a task")

    assert 0 == engine._task_logs.bytes


def test_a_traceback_is_part_of_its_line(engine):
    def body(ctx):
        try:
            raise KeyError("k")
        except KeyError:
            ctx.log.exception("mine")
            lib.exception("theirs")

    first, second = texts(log_of(engine, body))
    for said, text in (("mine", first), ("theirs", second)):
        assert text.startswith(f"{said}\nTraceback (most recent call last):\n")
        assert text.endswith("KeyError: 'k'")


@pytest.mark.parametrize(
    ("level", "seen"), [("debug", 4), ("info", 3), ("warning", 2), ("error", 1)]
)
def test_levels_below_the_one_that_is_kept_are_left_out(level, seen, monkeypatch):
    monkeypatch.setattr(lib, "level", logging.DEBUG)

    def body(ctx):
        for logger in (ctx.log, lib):
            logger.debug("debug")
            logger.info("info")
            logger.warning("warning")
            logger.error("error")

    with Engine(1, capture=LogCapture(level=level)) as engine:
        lines = log_of(engine, body).lines
    logging.Logger.manager._clear_cache()

    words = ["debug", "info", "warning", "error"][-seen:]
    assert [*words, *words] == [line.text for line in lines]


def test_no_loggers_level_and_no_handler_is_changed(caplog):
    root = logging.getLogger()
    before = (root.level, [*root.handlers], logging.getLogRecordFactory())
    with Engine(1) as engine:
        during = (root.level, [*root.handlers])
        log_of(engine, lambda ctx: (lib.info("not let through"), ctx.log.info("let through")))
        assert ["let through"] == texts(engine.task_log(1))

    assert before[:2] == during
    assert before == (root.level, [*root.handlers], logging.getLogRecordFactory())
    assert "not let through" not in caplog.text


def test_somebody_elses_record_factory_goes_on_working(monkeypatch):
    first = logging.getLogRecordFactory()

    def theirs(*args, **more):
        record = inner(*args, **more)
        record.mark = "theirs"
        return record

    try:
        with Engine(1) as engine:
            inner = logging.getLogRecordFactory()
            logging.setLogRecordFactory(theirs)
            assert ["a"] == texts(log_of(engine, lambda ctx: lib.warning("a")))
        assert theirs is logging.getLogRecordFactory()
        with Engine(1) as engine:
            assert ["b"] == texts(log_of(engine, lambda ctx: lib.warning("b")))
        assert theirs is logging.getLogRecordFactory()
    finally:
        logging.setLogRecordFactory(first)


def test_the_last_engine_takes_the_record_factory_away():
    before = logging.getLogRecordFactory()
    one, two = Engine(1), Engine(1)
    one.start()
    two.start()
    one.shutdown(WAIT)
    assert ["still heard"] == texts(log_of(two, lambda ctx: lib.warning("still heard")))
    two.shutdown(WAIT)

    assert before is logging.getLogRecordFactory()


def test_an_engine_that_could_not_start_takes_it_away_as_well():
    before = logging.getLogRecordFactory()
    engine = Engine(1)
    engine.shutdown(0)
    with pytest.raises(Exception, match="cannot start"):
        engine.start()

    assert before is logging.getLogRecordFactory()


def test_without_capture_nothing_is_kept_and_nothing_put_in_place():
    before = logging.getLogRecordFactory()
    with Engine(1, capture=LogCapture(logging=False)) as engine:
        during = logging.getLogRecordFactory()
        page = log_of(engine, lambda ctx: (ctx.log.error("x"), lib.error("y")))

    assert (before, LogPage((), 0, 0)) == (during, page)


def test_with_prints_alone_only_prints_are_kept():
    with Engine(1, capture=LogCapture(logging=False, prints=True)) as engine:
        page = log_of(engine, lambda ctx: (ctx.log.error("x"), lib.error("y"), print("z")))

    assert ["z"] == texts(page)


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
    assert all("test_tasklog.py:" in text and "has no text" in text for text in texts(page))


def test_a_revealed_secret_is_masked(printing, monkeypatch):
    monkeypatch.setenv("TASKLOG_PIN", "geheim-0815")

    def body(ctx):
        value = Secret("env:TASKLOG_PIN").reveal()
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
    store.hear(Speaker(task, 1), logging.INFO, "x", "z" * size)


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


def test_the_counted_bytes_are_those_that_are_taken():
    store = TaskLogs(LogCapture(bytes_in_all=2_000_000), FakeClock())
    tasks = [Stands(n, "completed") for n in range(3000)]
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for one in tasks:
            for n in range(5):
                store.hear(Speaker(one, 1), logging.INFO, "x", f"line {n} of {one.number} " * 5)
        taken = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()

    assert 0.7 * store.bytes < taken < 1.2 * store.bytes
    assert 1_500_000 < store.bytes <= 2_000_000


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


def test_a_task_type_of_a_plugin_is_heard_like_any(engine):
    @task
    def typed(ctx: Context) -> None:
        lib.warning("typed")

    engine.register(typed)
    assert engine.submit("app.typed").wait(WAIT)
    assert ["typed"] == texts(engine.task_log(1))
