"""Signal handlers that submit and restore in the middle of a restore or a submission."""

from __future__ import annotations

import contextlib
import itertools
import threading
from collections.abc import Callable
from typing import Any

import pytest

from chasqui import Pool
from chasqui.pool.numbering import Numbering
from chasqui.pool.task import Task
from tests.pool.conftest import WAIT, Call
from tests.pool.interrupt import Interrupter

MOST = 400  # points of one action


def points():
    # Newer interpreters report all instructions only from a function's second traced run on.
    return itertools.chain([0, 0], range(1, MOST))


def restore(pool, number, **given):
    return pool.restore(Call(), number, created=0.0, **given)


ACTIONS: list[Callable[[Pool], Any]] = [
    lambda pool: restore(pool, 5),
    lambda pool: restore(pool, 5, due=4e9),
    lambda pool: pool.submit(Call()),
    lambda pool: pool.submit_batch([Call()])[0],
]


@pytest.mark.parametrize("numbers", [None, Numbering])
@pytest.mark.parametrize("action", ACTIONS)
def test_a_handler_may_submit_and_restore_in_the_middle(action, numbers):
    for point in points():
        pool = Pool(1, 50, numbers=numbers and numbers())
        tasks: list[Task] = []

        def handler(pool=pool, tasks=tasks):
            tasks += [pool.submit(Call()), restore(pool, 9), pool.submit(Call())]

        interrupter = Interrupter(point, handler)
        tasks.append(interrupter.run(lambda pool=pool: action(pool)))
        before = {task.number for task in tasks}
        last = pool.submit(Call())
        metrics = pool.metrics()

        assert len(tasks) == len(before)
        assert last.number > max(before)
        assert {*before, last.number} == {task.number for task in pool.waiting() + pool.scheduled()}
        assert metrics.balanced
        assert metrics.accepted == len(tasks) + 1
        pool.shutdown(0, drain=False)
        if 0 < interrupter.points < point:
            break
    else:
        pytest.fail("not every point was tried")


def test_of_two_that_restore_one_number_at_once_one_is_refused():
    for point in points():
        pool, refused = Pool(1, 50), list[str]()
        tasks: list[Task] = []

        def once(pool=pool, tasks=tasks, refused=refused):
            try:
                tasks.append(restore(pool, 5))
            except ValueError as error:
                refused.append(str(error))

        interrupter = Interrupter(point, once)
        interrupter.run(once)
        if interrupter.points < point:
            assert (1, 0) == (len(tasks), len(refused))
            break
        assert (1, 1) == (len(tasks), len(refused)) or not point
        assert tasks == pool.waiting()
        assert pool.metrics().accepted == 1
    else:
        pytest.fail("not every point was tried")


@pytest.mark.parametrize("due", [None, 4e9])
def test_a_keyboard_interrupt_leaves_a_restored_task_in_or_out_and_the_pool_working(due):
    def interrupt():
        raise KeyboardInterrupt

    for point in points():
        pool = Pool(1, 50)
        pool.start()
        interrupter = Interrupter(point, interrupt)
        with contextlib.suppress(KeyboardInterrupt):
            interrupter.run(lambda pool=pool: restore(pool, 5, due=due))
        is_over = 0 < interrupter.points < point
        submitted: list[Task] = []
        other = threading.Thread(
            target=lambda pool=pool, submitted=submitted: submitted.append(pool.submit(Call()))
        )
        other.start()
        other.join(WAIT)
        submitted[0].result(WAIT)
        metrics = pool.metrics()

        assert metrics.balanced
        assert metrics.accepted in (1, 2)
        assert metrics.accepted == 1 or submitted[0].number == 6
        assert pool.shutdown(WAIT, drain=False).balanced
        if is_over:
            break
    else:
        pytest.fail("not every point was tried")
