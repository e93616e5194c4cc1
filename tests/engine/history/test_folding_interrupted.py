"""Folding the history, with a signal handler in the middle of it."""

from __future__ import annotations

from contextlib import suppress

import msgspec
import pytest

from chasqui import Retention
from chasqui.engine.history.chunks import FOLD, LOOSE_BYTES, Chunks
from chasqui.testing import FakeClock
from tests.pool.interrupt import Interrupter


def chunks_of(count, keep):
    chunks = Chunks(Retention(keep=keep), FakeClock())
    for number in range(1, count):
        chunks.add(entry(number))
    chunks.fresh.append(entry(count))  # not folded yet
    return chunks


def entry(number):
    now = FakeClock().time()
    return msgspec.msgpack.encode(("pool", "type", "worker", (number, {}, 0.0, 0.0, 1.0, now)))


def check(chunks, last):
    """The newest are there, each once, and the sums are those of the chunks."""
    total, found = chunks.numbered()
    assert (last, last) == (total, chunks.total)
    newest = list(range(last, last - min(last, chunks.retention.keep), -1))
    assert newest == [one.number for one in found]
    assert sum(chunk.count for chunk in chunks._closed) == chunks._count
    assert sum(chunk.size for chunk in chunks._closed) == chunks._size


@pytest.mark.parametrize("keep", [FOLD, 10_000])
def test_a_handler_that_adds_to_the_history_in_the_middle_of_a_fold_loses_nothing(keep):
    at, reached = 0, True
    while reached:
        at += 1
        chunks = chunks_of(3 * FOLD, keep)
        added: list[int] = []

        def add(chunks=chunks, added=added):
            added.append(3 * FOLD + 1)
            chunks.add(entry(3 * FOLD + 1))

        interrupted = Interrupter(at, add, "chasqui.engine.history")
        interrupted.run(chunks.fold)
        reached = interrupted.points >= at
        for number in range(len(added) + 3 * FOLD + 1, 5 * FOLD + 1):
            chunks.add(entry(number))
        check(chunks, 5 * FOLD)
    assert at > 10


@pytest.mark.parametrize("keep", [FOLD, 10_000])
def test_an_interrupt_in_the_middle_of_a_fold_loses_nothing(keep):
    at, reached = 0, True
    while reached:
        at += 1
        chunks = chunks_of(3 * FOLD, keep)

        def interrupt():
            raise KeyboardInterrupt

        interrupted = Interrupter(at, interrupt, "chasqui.engine.history")
        with suppress(KeyboardInterrupt):
            interrupted.run(chunks.fold)
        reached = interrupted.points >= at
        for number in range(3 * FOLD + 1, 5 * FOLD + 1):
            chunks.add(entry(number))
        check(chunks, 5 * FOLD)
    assert at > 10


def test_folding_what_another_has_folded_counts_no_bytes():
    chunks = chunks_of(FOLD, 10_000)
    for _ in range(10):
        chunks._loose = LOOSE_BYTES + 1
        chunks.fold()
    check(chunks, FOLD)
