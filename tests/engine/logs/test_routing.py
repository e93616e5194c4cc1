"""Listening: what bodies log is kept with their tasks, and everybody else logs as ever."""

from __future__ import annotations

import asyncio
import logging
import threading

import pytest

from chasqui import Context, Engine, task
from chasqui.engine.logs.task_log import LogCapture, LogLine, LogPage
from tests.engine.logs.saying import WAIT, Says, lib, log_of, texts


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


def test_a_task_type_of_a_plugin_is_heard_like_any(engine):
    @task
    def typed(ctx: Context) -> None:
        lib.warning("typed")

    engine.register(typed)
    assert engine.submit("app.typed").wait(WAIT)
    assert ["typed"] == texts(engine.task_log(1))


def test_what_is_logged_outside_of_bodies_is_in_no_log(engine):
    done = engine.submit(Says(lambda ctx: None))
    done.wait(WAIT)
    lib.warning("not of a task")

    assert 0 == engine._parts.task_logs.bytes


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
    logging.Logger.manager._clear_cache()  # type: ignore[attr-defined]

    def body(ctx):
        for logger in (ctx.log, lib):
            logger.debug("debug")
            logger.info("info")
            logger.warning("warning")
            logger.error("error")

    with Engine(1, capture=LogCapture(level=level)) as engine:
        lines = log_of(engine, body).lines
    logging.Logger.manager._clear_cache()  # type: ignore[attr-defined]

    words = ["debug", "info", "warning", "error"][-seen:]
    assert [*words, *words] == [line.text for line in lines]


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


# What else logs goes on as ever


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


def test_a_record_class_with_messages_of_its_own_is_asked_for_them(monkeypatch):
    class Braces(logging.LogRecord):
        def getMessage(self):  # noqa: N802 - the name is logging's
            assert isinstance(self.args, tuple)
            return str(self.msg).format(*self.args)

    monkeypatch.setattr(logging, "_logRecordFactory", Braces)

    with Engine(1) as engine:
        page = log_of(engine, lambda ctx: lib.warning("{} of {}", 1, 2))

    assert ["1 of 2"] == texts(page)
