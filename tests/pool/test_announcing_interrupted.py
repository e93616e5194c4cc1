"""An interrupt while accepted tasks are reported to the observer leaves none that nobody starts."""

from __future__ import annotations

import contextlib
import itertools
from functools import partial
from typing import Any

import pytest

from chasqui import Pool
from chasqui.pool.reporting import watch_every
from chasqui.pool.state import state_of
from tests.pool.conftest import Call
from tests.pool.interrupt import Interrupter
from tests.pool.observing import Recorder
from tests.pool.submitting import Submitter
from tests.waiting import WAIT

MOST = 900  # points of one action
ACTIONS = {
    "submit": (1, lambda pool: pool.submit(Call())),
    "batch": (3, lambda pool: pool.submit_batch([Call(), Call(), Call()])),
    "later": (1, lambda pool: pool.submit_later(Call(), 0.001)),
}
MODULES = (
    "chasqui.pool.announcing",
    "chasqui.pool.announcing_commits",
    "chasqui.pool.retracting",
    "chasqui.pool.schedule",
)


def interrupt():
    raise KeyboardInterrupt


def refuse(name, tasks):
    if name == "accepted":
        raise OSError("the disk is full")


def points():
    # Newer interpreters report all instructions only from a function's second traced run on.
    return itertools.chain([0, 0], range(1, MOST))


def made(observer):
    pool = Pool(2, 10, observer=observer)
    watch_every(state_of(pool), True)
    return pool


@pytest.mark.parametrize("action", ACTIONS)
def test_an_interrupt_while_tasks_are_announced_leaves_them_in_or_out(action):
    count, act = ACTIONS[action]
    for point in points():
        heard = Recorder()
        pool = made(heard)
        interrupter = Interrupter(point, interrupt, *MODULES)
        with contextlib.suppress(KeyboardInterrupt):
            interrupter.run(lambda pool=pool: act(pool))
        state = state_of(pool)

        assert not state.reserved, point
        assert all(present.alarm for task in state.scheduled.values() if (present := task._more))
        assert pool.metrics().accepted == count * ("accepted" in [one[0] for one in heard.heard])
        pool.start()
        ledger = pool.shutdown(WAIT)
        assert (True, pool.metrics().accepted) == (ledger.balanced, ledger.accepted)
        assert ledger.cancelled == 0
        if 0 < interrupter.points < point:
            break
    assert 3 < point < MOST - 1


@pytest.mark.parametrize("action", ACTIONS)
def test_an_interrupt_of_a_refusal_leaves_no_task_reserved_and_none_accepted(action):
    _, act = ACTIONS[action]
    for point in points():
        heard = Recorder(refuse)
        pool = made(heard)
        interrupter = Interrupter(point, interrupt, "chasqui.pool.announcing")
        # On a thread of its own: an interrupt in the middle of an except leaves the error that is
        # handled there with the thread, on Python 3.11, as if that had never been over.
        Submitter(partial(interrupter.run, partial(act, pool))).join(WAIT)

        assert 0 == pool.metrics().accepted, point
        assert not state_of(pool).reserved, point
        pool.start()
        assert pool.shutdown(WAIT).clean
        assert [] == [one for one in heard.heard if one[0] != "accepted"]
        if 0 < interrupter.points < point:
            break
    assert 3 < point < MOST - 1


@pytest.mark.parametrize("refuses", [False, True])
@pytest.mark.parametrize("action", ["submit", "batch", "later"])
def test_a_shutdown_by_a_handler_in_the_middle_ends_and_its_ledger_adds_up(action, refuses):
    _, act = ACTIONS[action]
    for point in points():
        heard = Recorder(refuse if refuses else lambda *_: None)
        pool, ledgers = made(heard), list[Any]()
        pool.start()
        interrupter = Interrupter(
            point, lambda pool=pool, ledgers=ledgers: ledgers.append(pool.shutdown(WAIT)), *MODULES
        )
        with contextlib.suppress(OSError, RuntimeError):  # PoolClosed is one of those
            interrupter.run(lambda pool=pool: act(pool))
        ledger = pool.shutdown(WAIT)

        assert ledger.balanced
        assert ledger.accepted == pool.metrics().accepted
        assert not ledger.abandoned
        assert not state_of(pool).reserved or ledger.left
        if 0 < interrupter.points < point:
            break
    assert 3 < point < MOST - 1


@pytest.mark.parametrize("refuses", [False, True])
@pytest.mark.parametrize("action", ACTIONS)
def test_a_handler_that_submits_in_the_middle_gets_a_task_of_its_own_or_the_refusal(
    action, refuses
):
    _, act = ACTIONS[action]
    for point in points():
        heard = Recorder(refuse if refuses else lambda *_: None)
        pool, tasks = made(heard), list[Any]()

        def handler(pool=pool, tasks=tasks):
            with contextlib.suppress(OSError):
                tasks.append(pool.submit(Call()))

        interrupter = Interrupter(point, handler, *MODULES)
        with contextlib.suppress(OSError):
            found = interrupter.run(lambda pool=pool: act(pool))
            tasks += found if isinstance(found, list) else [found]
        numbers = [task.number for task in tasks]

        assert len(numbers) == len(set(numbers)) == pool.metrics().accepted
        assert not refuses or not numbers
        assert not state_of(pool).reserved
        pool.start()
        assert pool.shutdown(WAIT).accepted == len(numbers)
        if 0 < interrupter.points < point:
            break
    assert 3 < point < MOST - 1
