"""An interrupt while a lane's limit is set: the limit is set whole or not at all."""

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

MOST = 400  # points of one action
CHANGES = {
    "limit": lambda pool: pool.limit("", concurrency=1, rate="1000/s burst 100"),
    "hold": lambda pool: pool.hold("", "closed"),
    "unlimit": lambda pool: pool.limit(""),
    "key": lambda pool: lanes.limit(state_of(pool), "", 1, None, Key("id", lambda work: work.id)),
    "strike": lambda pool: lanes.strike(state_of(pool), "", Key("id", lambda work: work.id), "x"),
}


def interrupt():
    raise KeyboardInterrupt


@pytest.mark.parametrize("change", CHANGES)
def test_an_interrupt_while_a_lane_is_limited_leaves_it_limited_and_counted_or_as_it_was(change):
    for point in itertools.chain([0, 0], range(1, MOST)):
        pool, gate = Pool(2, 10), Gate()
        if change == "unlimit":
            pool.limit("", concurrency=2)
        pool.start()
        running = pool.submit(Call(gate))
        gate.await_entered()
        interrupter = Interrupter(point, interrupt, "chasqui.pool.lane", "chasqui.pool.backlog")
        with contextlib.suppress(KeyboardInterrupt):
            interrupter.run(lambda pool=pool: CHANGES[change](pool))
        lane, state = pool.lane(""), state_of(pool)

        limits = (lane.concurrency, lane.rate, lane.keys)
        wanted = bool(lane.holds) or any(one is not None for one in limits)
        assert bool(lane.strikes) <= (lane.keys is not None), point
        assert wanted == lane.limited, point
        if lane.limited:
            assert state.backlog.only is None, point
            assert lane.running == 1, point
        gate.release.set()
        assert running.wait(WAIT)
        until(lambda pool=pool: not any(one.task for one in pool.workers()))
        assert not lane.limited or lane.running == 0
        pool.shutdown(WAIT, drain=False)
        if 0 < interrupter.points < point:
            break
    assert 3 < point < MOST - 1
