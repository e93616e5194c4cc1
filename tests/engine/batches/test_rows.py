"""Batches of calls: one argument each, or a row of arguments each."""

from __future__ import annotations

import pytest

from chasqui import Engine, InvalidParameters, task

WAIT = 10.0


@task
def add(left: int, right: int = 2) -> int:
    return left + right


@pytest.fixture
def engine():
    with Engine(2) as engine:
        yield engine


def test_map_calls_a_type_with_each_item_in_order(engine):
    batch = engine.map(add, (number for number in range(3)), name="sums", priority=2)

    assert ([2, 3, 4], "sums") == (batch.results(WAIT), batch.name)
    assert {2} == {one.priority for one in batch.tasks}


def test_each_row_is_the_arguments_of_a_call(engine):
    assert [3, 7] == engine.batch_of(add, [(1, 2), (3, 4)]).results(WAIT)
    assert [3] == engine.batch_of(add, [(1,)]).results(WAIT)


def test_then_runs_after_the_calls(engine):
    batch = engine.map(add, [1], then=add.work(5))

    assert batch.wait(WAIT)
    assert 7 == batch.then.result(WAIT)


def test_every_wrong_item_is_named_and_nothing_is_accepted(engine):
    with pytest.raises(InvalidParameters, match=r"items\[1\]: left .*; items\[3\]: left "):
        engine.map(add, [1, "x", 2, None])
    with pytest.raises(InvalidParameters, match=r"rows\[0\]: argument 3 is too many"):
        engine.batch_of(add, [(1, 2, 3)])

    assert 0 == engine.metrics().accepted


def test_a_row_that_is_not_a_tuple_is_refused_and_the_error_says_what_to_do(engine):
    with pytest.raises(TypeError, match=r"rows\[0\]: a row is a tuple of arguments, got 1; map"):
        engine.batch_of(add, [1])
