"""Signal handlers in the middle of the end of a pool, and of what goes along its backlog."""

from __future__ import annotations

import contextlib
import itertools
import threading
from functools import partial
from typing import Any

import pytest

from chasqui import Pool, PoolClosed
from chasqui.pool import backlog, clock, closing
from chasqui.pool.closing import shut_down
from chasqui.pool.state import state_of
from chasqui.pool.submission import Submission, accept
from chasqui.pool.task import Particulars
from chasqui.pool.wakeup import Wakeup
from chasqui.testing import FakeClock
from tests.pool.conftest import Call, Gate
from tests.pool.interrupt import Interrupter
from tests.present import present
from tests.waiting import WAIT, until

MOST = 1200  # points of one action


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    monkeypatch.setattr(clock, "LOOK_SECONDS", 0.005)
    monkeypatch.setattr(closing, "GRACE_SECONDS", 0.0)
    monkeypatch.setattr(closing, "LEAST_SECONDS", 0.0)


def points():
    # Newer interpreters tell of all instructions only from a function's second traced run on.
    return itertools.chain([0, 0], range(1, MOST))


def busy_pool():
    """Make a pool whose one worker is held, and the gate that holds it."""
    pool, gate = Pool(1, 50), Gate()
    pool.start()
    pool.submit(Call(gate))
    gate.await_entered()
    return pool, gate


@pytest.mark.slow
def test_a_handler_may_look_while_the_ledger_lists_what_is_left():
    for point in points():
        pool, gate = busy_pool()
        tasks = [pool.submit(Call()) for _ in range(6)]
        assert [True, True] == [task.cancel() for task in tasks[:2]]
        interrupter = Interrupter(point, pool.metrics)
        ledger = interrupter.run(lambda pool=pool: pool.shutdown(0))
        gate.release.set()

        assert [task.number for task in tasks[2:]] == [fate.number for fate in ledger.left]
        if 0 < interrupter.points < point:
            break
    assert 100 < point < MOST - 1


@pytest.mark.slow
def test_a_handler_may_cancel_what_is_scheduled_while_a_shutdown_goes_along_it():
    for point in points():
        pool = Pool(1, 50)
        pool.start()
        later = [pool.submit_later(Call(), 3600) for _ in range(4)]
        interrupter = Interrupter(point, later[-1].cancel)
        ledger = interrupter.run(lambda pool=pool: pool.shutdown(WAIT))

        assert (4, True) == (ledger.cancelled + len(ledger.left), ledger.balanced)
        if 0 < interrupter.points < point:
            break
    assert 50 < point < MOST - 1


@pytest.mark.slow
@pytest.mark.parametrize("handler", ["cancel", "drop", "urgent"])
def test_a_handler_may_do_anything_while_a_shutdown_brings_in_what_is_due(handler):
    def handle(pool, due):
        if handler == "cancel":
            due.cancel()
        elif handler == "drop":
            pool.shutdown(WAIT, drain=False)
        else:  # in a priority that there was none of, so that the levels are listed anew
            with contextlib.suppress(PoolClosed):
                accepted.append(pool.submit(Call(), priority=7))

    for point in points():
        late = FakeClock()
        pool = Pool(1, 50, clock=late)
        pool.start()
        accepted = accept(state_of(pool), Submission([Call()], [Particulars(5)], delay=60))
        state_of(pool).timer.close(WAIT)  # it never comes to it
        late.advance(60)
        interrupter = Interrupter(point, lambda pool=pool, due=accepted[0]: handle(pool, due))
        ledger = interrupter.run(lambda pool=pool: pool.shutdown())

        assert (ledger.clean, len(accepted)) == (True, ledger.accepted), point
        if 0 < interrupter.points < point:
            break
    assert 50 < point < MOST - 1


@pytest.mark.parametrize("attaches", [True, False])
def test_a_wakeup_attached_or_detached_while_another_is_detached_stays_so(attaches):
    for point in points():
        pool, gate = busy_pool()
        running = pool.workers()[0].task
        state = state_of(pool)
        mine, theirs = Wakeup(state.lock, pool.clock), Wakeup(state.lock, pool.clock)
        closing._attach(state, mine)
        if not attaches:
            closing._attach(state, theirs)
        change = partial(closing._attach if attaches else closing._detach, state)
        other = threading.Thread(target=change, args=(theirs,), daemon=True)

        def handle(other=other, running=running):
            other.start()
            running.wait(0.03)  # which gives the lock up whole meanwhile

        interrupter = Interrupter(point, handle, "chasqui.pool.closing")
        interrupter.run(lambda state=state, mine=mine: closing._detach(state, mine))
        if point == 0 or 0 < interrupter.points < point:
            other.start()
        other.join(WAIT)

        assert ((theirs,) if attaches else ()) == state_of(pool).wakeups
        gate.release.set()
        assert pool.shutdown(WAIT).clean
        if 0 < interrupter.points < point:
            break
    assert 3 < point < MOST - 1


def test_a_handler_that_lets_workers_go_on_leaves_no_tombstones_uncounted(monkeypatch):
    monkeypatch.setattr(backlog, "TOMBSTONES", -1000)  # swept whenever something is cancelled
    for point in points():
        pool, gate = busy_pool()
        tasks = pool.submit_batch([Call() for _ in range(6)])

        def handle(gate=gate, tasks=tasks):
            gate.release.set()
            tasks[-1].wait(0.03)  # which gives the lock up whole meanwhile

        interrupter = Interrupter(point, handle)
        interrupter.run(tasks[2].cancel)
        gate.release.set()
        assert pool.shutdown(WAIT).clean
        (lane,) = pool.metrics().lanes
        assert (0, 0) == (lane.queued, state_of(pool).default_lane.dead)
        if 0 < interrupter.points < point:
            break
    assert 20 < point < MOST - 1


def test_no_pool_hangs_on_the_lock_of_another_that_a_handler_holds():
    (first, gate), (second, other) = busy_pool(), busy_pool()
    both = threading.Thread(
        target=shut_down, args=([state_of(first), state_of(second)],), daemon=True
    )
    both.start()
    until(lambda: second.state == "stopping" and state_of(second).wakeups)
    until(lambda: state_of(first).wakeups)
    with state_of(first).lock:  # as a handler in the middle of something holds it
        one = threading.Thread(target=second.shutdown, daemon=True)
        one.start()
        other.release.set()
        one.join(WAIT)

        assert not one.is_alive()
    gate.release.set()
    both.join(WAIT)
    assert not both.is_alive()


def test_what_is_due_runs_also_when_the_timer_s_own_thread_ends_the_pool():
    pool = Pool(1, 10, grace=0.0)
    pool.start()
    stuck, ended = Gate(), threading.Event()
    ledgers: list[Any] = []

    def end(task):
        due.wait(WAIT)
        ledgers.append(pool.shutdown())
        ended.set()

    due = threading.Event()
    task = pool.submit(Call(stuck), time_limit=0.1)
    task.add_done_callback(end)
    later = pool.submit_later(Call(), 0.15)
    then = present(present(later._more).due)
    until(lambda: state_of(pool).monotonic() >= then)
    due.set()

    assert ended.wait(WAIT)
    assert ("completed", ()) == (later.state, ledgers[0].left)
    stuck.release.set()
