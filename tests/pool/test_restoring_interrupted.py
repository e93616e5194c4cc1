"""Signal handlers that submit and restore in the middle of a restore or a submission."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from chasqui import Pool
from chasqui.pool.numbering import Numbering
from chasqui.pool.task import Task
from tests.pool.conftest import Call
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
