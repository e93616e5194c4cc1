"""Retention: how much of its failures a log keeps, and what it counts of all."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest

from chasqui import Engine, task
from chasqui.engine.failures import groups
from chasqui.engine.failures.log import Retention
from tests.engine.failures.failing import DAY, explode, fail, numbers, other
from tests.present import present


def test_counts_do_not_depend_on_what_is_kept():
    with Engine(1, keep_failures=2) as engine:
        engine.register(explode)
        fail(engine, count=5)
        (group,) = engine.failures.groups()

    assert (5, 5, 2, 2) == (engine.failures.total, group.count, group.kept, len(engine.failures))


def test_a_group_says_when_it_was_seen_first_and_last_and_shows_the_newest(engine, clock):
    began = clock.time()
    fail(engine, number=1)
    clock.advance(60)
    (last,) = fail(engine, number=2)
    (group,) = engine.failures.groups()

    assert (began, began + 60) == (group.first_seen, group.last_seen)
    assert (last, "number 2 ") == (group.example.number, group.example.message)


def test_the_example_stays_when_none_of_its_group_is_kept(clock):
    with Engine(1, clock=clock, keep_failures=2) as engine:
        for type in (explode, other):
            engine.register(type)
        (first,) = fail(engine)
        fail(engine, "other", count=3)
        by_type = {group.type: group for group in engine.failures.groups()}

    assert (first, 1, 0) == (
        by_type["app.explode"].example.number,
        by_type["app.explode"].count,
        by_type["app.explode"].kept,
    )
    assert "raise ValueError" in by_type["app.explode"].example.traceback


def test_failures_go_when_they_are_too_old(clock):
    with Engine(1, clock=clock, keep_failures=Retention(keep_days=2)) as engine:
        engine.register(explode)
        fail(engine)
        clock.advance(2 * DAY - 1)
        (young,) = fail(engine)
        kept = numbers(engine.failures.window(0, 10))
        clock.advance(2)

        assert 2 == len(kept)
        assert [young] == numbers(engine.failures.window(0, 10))
        assert 2 == engine.failures.total


@pytest.mark.slow
def test_failures_are_bounded_by_their_bytes():
    room = 1024 * 1024
    with Engine(1, keep_failures=Retention(keep_bytes=room)) as engine:
        engine.register(explode)
        for number in range(300):
            fail(engine, number=number, text=chr(200 + number % 50) * 7_000)
        kept = list(engine.failures)

    texts = sum(len(present(one.given)) for one in kept)
    assert room // 3 < texts < room
    assert 300 == engine.failures.total
    assert engine.failures._shared.size <= room


def test_what_is_counted_as_held_is_nothing_again_when_nothing_is_kept(clock):
    with Engine(1, clock=clock, keep_failures=Retention(keep=3, keep_days=1)) as engine:
        for type in (explode, other):
            engine.register(type)
        for number in range(5):
            fail(engine, number=number)
            fail(engine, "other", number=7)
        log = engine.failures
        clock.advance(2 * DAY)
        log.window(0, 1)
        while len(log._tallies):
            log._shared.release(log._tallies.forget())

    assert (0, {}, {}, {}) == (
        log._shared.size,
        log._shared._known,
        log._shared._holders,
        log._shared._origins,
    )


def test_equal_texts_are_kept_once(engine):
    fail(engine, "other", count=3, number=5)
    one, two, three = engine.failures

    assert one.error is two.error is three.error
    assert one.origin is two.origin
    assert one.group is two.group


def test_chained_tracebacks_that_are_equal_are_kept_once(engine):
    @task
    def chained() -> None:
        try:
            explode.function()
        except ValueError as error:
            raise OSError("outer") from error

    engine.register(chained)
    fail(engine, "chained", count=2)
    one, two = engine.failures

    assert one.text is two.text
    assert "direct cause" in one.traceback


def test_groups_are_bounded_and_what_went_is_counted(engine, monkeypatch):
    monkeypatch.setattr(groups, "MAX_GROUPS", 2)
    fail(engine, count=3)
    fail(engine, "other", count=2)
    fail(engine)
    fail(engine, "fragile")

    assert {"app.explode", "app.fragile"} == {one.type for one in engine.failures.groups()}
    assert (7, 2) == (engine.failures.total, engine.failures.forgotten)


@pytest.mark.parametrize("wrong", [{"keep": 0}, {"keep_days": 0}, {"keep_bytes": 1000}])
def test_a_retention_that_keeps_nothing_is_refused(wrong):
    with pytest.raises(ValueError, match=r"at least|more than"):
        Retention(**wrong)


def test_the_config_says_how_much_is_kept(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text("[failures]\nkeep = 5\nkeep_days = 0.5\n")

    assert Retention(5, 0.5) == Engine.from_config(file).failures.retention


@pytest.mark.slow
def test_a_failure_keeps_neither_its_error_nor_its_arguments_alive(engine):
    class Heavy(list[int]):
        pass

    @task
    def holds(value: Any) -> None:
        error = ValueError("no")
        error.value = value  # type: ignore[attr-defined]
        raise error

    engine.register(holds)
    heavy = Heavy()
    gone = weakref.ref(heavy)
    fail(engine, "holds", value=heavy)
    del heavy
    fail(engine)  # so that the worker has another
    gc.collect()

    assert gone() is None
    assert 2 == len(engine.failures)
