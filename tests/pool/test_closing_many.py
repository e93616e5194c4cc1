"""Ending many pools: one deadline, one moment of grace, one wait for threads, a ledger for each."""

from __future__ import annotations

import itertools
import threading
from typing import Any

import pytest

from chasqui import Pool, PoolClosed
from chasqui.pool import clock as clocks
from chasqui.pool import closing
from chasqui.pool.closing import GRACE_SECONDS, JOIN_SECONDS, LEAST_SECONDS
from chasqui.pool.numbering import Numbering
from chasqui.pool.state import state_of
from chasqui.testing import FakeClock
from tests.pool.conftest import Call, Gate
from tests.pool.interrupt import Interrupter
from tests.waiting import until

pytestmark = pytest.mark.slow

WAIT = 10.0
MOST = 3000  # points of one shutdown of two pools


def shut_down(pools, *args, **kwargs):
    """End pools together, as an engine does."""
    return closing.shut_down([state_of(pool) for pool in pools], *args, **kwargs)


@pytest.fixture
def make_pools():
    """Make pools that count together, on one clock."""
    made: list[Any] = []

    def make_pools(count, *sizes, **parts):
        numbers = Numbering()
        made.extend(
            Pool(*sizes, name=f"p{number}", numbers=numbers, **parts) for number in range(count)
        )
        return made

    yield make_pools
    shut_down(made, 0)


@pytest.fixture
def end(request):
    """Shut pools down on a thread of its own; what it returns is in the list."""
    threads = []

    def end(pools, *args, **kwargs):
        ledgers = []
        run = lambda: ledgers.extend(shut_down(pools, *args, **kwargs))  # noqa: E731
        threads.append(threading.Thread(target=run, daemon=True))
        threads[-1].start()
        return threads[-1], ledgers

    yield end
    for thread in threads:
        thread.join(WAIT)
        assert not thread.is_alive()


def sleepers(clock, count):
    """Wait until as many threads wait for a moment that is still to come."""
    until(lambda: len(clock.asleep()) == count)


def block(pools, gate):
    """Have a body that heeds nothing on a worker of each pool."""
    for pool in pools:
        pool.start()
        pool.submit(Call(gate))
    gate.await_entered(len(pools))


def test_however_many_pools_hang_the_grace_passes_once(make_pools, end, gate):
    clock = FakeClock()
    pools = make_pools(5, 1, clock=clock)
    block(pools, gate)
    thread, ledgers = end(pools, 7)
    sleepers(clock, 1)
    clock.advance(7)
    sleepers(clock, 1)
    assert {"stopped"} == {pool.state for pool in pools}
    clock.advance(GRACE_SECONDS)
    thread.join(WAIT)

    assert not thread.is_alive()
    assert [(7.5, 1)] * 5 == [(one.seconds, len(one.abandoned)) for one in ledgers]
    assert [f"p{n}/w01" for n in range(5)] == [one.abandoned[0].worker for one in ledgers]


def test_no_shutdown_waits_for_a_pool_that_another_has_given_up(make_pools, end, gate):
    clock = FakeClock()
    pools = make_pools(2, 1, clock=clock)
    block(pools, gate)
    first, early = end(pools[:1], 7)
    sleepers(clock, 1)
    clock.advance(7)
    sleepers(clock, 1)
    clock.advance(GRACE_SECONDS - LEAST_SECONDS / 2)
    second, late = end(pools[:1], 7)  # which would itself wait a little longer
    sleepers(clock, 2)
    clock.advance(LEAST_SECONDS / 2)
    for thread in (first, second):
        thread.join(WAIT / 2)  # the bodies end by themselves after twice that

    assert [False, False] == [first.is_alive(), second.is_alive()]
    assert early == late
    assert 1 == len(late[0].abandoned)


def test_at_the_deadline_tasks_of_every_pool_are_asked_to_stop(make_pools, end):
    clock = FakeClock()
    pools = make_pools(3, 1, clock=clock)
    asked = []
    for pool in pools:
        pool.start()
        pool.submit(Call(lambda ctx: asked.append(ctx.sleep(1000))))
    sleepers(clock, 3)
    thread, ledgers = end(pools, 7)
    sleepers(clock, 4)
    clock.advance(7)
    thread.join(WAIT)

    assert [False] * 3 == asked
    assert [True] * 3 == [one.clean for one in ledgers]


def test_no_pool_accepts_anything_while_one_is_waited_for(make_pools, end, gate):
    pools = make_pools(3, 1)
    block(pools[:1], gate)
    pools[1].start()
    thread, ledgers = end(pools)
    until(lambda: pools[2].state != "new")

    for pool in pools:
        with pytest.raises(PoolClosed):
            pool.submit(Call())
    gate.release.set()
    thread.join(WAIT)
    assert [1, 0, 0] == [one.completed for one in ledgers]


def test_the_wait_for_threads_on_their_way_out_is_shared(make_pools):
    waits, leave = [], threading.Event()

    class Slow(threading.Thread):
        """A thread that does not end while it is waited for."""

        def join(self, timeout=None):
            waits.append(timeout)
            leave.wait(timeout)

    def start(target, name):
        thread = Slow(target=target, name=name, daemon=True)
        thread.start()
        return thread

    pools = make_pools(4, 2, start_thread=start)
    for pool in pools:
        pool.start()
    shut_down(pools, WAIT)

    assert 8 == len(waits)
    assert sum(waits) <= JOIN_SECONDS * 1.05


def test_who_waits_for_what_an_ended_pool_has_left_is_told_while_another_goes_on(
    make_pools, end, monkeypatch
):
    monkeypatch.setattr(clocks, "LOOK_SECONDS", 0.005)
    first, second = make_pools(2, 1)
    first.start()
    second.start()
    begun, told = threading.Event(), []

    def body(ctx):
        left = second.submit_later(Call(), 3600)
        begun.set()
        told.append(left.wait())

    first.submit(Call(body))
    assert begun.wait(WAIT)
    thread, ledgers = end([first, second])
    thread.join(WAIT)

    assert [False] == told
    assert ([0, 1], [1, 0]) == (
        [len(one.left) for one in ledgers],
        [one.completed for one in ledgers],
    )


def test_a_second_shutdown_sharpens_the_first_in_every_pool(make_pools, end, gate):
    clock = FakeClock()
    pools = make_pools(3, 1, clock=clock)
    block(pools, gate)
    waiting = [pool.submit(Call()) for pool in pools]
    first, patient = end(pools)
    until(lambda: all(pool.state == "stopping" for pool in pools))
    second, sharp = end(pools, 3, drain=False)
    until(lambda: all(task.state == "cancelled" for task in waiting))
    sleepers(clock, 2)
    clock.advance(3)
    sleepers(clock, 2)
    clock.advance(GRACE_SECONDS)
    first.join(WAIT)
    second.join(WAIT)

    assert patient == sharp
    assert [(1, 1)] * 3 == [(one.cancelled, len(one.abandoned)) for one in sharp]


def test_one_pool_may_be_ended_before_the_others(make_pools, gate):
    pools = make_pools(2, 1)
    block(pools[1:], gate)
    pools[0].start()
    early = pools[0].shutdown(WAIT)
    pools[1].submit(Call())
    gate.release.set()

    assert [early, pools[1].shutdown(WAIT)] == shut_down(pools, WAIT)
    assert 2 == pools[1].metrics().completed


def test_a_task_of_one_pool_may_end_them_all(make_pools):
    pools = make_pools(3, 2)
    for pool in pools:
        pool.start()
    seen = []
    pools[1].submit(Call(lambda ctx: seen.extend(shut_down(pools, WAIT)))).wait(WAIT)

    assert [0, 1, 0] == [len(one.abandoned) for one in seen]
    assert shut_down(pools, WAIT) == seen


class Scene:
    """Two pools with tasks in every state."""

    def __init__(self, start=True):
        numbers = Numbering()
        self.pools = [Pool(1, 9, name=f"p{n}", numbers=numbers) for n in range(2)]
        self.tasks = [pool.submit(Call()) for pool in self.pools for _ in range(3)]
        for pool in self.pools if start else ():
            pool.start()

    def shutdown(self):
        shut_down(self.pools, WAIT)

    def drop(self):
        shut_down(self.pools, WAIT, drain=False)

    def leave(self):
        shut_down(self.pools, 0)

    def submit(self):
        for pool in self.pools:
            try:
                self.tasks.append(pool.submit(Call()))
            except PoolClosed:
                continue

    def end(self):
        """Check that each pool's ledger is what its metrics say, and that numbers are unique."""
        for pool, ledger in zip(self.pools, shut_down(self.pools, 0), strict=True):
            now = pool.metrics()
            assert ledger.balanced and now.balanced
            assert (now.accepted, now.completed, now.failed, now.cancelled, now.queued) == (
                ledger.accepted,
                ledger.completed,
                ledger.failed,
                ledger.cancelled,
                len(ledger.left),
            )
        assert len(self.tasks) == len({task.number for task in self.tasks})
        assert sum(pool.metrics().accepted for pool in self.pools) == len(self.tasks)


@pytest.mark.parametrize("started", [True, False])
@pytest.mark.parametrize("handler", ["shutdown", "drop", "leave", "submit"])
@pytest.mark.parametrize("action", ["shutdown", "drop", "submit"])
def test_a_handler_may_end_all_pools_in_the_middle_of_anything(
    action, handler, started, monkeypatch
):
    monkeypatch.setattr(clocks, "LOOK_SECONDS", 0.005)
    # All points of a shutdown where the most goes on, every third elsewhere: they cost 5 ms each.
    step = 1 if started and action == "shutdown" else 3
    # Newer interpreters tell of all instructions only from a function's second traced run on.
    for point in itertools.chain([0, 0], range(1, MOST, step)):
        scene = Scene(started)
        interrupter = Interrupter(point, getattr(scene, handler))
        interrupter.run(getattr(scene, action))
        scene.end()
        if interrupter.points < point:
            break
    assert 5 < point < MOST - step


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_what_a_pool_has_left_is_told_of_though_another_still_runs(make_pools, end, gate, order):
    clock = FakeClock()
    busy, other = pools = make_pools(2, 1, clock=clock)
    block([busy], gate)
    other.start()
    other.hold("a")
    running = other.submit(Call(slow := Gate()))
    slow.await_entered()
    left = other.submit(Call(), lane=other.lane("a"))
    thread, ledgers = end([pools[at] for at in order])
    until(lambda: other.state == "stopping")
    slow.release.set()
    until(lambda: other.state == "stopped")

    assert running.done
    with pytest.raises(PoolClosed, match="was left in the backlog"):
        left.result(0)
    assert "stopping" == busy.state
    assert not ledgers
    gate.release.set()
    thread.join(WAIT)
    assert {0: 0, 1: 1} == {at: len(one.left) for at, one in zip(order, ledgers, strict=True)}


def test_a_handler_in_the_middle_of_one_pool_lets_its_workers_leave(make_pools, gate):
    clock = FakeClock()
    busy, other = pools = make_pools(2, 1, clock=clock)
    block([busy], gate)
    other.start()
    ledgers = []

    def handle():
        with state_of(other).lock:  # as a handler finds it, in the middle of anything
            ledgers.extend(shut_down(pools))

    thread = threading.Thread(target=handle, daemon=True)
    thread.start()
    until(lambda: other.state == "stopped")

    assert "stopping" == busy.state
    gate.release.set()
    thread.join(WAIT)
    assert [True, True] == [one.clean for one in ledgers]
