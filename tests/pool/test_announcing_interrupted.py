"""An interrupt while accepted tasks are reported to the observer leaves none that nobody starts."""

from __future__ import annotations

import contextlib
import itertools

import pytest

from chasqui import Pool
from chasqui.pool.reporting import watch_every
from chasqui.pool.state import state_of
from tests.pool.conftest import Call
from tests.pool.interrupt import Interrupter
from tests.pool.observing import Recorder
from tests.waiting import WAIT

MOST = 600  # points of one action
ACTIONS = {
    "submit": lambda pool: pool.submit(Call()),
    "batch": lambda pool: pool.submit_batch([Call(), Call(), Call()]),
    "later": lambda pool: pool.submit_later(Call(), 0.001),
}


def interrupt():
    raise KeyboardInterrupt


@pytest.mark.parametrize("action", ACTIONS)
def test_an_interrupt_while_tasks_are_announced_leaves_none_reserved_or_without_alarm(action):
    for point in itertools.chain([0, 0], range(1, MOST)):
        pool = Pool(2, 10, observer=Recorder())
        watch_every(state_of(pool), True)
        interrupter = Interrupter(point, interrupt, "chasqui.pool.announcing")
        with contextlib.suppress(KeyboardInterrupt):
            interrupter.run(lambda pool=pool: ACTIONS[action](pool))
        state = state_of(pool)

        assert not state.reserved, point
        assert all(present.alarm for task in state.scheduled.values() if (present := task._more))
        pool.start()
        ledger = pool.shutdown(WAIT)
        assert (True, pool.metrics().accepted) == (ledger.balanced, ledger.accepted)
        if 0 < interrupter.points < point:
            break
    assert 3 < point < MOST - 1
