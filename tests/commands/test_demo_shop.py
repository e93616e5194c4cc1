"""The work of the demo: every kind fits its type, and what is stuck ends with the demo."""

from __future__ import annotations

import threading
from itertools import islice

import pytest

from chasqui import Engine
from chasqui.commands.demo import KEEP_WAITING, SHARES, feed, prepare, work
from chasqui.commands.demo_shop import FIRST_OUTAGE, OUTAGE_EVERY, OUTAGE_SECONDS, STOCK, is_outage
from tests.waiting import until


def test_all_work_fits_its_type():
    engine = Engine(1, 500)  # not started: nothing runs
    prepare(engine)
    given = list(islice(work(), 300))
    for name, params in given:
        engine.try_submit(name, params)
    engine.shutdown(0, drain=False)
    assert {name for name, _ in given} == {*SHARES, "app.stock"}
    assert 1 == [name for name, _ in given].count("app.stock"), "more would fill the workers"


@pytest.mark.parametrize(
    ("seconds", "out"),
    [
        (0, False),
        (FIRST_OUTAGE, True),
        (FIRST_OUTAGE + OUTAGE_SECONDS, False),
        (FIRST_OUTAGE + OUTAGE_EVERY, True),
    ],
)
def test_the_bank_goes_out_of_order_and_comes_back(seconds, out):
    assert out == is_outage(seconds)


@pytest.mark.slow
def test_the_demo_holds_back_when_much_waits_and_what_is_stuck_ends_with_it():
    with Engine(2, 200, shutdown_timeout=5) as engine:
        prepare(engine)
        over = threading.Event()
        feeder = threading.Thread(target=feed, args=(engine, over))
        feeder.start()
        until(STOCK.locked)
        over.set()
        feeder.join()
        assert not STOCK.locked()
        assert engine.metrics().queued <= KEEP_WAITING
        engine.shutdown(5, drain=False)
