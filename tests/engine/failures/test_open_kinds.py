"""How many kinds of failure are open is known at any time, without a walk over the failures."""

from __future__ import annotations

from chasqui import Engine
from chasqui.engine.failures.failure import OPEN
from chasqui.engine.failures.kept import KeptFailures
from tests.engine.failures.failing import DAY, WAIT, explode, fail, other


def test_a_kind_is_open_until_each_of_its_failures_is_retried_or_discarded(engine, switch):
    assert 0 == engine.failures.open_kinds
    first, second = fail(engine, count=2)
    (fragile,) = fail(engine, "fragile")
    assert 2 == engine.failures.open_kinds
    engine.failures.see([first, second, fragile])
    engine.discard(first)
    assert 2 == engine.failures.open_kinds

    engine.discard(second)
    assert 1 == engine.failures.open_kinds
    engine.undo()
    assert 2 == engine.failures.open_kinds
    switch.mended = True
    for retried in engine.retry(fragile).tasks:
        found = engine.pool.find(retried)
        assert found is None or found.wait(WAIT)
    assert 1 == engine.failures.open_kinds


def test_a_kind_that_is_kept_no_more_is_not_open(clock):
    with Engine(1, clock=clock, keep_failures=2) as engine:
        engine.register(explode)
        engine.register(other)
        fail(engine, "other")
        fail(engine)
        assert 2 == engine.failures.open_kinds
        fail(engine)
        assert 1 == engine.failures.open_kinds
        clock.advance(31 * DAY)
        assert 0 == engine.failures.open_kinds


def test_the_count_is_that_of_the_groups_with_open_failures(engine):
    fail(engine, count=3)
    fail(engine, "other", count=2)
    engine.discard(engine.failures.where("other").failures[0].number)
    kept = list(engine.failures.groups())

    assert engine.failures.open_kinds == sum(group.open > 0 for group in kept) == 2


def test_it_is_counted_anew_in_the_next_life_from_what_is_kept(tmp_path):
    path = tmp_path / "jobs.db"
    for discarded in (True, False):
        with Engine(1, journal=path) as engine:
            engine.register(explode)
            engine.register(other)
            if discarded:
                fail(engine, "other")
                engine.discard(*fail(engine))
            assert 1 == engine.failures.open_kinds


def test_asking_looks_at_no_failure(engine):
    fail(engine, count=3)

    class Unwalked(KeptFailures):
        def values(self):
            raise AssertionError("walked")

        __iter__ = items = values

    unwalked = Unwalked()
    for failure in engine.failures:
        unwalked.put(failure)
    assert all(failure.state in OPEN for failure in engine.failures)
    assert 1 == unwalked.open_kinds
    unwalked.let_go(next(iter(engine.failures)).number)
    assert 1 == unwalked.open_kinds
