"""A traceback apart: each error of its chain, own frames and those of libraries."""

from __future__ import annotations

import json

import pytest

from chasqui import Engine, task
from chasqui.control.local import LocalPort
from chasqui.control.port import Chosen, RetryFailures, SubmitOptions
from chasqui.control.traces import traces_of
from tests.waiting import until


@task
def parse() -> None:
    try:
        json.loads("{bad")
    except ValueError as error:
        raise RuntimeError("the reply is no JSON\nsecond line") from error


@task
def both() -> None:
    raise ExceptionGroup("two of them", [ValueError("a"), KeyError("b")])


@pytest.fixture(scope="module")
def details():
    engine = Engine(1)
    engine.register(parse)
    engine.register(both)
    with engine:
        tasks = engine.submit("app.parse"), engine.submit("app.both")
        for one in tasks:
            one.wait(30)
    return [LocalPort(engine).detail(one.number) for one in tasks]


def test_the_last_error_comes_first_with_its_innermost_frame_first(details):
    last, cause = details[0].traces
    assert "RuntimeError: the reply is no JSON\nsecond line" == last.error
    assert ("cause", "") == (last.follows, cause.follows)
    assert "json.decoder.JSONDecodeError: Expecting" in cause.error
    assert "raise RuntimeError" in last.frames[0].code
    assert ["raw_decode", "decode", "loads", "parse"] == [one.function for one in cause.frames]


def test_frames_of_the_standard_library_are_not_the_users(details):
    assert [False, False, False, True] == [one.own for one in details[0].traces[1].frames]
    assert "json/decoder.py" == details[0].traces[1].frames[0].file


def test_a_group_of_errors_is_left_as_the_text_that_it_is(details):
    assert () == details[1].traces
    assert "ExceptionGroup: two of them" in details[1].traceback


@pytest.mark.parametrize("text", [None, "", "RuntimeError", "Traceback (most recent call last):"])
def test_a_text_that_is_no_traceback_gives_no_frames(text):
    assert [] == [frame for trace in traces_of(text) for frame in trace.frames]


def test_a_package_of_the_outermost_frame_is_the_users_wherever_it_is_installed():
    text = (
        "Traceback (most recent call last):\n"
        '  File "/venv/lib/python3.11/site-packages/shop/tasks.py", line 3, in run\n'
        "    fetch()\n"
        '  File "/venv/lib/python3.11/site-packages/httpx/api.py", line 9, in get\n'
        "    raise OSError\n"
        "OSError: \x1b[2Jgone\n"
    )
    (trace,) = traces_of(text)
    assert [("httpx/api.py", False), ("shop/tasks.py", True)] == [
        (frame.file, frame.own) for frame in trace.frames
    ]
    assert "\x1b" not in trace.error


@task
def fail(account: int, note: str) -> None:
    raise ValueError(f"{account} broke")


def test_a_failure_says_each_parameter_and_what_was_done_about_it():
    engine = Engine(1)
    engine.register(fail)
    with engine:
        engine.submit("app.fail", {"account": 7, "note": "a b"}).wait(30)
        port = LocalPort(engine)
        found = port.detail(1)  # by its failure
        assert found is not None
        assert (("account", "7"), ("note", "a b")) == found.params
        assert ("new", None) == (found.failure, found.retried_as)
        port.apply(RetryFailures(chosen=Chosen(numbers=(1,))))
        found = port.detail(1)
        assert found is not None
        assert ("retried", 2) == (found.failure, found.retried_as)


def test_a_task_that_is_followed_past_its_end_says_what_was_done_about_its_failure():
    engine = Engine(1)
    engine.register(fail)
    with engine:
        port = LocalPort(engine)
        port.submit("app.fail", {"account": "7", "note": "a"}, SubmitOptions())
        until(lambda: engine.failures.find(1))
        port.apply(RetryFailures(chosen=Chosen(numbers=(1,))))
        found = port.detail(1)
        assert found is not None
        assert ("retried", 2) == (found.failure, found.retried_as)
