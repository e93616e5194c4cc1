"""A signal handler that cancels tasks, wherever a submission is in announcing its own."""

from __future__ import annotations

import contextlib

import pytest

from chasqui import Pool
from chasqui.pool.reporting import watch_every
from chasqui.pool.state import state_of
from tests.pool.conftest import Call
from tests.pool.interrupt import Interrupter
from tests.pool.observing import Recorder
from tests.pool.test_announcing_interrupted import MODULES, points, refuse

OTHERS = range(10_000, 10_003)


@pytest.mark.parametrize("hear", [lambda *_: None, refuse], ids=["accepts", "refuses"])
def test_it_changes_no_collection_that_is_being_gone_through(hear):
    for point in points():
        pool = Pool(1, 10, observer=Recorder(hear))
        state = state_of(pool)
        watch_every(state, True)
        # Of another thread, which is in the middle of announcing them
        state.reserved = {number: Pool(1, 1).submit(Call()) for number in OTHERS}

        def cancel(state=state):
            del state.reserved[OTHERS[0]]  # in place, as a cancel does

        interrupter = Interrupter(point, cancel, *MODULES)
        with contextlib.suppress(OSError):  # of the observer that refuses
            interrupter.run(lambda pool=pool: pool.submit_batch([Call(), Call(), Call()]))
        if 0 < interrupter.points < point:
            return
    raise AssertionError("too many points")
