"""The bounds of the history: number, age and bytes."""

from __future__ import annotations

import tracemalloc

import pytest

from chasqui import Engine, Retention, task
from chasqui.engine.history.chunks import CHUNK, FOLD, LOOSE_BYTES, Chunk
from chasqui.testing import FakeClock
from tests.present import present
from tests.waiting import until

WAIT = 10.0
MIB = 1024 * 1024


@task
def unit(number: int, text: str = "") -> None:
    return None


@task(keep="result")
def large(number: int) -> str:
    return "x" * 10_000


def run(engine, type, count):
    for number in range(count):
        last = engine.submit(type, {"number": number})
        last.wait(WAIT)
    return last.number


def test_the_newest_are_kept_and_no_more_than_that_many():
    with Engine(1, 2000, keep_history=100) as engine:
        engine.register(unit)
        last = run(engine, unit, 3 * FOLD + 10)
        numbers = [found.number for found in engine.history]

        assert list(range(last, last - 100, -1)) == numbers
        assert (100, last) == (len(engine.history), engine.history.total)
        assert present(engine.history.find(last - 99)).number == last - 99
        assert engine.find(last - 100) is None


def test_a_task_is_found_among_many_whichever_chunk_it_is_in():
    with Engine(1, 2000) as engine:
        engine.register(unit)
        last = run(engine, unit, 3 * FOLD + 10)

        assert all(
            present(engine.history.find(number)).number == number for number in range(1, last + 1)
        )


def test_tasks_older_than_the_bound_are_forgotten():
    clock = FakeClock()
    with Engine(1, 100, clock=clock, keep_history=Retention(keep_days=2)) as engine:
        engine.register(unit)
        old = run(engine, unit, FOLD + 5)
        clock.advance(86_400 * 1.5)
        young = run(engine, unit, 1)

        assert FOLD + 6 == len(engine.history)
        clock.advance(86_400)
        assert [young] == [found.number for found in engine.history]
        assert engine.find(old) is None
        assert present(engine.history.find(young)).number == young


def test_no_more_bytes_are_kept_than_allowed():
    with Engine(1, 100, keep_history=Retention(keep=10_000, keep_bytes=MIB)) as engine:
        engine.register(large)
        last = run(engine, large, 300)
        chunks = engine._parts.chunks

        assert MIB - LOOSE_BYTES - 2 * 10_000 <= chunks.size <= MIB
        kept = [found.number for found in engine.history]
        assert 90 <= len(kept) <= 110
        assert list(range(last, last - len(kept), -1)) == kept


@pytest.mark.parametrize("type", [unit, large])
def test_the_counted_bytes_are_about_the_memory_it_takes(type):
    import tracemalloc

    # Of the history alone: on a slow machine the metrics begin a ring of seconds meanwhile.
    own = [tracemalloc.Filter(True, "*/engine/history/*")]
    with Engine(1, 100, keep_history=100_000) as engine:
        engine.register(type)
        run(engine, type, FOLD)
        chunks = engine._parts.chunks
        tracemalloc.start()
        try:
            size = chunks.size
            run(engine, type, 20 * FOLD if type is unit else 3 * FOLD)
            traced = tracemalloc.take_snapshot().filter_traces(own).statistics("filename")
            taken, counted = sum(one.size for one in traced), chunks.size - size
        finally:
            tracemalloc.stop()

    assert 0.5 < taken / counted < 1.6 + 60 * CHUNK / counted


def test_of_a_million_that_are_cancelled_at_once_only_as_many_are_recorded_as_are_kept():
    with Engine(1, 5000, keep_history=50) as engine:
        engine.register(unit)
        engine.pause()
        engine.submit_batch(unit, [{"number": number} for number in range(5000)])
        engine.shutdown(0, drain=False)

        assert {"completed": 0, "failed": 0, "cancelled": 50} == engine.history.counts()
        assert 50 == engine.history.total


def test_the_bounds_are_checked():
    with pytest.raises(ValueError, match="keep_history must be at least 0, got -1"):
        Engine(keep_history=-1)


def test_a_history_of_none_keeps_none():
    with Engine(keep_history=0) as engine:
        engine.register(unit)
        task = engine.submit("app.unit", {"number": 1})
        assert task.wait(WAIT)

    assert engine.history.find(task.number) is None
    assert 0 == engine.history.total


def test_the_config_sets_the_bounds(tmp_path):
    config = tmp_path / "config.toml"
    config.write_text("[history]\nkeep = 7\nkeep_days = 0.5\n")

    assert Retention(keep=7, keep_days=0.5) == Engine.from_config(config).history.retention


def test_a_worker_keeps_no_copy_of_a_large_parameter():
    with Engine(1) as engine:
        engine.register(unit)
        for size in (1, 1, 1, 8_000_000):  # the first of a type is recorded in another way
            if size > 1:
                tracemalloc.start()
            task = engine.submit(unit, {"number": 1, "text": "a" * size})
            until(lambda task=task: task.done)  # without a waiter, or it ends in another way
        del task
        try:
            until(lambda: tracemalloc.get_traced_memory()[0] < 1_000_000)
        finally:
            tracemalloc.stop()


@pytest.mark.parametrize("keep", [100, FOLD, 2 * FOLD + 7, 10_000])
def test_a_window_of_the_history_is_a_part_of_all_of_it_whichever_chunks_it_needs(keep):
    with Engine(1, 2000, keep_history=keep) as engine:
        engine.register(unit)
        run(engine, unit, 3 * FOLD + 10)
        everything = [found.number for found in engine.history]

        assert len(everything) == len(engine.history)
        for offset in (0, 1, 9, 10, FOLD, FOLD + 11, 3 * FOLD, len(everything) - 1, 10_000):
            for limit in (0, 1, 2 * FOLD):
                found = [one.number for one in engine.history.window(offset, limit)]
                assert everything[offset : offset + limit] == found


def test_a_window_has_no_task_that_is_too_old_even_if_its_chunk_is_kept():
    clock = FakeClock()
    bounds = Retention(keep_days=1)
    with Engine(1, 2000, keep_history=bounds, clock=clock) as engine:
        engine.register(unit)
        run(engine, unit, FOLD // 2)
        clock.advance(80_000)
        last = run(engine, unit, FOLD)
        clock.advance(10_000)

        assert list(range(last, last - FOLD, -1)) == [one.number for one in engine.history]
        assert FOLD == len(engine.history)
        oldest = engine.history.window(FOLD - 1, 10)
        assert [last - FOLD + 1] == [one.number for one in oldest]


def test_a_window_reads_no_chunks_but_those_it_needs(monkeypatch):
    with Engine(1, 2000) as engine:
        engine.register(unit)
        run(engine, unit, 10 * FOLD)
        assert len(engine.history)  # notes when the oldest task ended
        read = []
        entries = Chunk.entries
        monkeypatch.setattr(Chunk, "entries", lambda self: read.append(self) or entries(self))

        assert 50 == len(engine.history.window(0, 50))
        assert len(read) <= 2
