"""An interrupt while the limits of values or strikes change: no task is lost, all limits hold."""

from __future__ import annotations

import contextlib
import itertools

import pytest

from chasqui import Pool
from chasqui.pool import lanes
from chasqui.pool.state import state_of
from chasqui.pool.strikes import Key
from tests.pool.conftest import Call, Gate
from tests.pool.interrupt import Interrupter
from tests.waiting import WAIT, until

MOST = 900  # points of one action
MODULES = tuple(f"chasqui.pool.{name}" for name in ("lane", "lanes", "keyed", "values", "strikes"))
BY_ID, BY_NAME = Key("id", lambda work: work.id), Key("name", lambda work: work.name)
CHANGES = {
    "key": lambda state: lanes.limit(state, "a", 1, None, BY_NAME),
    "rate": lambda state: lanes.limit(state, "a", 1, "1000/s burst 100", BY_ID),
    "unlimit": lambda state: lanes.limit(state, "a"),
    "strike": lambda state: lanes.strike(state, "a", BY_ID, "0"),
    "unstrike": lambda state: lanes.unstrike(state, "a", "id", "1"),
}
FREES = ("unlimit", "unstrike")
"""Those after which more tasks may start at once."""


def interrupt():
    raise KeyboardInterrupt


def changed(change, point, handler):
    """Change a lane whose tasks are sorted, and be interrupted at a point: return how many."""
    pool, gate = Pool(4, 100), Gate()
    state, lane = state_of(pool), pool.lane("a")
    lanes.limit(state, "a", 1, None, BY_ID)
    lanes.strike(state, "a", BY_ID, "1")
    pool.start()
    tasks = [pool.submit(Call(gate, id), lane=lane) for id in "0202"]
    gate.await_entered(2)
    tasks += [pool.submit(Call(id=str(number % 3)), lane=lane) for number in range(9)]
    until(lambda: not lane.normal)
    interrupter = Interrupter(point, lambda: handler(state), *MODULES)
    with contextlib.suppress(KeyboardInterrupt):
        interrupter.run(lambda: CHANGES[change](state))
    now = pool.metrics()
    assert now.balanced, point
    assert len(tasks) == now.queued + now.running + now.completed, point
    assert now.running + now.completed == 2 or change in FREES, point
    for _, value in lane.strikes.listed:
        lanes.unstrike(state, "a", "id", value)
    gate.release.set()
    ledger = pool.shutdown(WAIT)
    assert ledger.clean, point
    assert len(tasks) == ledger.completed, point
    return interrupter.points


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES)
def test_an_interrupt_while_limits_or_strikes_change_loses_no_task(change):
    for point in itertools.chain([0, 0], range(1, MOST)):
        if 0 < changed(change, point, lambda state: interrupt()) < point:
            break
    assert 3 < point < MOST - 1


@pytest.mark.slow
@pytest.mark.parametrize("change", ["key", "strike"])
def test_a_signal_handler_that_changes_them_in_the_middle_of_a_change_loses_no_task(change):
    for point in itertools.chain([0, 0], range(1, MOST)):
        handler = CHANGES["strike" if change == "key" else "rate"]
        if 0 < changed(change, point, handler) < point:
            break
    assert 3 < point < MOST - 1
