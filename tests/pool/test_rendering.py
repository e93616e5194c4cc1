"""Tracebacks as text: they read as those of Python, and come to an end whatever the error is."""

from __future__ import annotations

import sys
import traceback
from typing import Any

import pytest

from chasqui.pool import trace
from chasqui.pool.rendering import CHAIN, ERRORS, FRAMES, MEMBERS
from tests.present import present


def fail(depth=0):
    if depth:
        fail(depth - 1)
    raise ValueError("first\nand second line")


def caused():
    try:
        fail()
    except ValueError as error:
        raise KeyError("k") from error


def handled():
    try:
        fail(2)
    except ValueError:
        raise OSError(2, "missing", "a.txt") from None


def in_context():
    try:
        caused()
    except KeyError:
        raise RuntimeError from SystemError()


def noted():
    error = ValueError("noted")
    error.add_note("one")
    error.add_note("two\nlines")
    raise error


def missing():
    "".uper  # type: ignore[attr-defined] # noqa: B018 - Python has a better idea


def syntax():
    compile("a = (1,\nb = 2", "made.py", "exec")


def several():
    errors = []
    for one in (caused, noted, missing):
        try:
            one()
        except Exception as error:
            errors.append(error)
    inner = ExceptionGroup("inner", [ValueError(at) for at in range(MEMBERS)])
    raise ExceptionGroup("group", [*errors, inner]) from errors[1]


def deep():
    fail(800)


@pytest.mark.parametrize(
    "body", [fail, caused, handled, in_context, noted, missing, syntax, several, deep]
)
def test_a_traceback_reads_as_pythons_own(body):
    try:
        body()
    except Exception as error:
        expected = "".join(traceback.format_exception(error))
        captured = trace.capture(error)

        assert expected == captured.text(error)


def test_an_error_with_a_text_of_its_own_is_made_text_on_its_worker():
    asked = []

    class Own(Exception):
        def __str__(self):
            asked.append(1)
            return "own"

    captured = trace.capture(Own())
    before = len(asked)

    assert "Own: own" in captured.text(Own())
    assert before == len(asked) > 0


def test_of_a_chain_without_end_the_newest_and_the_oldest_are_shown():
    last: BaseException
    first = last = ValueError("the oldest")
    for number in range(100_000):
        last, before = KeyError(number), last
        last.__cause__ = before

    text = trace.capture(last).text(last)

    assert "KeyError: 99999" in text and "the oldest" in text
    left_out = 100_001 - CHAIN
    assert f"(… {left_out:,} errors between this and the next one …)" in text
    assert CHAIN == text.count("Error: ")
    while last is not first:  # Python frees a chain by a call for each
        last.__cause__, last = None, present(last.__cause__)


def test_groups_in_groups_and_circles_come_to_an_end():
    def grown(depth):
        error = ValueError(str(depth))
        if not depth:
            return error
        return ExceptionGroup("many", [grown(depth - 1)] * 3 + [error] * 100)

    group = grown(6)
    group.__cause__ = group.exceptions[0]
    group.exceptions[0].__context__ = group

    text = trace.capture(group).text(group)

    assert text.count("Error: ") <= ERRORS
    assert "errors of it are not shown …)" in text


def test_of_frames_without_end_the_outermost_and_the_innermost_are_shown():
    made: dict[Any, Any] = {}
    for name in ("outermost", "again", "innermost"):
        exec(f"def {name}(depth, then):\n    then(depth - 1)", made)

    def innermost(depth):
        raise ValueError("deep")

    def again(depth):
        if depth:
            made["again"](depth, again)
        else:
            made["innermost"](0, innermost)

    before = sys.getrecursionlimit()
    sys.setrecursionlimit(10 * FRAMES)
    try:
        made["outermost"](FRAMES, again)
    except ValueError as error:
        text = trace.capture(error).text(error)
    finally:
        sys.setrecursionlimit(before)

    assert "in outermost" in text and "in innermost" in text


def test_a_traceback_that_cannot_be_made_at_all_costs_neither_the_error_nor_the_worker(
    make_pool, call, monkeypatch
):
    def fails(error, frames):
        raise MemoryError

    monkeypatch.setattr(trace, "rendered", fails)

    def body(ctx):
        raise ValueError("outer") from KeyError("inner")

    pool = make_pool(1)
    task = pool.submit(call(body))

    assert task.wait(10)
    assert "outer" == str(task.error)
    assert "(the traceback cannot be had)" == task.traceback
    assert 0 == pool.workers_lost
