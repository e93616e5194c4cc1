"""An interrupt in the middle of a cancel: what waits for the task still hears of its end."""

from __future__ import annotations

import contextlib
import itertools
from typing import Any

from chasqui import Pool
from tests.pool.conftest import Call
from tests.pool.interrupt import Interrupter
from tests.pool.observing import Recorder
from tests.waiting import WAIT

MOST = 400  # points of one action
WHERE = ("chasqui.pool.commits", "chasqui.pool.freezing", "chasqui.pool.reporting")


def interrupt():
    raise KeyboardInterrupt


def test_a_task_whose_cancel_was_interrupted_calls_its_callbacks_if_it_is_cancelled():
    cancelled = 0
    for point in itertools.chain([0, 0], range(1, MOST)):
        pool, heard = Pool(1, 10, observer=Recorder()), list[Any]()
        task = pool.submit(Call())
        task.add_done_callback(heard.append)
        interrupter = Interrupter(point, interrupt, *WHERE)
        with contextlib.suppress(KeyboardInterrupt):
            interrupter.run(task.cancel)

        assert heard == [task] * (task.state == "cancelled"), point
        cancelled += task.state == "cancelled"
        pool.start()
        assert pool.shutdown(WAIT).clean
        if 0 < interrupter.points < point:
            break
    assert 3 < cancelled
    assert 3 < point < MOST - 1
