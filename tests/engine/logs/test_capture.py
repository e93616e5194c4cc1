"""What bodies print is kept with their tasks, and everybody else prints as ever."""

from __future__ import annotations

import contextlib
import io
import logging
import sys
import threading

from chasqui import Engine, Retry
from chasqui.engine.logs.capture import PRINTS
from chasqui.engine.logs.task_log import LogCapture
from tests.engine.logs.saying import WAIT, Says, lib, log_of, texts


def test_prints_are_lines_of_their_task_and_are_printed_no_more(printing, capsys):
    def body(ctx):
        print("a", 1, end=";")
        print("b")
        print("to stderr", file=sys.stderr)
        print()
        sys.stdout.writelines(["c\r\n", "d\ne"])

    page = log_of(printing, body)
    assert [
        ("stdout", "a 1;b"),
        ("stderr", "to stderr"),
        ("stdout", ""),
        ("stdout", "c"),
        ("stdout", "d"),
        ("stdout", "e"),
    ] == [(line.logger, line.text) for line in page.lines]
    assert {"INFO"} == {line.level for line in page.lines}
    assert ("", "") == capsys.readouterr()


def test_other_threads_print_as_ever_and_at_the_end_everybody_does(capsys):
    before = (sys.stdout, sys.stderr)
    with Engine(1, capture=LogCapture(prints=True)) as engine:
        assert ["in"] == texts(log_of(engine, lambda ctx: print("in")))
        print("out")
        print("err", file=sys.stderr)
        assert sys.stdout.encoding == before[0].encoding

    assert before == (sys.stdout, sys.stderr)
    assert ("out\n", "err\n") == capsys.readouterr()


def test_by_default_prints_are_printed(capsys):
    before = sys.stdout
    with Engine(1) as engine:
        page = log_of(engine, lambda ctx: print("seen"))

    assert (before, (), "seen\n") == (sys.stdout, page.lines, capsys.readouterr().out)


def test_what_a_handler_of_logging_writes_is_no_print(printing, capsys):
    printing.start()
    handler = logging.StreamHandler()  # which writes to what is standard error now
    lib.addHandler(handler)
    try:
        page = log_of(printing, lambda ctx: (lib.warning("careful"), print("printed")))
    finally:
        lib.removeHandler(handler)

    assert [(lib.name, "careful"), ("stdout", "printed")] == [
        (line.logger, line.text) for line in page.lines
    ]
    assert ("", "careful\n") == capsys.readouterr()


def test_prints_are_heard_again_once_the_stand_in_is_put_before_another_stream(capsys):
    before, theirs = sys.stdout, io.StringIO()
    with Engine(1, capture=LogCapture(prints=True)) as engine:
        with contextlib.redirect_stdout(theirs):
            PRINTS.renew()
            print("passed on")
            inside = log_of(engine, lambda ctx: print("in"))
        PRINTS.renew()
        after = log_of(engine, lambda ctx: print("after"))

    assert (["in"], ["after"]) == (texts(inside), texts(after))
    assert (before, "passed on\n") == (sys.stdout, theirs.getvalue())
    assert "" == capsys.readouterr().out


def test_a_stand_in_that_nobody_wants_is_not_put_anew():
    before = sys.stdout
    PRINTS.renew()

    assert before is sys.stdout


def test_a_stream_that_somebody_put_before_ours_stays(capsys):
    theirs = io.StringIO()
    engine = Engine(1, capture=LogCapture(prints=True))
    engine.start()
    ours = sys.stdout
    with contextlib.redirect_stdout(theirs):
        engine.shutdown(WAIT)
        assert theirs is sys.stdout
    assert ours is sys.stdout
    sys.stdout = ours._stream  # type: ignore[attr-defined]
    print("passed on", file=ours)

    assert "passed on\n" == capsys.readouterr().out


def test_a_line_that_goes_on_is_shown_when_it_has_ended_or_the_body_has(printing):
    said, go = threading.Semaphore(0), threading.Semaphore(0)

    def body(ctx):
        for text in ("10%\r", "20%\r", "100%\n", "\rstill\ropen"):
            sys.stdout.write(text)
            said.release()
            assert go.acquire(timeout=WAIT)

    printing.start()
    running = printing.submit(Says(body))
    pages = []
    for _ in range(4):
        assert said.acquire(timeout=WAIT)
        pages.append(texts(printing.task_log(1)))
        go.release()
    assert running.wait(WAIT)

    assert [[], [], ["100%"], ["100%"]] == pages
    assert ["100%", "open"] == texts(printing.task_log(1))


def test_a_line_that_goes_on_ends_where_the_body_says_something_else(printing):
    def body(ctx):
        print("one", end="")
        print("two", end="", file=sys.stderr)
        ctx.log.info("three")
        print("four", end="")
        if ctx.task.attempts == 1:
            raise OSError

    page = log_of(printing, body, retry=Retry(attempts=2, base=0))
    assert ["one", "two", "three", "four"] * 2 == texts(page)


def test_a_line_without_an_end_takes_no_more_room_than_others(printing):
    def body(ctx):
        for _ in range(100):
            sys.stdout.write("x" * 1000)

    page = log_of(printing, body)
    assert [16_384, 16_384, 16_384, 15_000] == [len(text) for text in texts(page)]
