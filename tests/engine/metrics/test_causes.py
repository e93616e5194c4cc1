"""One cause makes one sentence: what it explains in its pool is not told beside it."""

from __future__ import annotations

import pytest

from chasqui.engine.metrics.diagnosis import diagnose
from chasqui.engine.metrics.reading import Shortage
from tests.engine.metrics.readings import (
    BUSY,
    COMPUTING,
    blocked,
    broken,
    hog,
    kinds,
    overloaded,
    pool,
    reading,
    slowed,
    texts,
)

SHORT = Shortage(1, 9, "no more threads")


@pytest.mark.parametrize(
    ("cause", "parts", "process"),
    [
        ("gil", [overloaded(), hog(), slowed()], COMPUTING),
        ("gil", [overloaded(**blocked())], COMPUTING),
        ("slower", [overloaded(), slowed()], None),
        ("slower", [overloaded(), slowed("app.crunch", behind=120)], None),
        ("slower", [pool(**BUSY, **blocked()), slowed()], None),
        ("hog", [overloaded(), hog()], None),
        ("hog", [pool(**BUSY, **blocked()), hog()], None),
        ("producers", [overloaded(**blocked())], None),
        ("breaker", [pool(**blocked()), broken(queued=600)], None),
        ("lost", [overloaded(shortage=SHORT)], None),
        ("lost", [pool(shortage=SHORT, **blocked())], None),
        ("breaker", [slowed(breaker="open", breaker_for=1.0)], None),
    ],
    ids=[
        "the GIL slows all",
        "the GIL blocks producers",
        "slow runs need workers",
        "slow runs take the time",
        "slow runs block producers",
        "a hog needs workers",
        "a hog blocks producers",
        "blocked producers hide what would come in",
        "a breaker blocks producers",
        "missing workers are needed",
        "missing workers block producers",
        "a breaker opens on slow runs",
    ],
)
def test_one_cause_makes_one_sentence(cause, parts, process):
    more = {} if process is None else {"process": process}

    assert [cause] == kinds(*parts, **more)


def test_the_sentence_of_a_cause_counts_the_producers_that_it_blocks():
    (text,) = texts(pool(**BUSY, **blocked()), hog())

    assert text.endswith("a pool of its own; 2 producers wait for room")


def test_a_breaker_explains_no_producers_when_others_fill_the_backlog():
    assert ["breaker", "producers"] == kinds(pool(**blocked()), broken(queued=300))


def test_each_pool_has_its_own_cause():
    parts = [overloaded("cpu"), pool(**BUSY, **blocked()), slowed(pool="net"), pool("net", **BUSY)]

    assert [("slower", "net"), ("workers", "cpu"), ("producers", "default")] == [
        (one.kind, one.pool) for one in diagnose(reading(*parts))
    ]


def test_the_gil_explains_nothing_of_a_pool_that_does_not_work():
    parts = [overloaded("cpu"), pool(**blocked(), state="paused"), slowed(pool="net"), pool("net")]

    assert [("gil", "cpu"), ("slower", "net"), ("producers", "default")] == [
        (one.kind, one.pool) for one in diagnose(reading(*parts, process=COMPUTING))
    ]
