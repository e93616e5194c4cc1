"""What the history keeps of a task, and what it does not."""

from __future__ import annotations

import dataclasses
import gc
import json
import logging
import math
import pickle
import weakref
from pathlib import Path
from typing import Any

import pytest

from chasqui import Engine, Secret, task
from chasqui.engine.history import entry, maker, writing
from chasqui.engine.policy.rules import Policy
from chasqui.secret import MASK
from tests.waiting import until

WAIT = 10.0


@pytest.fixture
def engine():
    with Engine(2, 100) as engine:
        yield engine


def ended(engine, type, params=None, **options):
    engine.register(type)
    task = engine.submit(type, params or {}, **options)
    until(lambda: task.done)  # without a waiter: most tasks have none, and end another way
    return engine.history.find(task.number)


def test_a_type_keeps_the_facts_and_no_result_unless_it_asks(engine):
    @task
    def quiet() -> int:
        return 3

    found = ended(engine, quiet)

    assert (None, "completed") == (found.result, found.state)
    assert 'keep="result"' in found.note


@pytest.mark.parametrize("options", [{}, {"time_limit": 60.0}], ids=["plain", "with a limit"])
@pytest.mark.parametrize(
    ("value", "row"),
    [
        (None, None),
        (True, True),
        (1.5, 1.5),
        ("text", "text"),
        ("x" * 3000, "x" * 3000),
        (2**60, {"number": str(2**60)}),
        (2**70, {"number": str(2**70)}),
        (math.inf, {"number": "Infinity"}),
        ("\udcff", {"bytes": "/w=="}),
        ({"a": [1, (2, 3)]}, {"a": [1, [2, 3]]}),
        (Path("/tmp"), "/tmp"),
    ],
)
def test_a_kept_result_is_as_in_a_row(engine, value, row, options):
    @task(keep="result")
    def returns() -> Any:
        return value

    found = ended(engine, returns, **options)

    assert (row, "") == (found.result, found.note)
    assert row == engine.row(found.number)["result"]


@pytest.mark.parametrize(
    "value", ["x" * 100_000, ["x" * 100] * 1000, list(range(100_000)), {"a": {"b": b"x" * 20_000}}]
)
def test_a_large_result_is_cut_and_the_record_says_so(engine, value):
    @task(keep="result")
    def returns() -> Any:
        return value

    found = ended(engine, returns)

    assert ["repr"] == list(found.result)
    assert 0 < len(found.result["repr"]) <= writing.CUT_TEXT + 1
    assert "so it is cut" in found.note


def test_large_texts_are_cut_too_where_a_type_has_nothing_else(engine):
    @task
    def takes(text: str) -> None:
        return None

    for _ in range(3):  # the first ones are made with care in any case
        found = ended(engine, takes, {"text": "x" * 10_000})

    assert ["repr"] == list(found.params)


def test_how_large_a_value_is_takes_no_longer_the_larger_it_is():
    inside: list[Any] = [1]
    inside.append(inside)  # endless, so it ends only because the room does

    assert not writing.is_within(inside, entry.RESULT_BYTES)
    assert writing.is_within({"a": [1, "b", None, 2.5, (3, {4})]}, 200)


def test_no_result_is_kept_unasked_of_a_task_that_needs_care(engine):
    @task
    def returns() -> int:
        return 3

    found = ended(engine, returns, key="once")

    assert (None, "completed") == (found.result, found.state)
    assert 'keep="result"' in found.note


def test_large_parameters_are_cut_and_the_record_says_so(engine):
    @task
    def takes(text: str, many: list[int]) -> None:
        return None

    found = ended(engine, takes, {"text": "x" * 10_000, "many": [1]})
    other = engine.submit(takes, {"text": "x" * 2000, "many": [1]})
    assert other.wait(WAIT)

    assert ["repr"] == list(found.params)
    assert "parameters take more than 4,096 bytes" in found.note
    assert {"text": "x" * 2000, "many": [1]} == engine.find(other.number).params


@pytest.mark.parametrize(
    ("value", "row"),
    [
        (5, 5),
        (2**60, {"number": str(2**60)}),
        (2**70, {"number": str(2**70)}),
        (-(2**70), {"number": str(-(2**70))}),
    ],
)
def test_parameters_are_as_in_a_row(engine, value, row):
    @task
    def takes(number: int, text: str | None = None, real: float = 0.0) -> None:
        return None

    found = ended(engine, takes, {"number": value, "text": None, "real": math.inf})

    assert {"number": row, "text": None, "real": {"number": "Infinity"}} == found.params
    assert json.loads(json.dumps(found.row())) == found.row()


def test_text_that_is_not_utf_8_is_kept(engine):
    @task
    def takes(text: str) -> None:
        raise ValueError(text)

    found = ended(engine, takes, {"text": "\udcff"}, key="\udcff")

    assert {"text": {"bytes": "/w=="}} == found.params
    assert "\\udcff" in found.message


def test_a_type_that_keeps_nothing_is_not_remembered_whichever_way_it_ends(engine):
    @task(keep="none")
    def passes() -> int:
        return 3

    @task(keep="none")
    def fails() -> None:
        raise ValueError

    assert [None, None] == [ended(engine, passes), ended(engine, fails)]
    assert (0, 0) == (len(engine.history), engine.history.total)
    assert 1 == len(engine.failures)


def test_the_config_overrides_what_a_type_keeps():
    @task(keep="none")
    def passes() -> int:
        return 3

    with Engine(1, 10, policies={"app.passes": Policy(keep="result")}) as engine:
        assert 3 == ended(engine, passes).result


def test_keep_must_be_facts_result_or_none():
    with pytest.raises(ValueError, match="keep must be result, facts or none, got 'all'"):
        Policy(keep="all")  # type: ignore[arg-type]


def test_a_secret_is_masked_even_if_it_was_revealed_after_the_task_had_ended(engine, monkeypatch):
    monkeypatch.setenv("TOKEN", "s3cr3t-value")

    @task(keep="result")
    def leaks(text: str, inner: dict[str, str], token: Secret[str]) -> str:
        return f"it is {text}"

    @task
    def fails(text: str) -> None:
        raise ValueError(text)

    given = {"text": "s3cr3t-value", "inner": {"a": "s3cr3t-value"}, "token": "env:TOKEN"}
    before = ended(engine, leaks, given)
    failed = ended(engine, fails, {"text": "s3cr3t-value"})
    assert "s3cr3t-value" in repr(before)
    Secret("env:TOKEN").reveal()
    found, failed = engine.find(before.number), engine.find(failed.number)

    assert {"text": MASK, "inner": {"a": MASK}, "token": "env:TOKEN"} == found.params
    assert f"it is {MASK}" == found.result
    assert (MASK, {"text": MASK}) == (failed.message, failed.params)
    assert not len(engine.history.where("params~s3cr3t")) + len(engine.history.where("s3cr3t"))


class Big:
    """An object that is known to be gone."""


@pytest.mark.slow
@pytest.mark.parametrize("keep", ["result", "facts", "none"])
@pytest.mark.parametrize("options", [{}, {"time_limit": 60.0}], ids=["plain", "with a limit"])
def test_no_object_of_a_task_lives_on_in_the_history(engine, keep, options):
    alive: list[Any] = []

    @task(keep=keep)
    def takes(anything: Any) -> Any:
        result = Big()
        alive.extend(map(weakref.ref, (anything, result)))
        return result

    engine.register(takes)
    number = engine.submit(takes, {"anything": Big()}, **options)
    number.wait(WAIT)
    del number
    engine.submit(takes, {"anything": Big()}, **options).wait(WAIT)  # the worker has let go
    gc.collect()

    assert [None, None] == [one() for one in alive[:2]]


def test_an_error_raised_by_looking_at_a_parameter_does_no_harm(engine):
    class Rude:
        def __repr__(self):
            raise RuntimeError("no")

        __str__ = __reduce__ = __repr__

    @task(keep="result")
    def returns(anything: Any) -> Any:
        return Rude()

    found = ended(engine, returns, {"anything": Rude()})

    assert "completed" == found.state
    assert ["repr"] == list(found.result)


def test_a_task_of_a_type_that_this_engine_does_not_have_is_remembered_and_does_no_harm(engine):
    @task(pool="nowhere")
    def stranger(a: int) -> int:
        return a

    given = [engine.pool.submit(stranger.work(a=number)) for number in range(3)]
    for one in given:
        until(lambda one=one: one.done)

    assert [{"a": 2}, {"a": 1}, {"a": 0}] == [found.params for found in engine.history]
    assert {} == dict(engine.types)
    assert {"w01", "w02"} == {worker.name for worker in engine.pool.workers()}


def test_a_record_is_data(engine):
    @task(keep="result")
    def returns(a: int) -> int:
        return a

    found = ended(engine, returns, {"a": 1})

    assert found == pickle.loads(pickle.dumps(found))
    assert json.dumps(dataclasses.asdict(found))


def test_a_task_is_recorded_once_while_the_log_book_is_followed(engine, caplog):
    @task
    def passes() -> None:
        return None

    with caplog.at_level(logging.DEBUG, logger="chasqui"):
        ended(engine, passes)

    assert 1 == len(engine.history) == engine.history.total


def test_the_quick_way_takes_only_values_that_need_no_care():
    assert maker.TEXT < maker.LARGE < entry.RESULT_BYTES
