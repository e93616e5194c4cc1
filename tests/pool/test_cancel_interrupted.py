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
WHERE = (
    "chasqui.pool.commits",
    "chasqui.pool.dropping",
    "chasqui.pool.freezing",
    "chasqui.pool.reporting",
)


def interrupt():
    raise KeyboardInterrupt


def test_a_task_whose_cancel_was_interrupted_calls_its_callbacks_if_it_is_cancelled():
    cancelled = 0
    for point in itertools.chain([0, 0], range(1, MOST)):
        observer = Recorder()
        pool, heard = Pool(1, 10, observer=observer), list[Any]()
        task = pool.submit(Call())
        task.add_done_callback(heard.append)
        interrupter = Interrupter(point, interrupt, *WHERE)
        with contextlib.suppress(KeyboardInterrupt):
            interrupter.run(task.cancel)

        assert heard == [task] * (task.state == "cancelled"), point
        assert len(heard) == len(observer.heard)
        cancelled += task.state == "cancelled"
        pool.start()
        assert pool.shutdown(WAIT).clean
        if 0 < interrupter.points < point:
            break
    assert 3 < cancelled
    assert 3 < point < MOST - 1


def test_tasks_that_an_interrupted_shutdown_had_cancelled_call_their_callbacks():
    cancelled = 0
    for point in itertools.chain([0, 0], range(1, MOST)):
        observer = Recorder()
        pool, heard = Pool(1, 10, observer=observer), list[Any]()
        tasks = [pool.submit(Call()) for _ in range(3)]
        for task in tasks:
            task.add_done_callback(heard.append)
        interrupter = Interrupter(point, interrupt, *WHERE)
        with contextlib.suppress(KeyboardInterrupt):
            interrupter.run(lambda pool=pool: pool.shutdown(WAIT, drain=False))

        ended = [task for task in tasks if task.state == "cancelled"]
        assert heard == ended, point
        assert [task.number for task in ended] == [
            number for one in observer.heard for number in one[1]
        ]
        cancelled += 0 < len(ended) < 3
        assert pool.shutdown(WAIT, drain=False).clean
        if 0 < interrupter.points < point:
            break
    assert 0 < cancelled
    assert 3 < point < MOST - 1
