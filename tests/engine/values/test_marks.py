"""Marks: every value has a JSON form, in a bounded time, and what cannot be had back says so."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from chasqui import Engine, Retry, foreign, outline, task
from chasqui.control.local import LocalPort
from chasqui.engine.values.marks import is_lost, plain, unmarked
from chasqui.engine.values.plain import is_plain
from tests.hostile import made
from tests.hostile.shapes import Lying, circle, nested, raises
from tests.present import present

WAIT = 10.0


def encoded(value):
    return msgspec.json.encode(plain(value)).decode()


@pytest.mark.parametrize(
    "number",
    [2**53 + 1, math.factorial(5000), -(10**9999), 2**300_000],
    ids=["54 bits", "16,326 digits", "10,000 digits", "90,000 digits"],
)
def test_an_integer_of_any_size_is_kept_to_the_last_digit(number):
    marked = msgspec.json.decode(encoded(number))

    assert number - unmarked(marked) == 0  # pytest would write them
    assert not is_lost(marked)


def test_keys_that_are_one_key_in_json_are_marked_and_nothing_is_dropped():
    for value in ({1: "a", "1": "b"}, {True: "a", "True": "b"}, {None: "a", "None": "b"}):
        marked = plain({"inside": value, "beside": 1})

        assert {"inside": {"repr": repr(value)}, "beside": 1} == marked
    assert {"1": "a", "2": "b"} == plain({1: "a", 2: "b"})


@pytest.mark.parametrize("shape", range(6))
def test_nesting_of_any_depth_and_kind_is_marked_where_it_is_too_deep(shape):
    text = encoded(nested(3000, shape))

    assert '{"repr":"' in text
    assert len(text) < 2_000_000


def test_what_holds_itself_is_marked_there():
    marked = plain(circle())

    assert 1 == marked[0]
    assert "repr" in marked[1]
    assert is_lost(marked)


@pytest.mark.slow
def test_what_lies_in_a_value_again_and_again_is_written_up_to_a_bound():
    value: Any = ["core"]
    for _ in range(60):
        value = [value, value]

    assert len(encoded(value)) < 2_000_000
    assert not is_plain(value)


def test_a_field_that_cannot_be_had_is_marked_and_the_others_stay():
    @dataclass
    class Half:
        a: int = 1
        b: int = 2

    Half.b = property(raises(lambda: SystemExit(3)))  # type: ignore[assignment]
    half = object.__new__(Half)
    half.a = 1

    found = plain(half)  # before pytest would look at the half itself

    assert {"a": 1, "b": {"repr": "(its b cannot be had: SystemExit: 3)"}} == found


def test_a_mapping_without_an_end_is_marked_and_a_dict_is_what_python_keeps_of_it():
    class Endless(Mapping[int, int]):
        def __getitem__(self, key):
            return key

        def __iter__(self):
            return iter(range(10**9))

        def __len__(self):
            return 2

    lying = made(dict, {"items": raises(SystemExit), "__iter__": raises(SystemExit)})()
    dict.__setitem__(lying, "a", 1)

    assert ["repr"] == list(plain(Endless()))
    assert {"a": 1} == plain(lying)


def test_a_text_of_another_class_is_its_text():
    assert ("lies", str) == (plain(Lying("lies")), type(plain(Lying("lies"))))


def test_a_value_is_outlined_without_its_code():
    ran = []

    class Own:
        def __repr__(self):
            ran.append(1)
            return "own"

    @dataclass
    class Pair:
        a: object
        __repr__ = Own.__repr__

    assert "[Pair(a=<Own object>), {'k': (1,)}]" == outline.of([Pair(Own()), {"k": (1,)}], 200)
    assert [] == ran
    assert "[own]" == foreign.repr_of([Own()])


@pytest.fixture
def engine():
    engine = Engine(workers=1)
    yield engine
    engine.shutdown(WAIT)


def test_a_screen_runs_no_code_of_what_a_task_was_given_raised_and_returned(engine):
    threads = set()

    class Spy(Exception):
        def __str__(self):
            threads.add(threading.current_thread())
            return "spy"

        __repr__ = __str__

    @task
    def raising(given: Any) -> Any:
        raise given

    @task
    def returning(given: Any) -> Any:
        return given

    for one in (raising, returning):
        engine.register(one)
    port = LocalPort(engine)
    tasks = [engine.submit(name, {"given": Spy()}) for name in ("app.raising", "app.returning")]
    waiting = [port.detail(one.number) for one in tasks]  # from here on the port keeps the handles
    engine.start()
    assert all(one.wait(WAIT) for one in tasks)
    ended = [port.detail(one.number) for one in tasks]

    assert None not in [*waiting, *ended]
    assert present(ended[0]).error == "Spy: spy"
    assert present(ended[1]).result == "<Spy object>"

    assert threading.current_thread() not in threads


@pytest.mark.parametrize("says", [lambda _: ValueError, raises(lambda: SystemExit(1))])
def test_an_error_counts_as_its_own_class_for_a_retry_whatever_it_says_of_it(engine, says):
    class Liar(KeyError):
        __class__ = property(says)

    @task(retry=Retry(attempts=2, base=0.0, on=(ValueError,)))
    def fails() -> None:
        raise Liar("no")

    engine.register(fails)
    engine.start()
    done = engine.submit("app.fails")

    assert done.wait(WAIT)
    assert 1 == done.attempts
    assert 1 == engine.failures.total


def test_a_key_is_a_text_as_python_keeps_it(engine):
    @task
    def waits() -> None:
        return None

    engine.register(waits)
    first = engine.submit("app.waits", key=Lying("same"))
    again = engine.submit("app.waits", key="same")
    with pytest.raises(TypeError, match="key must be a text"):
        engine.submit("app.waits", key=7)

    assert first is again
    assert (2, str) == (first.submissions, type(first.key))
    engine.start()
