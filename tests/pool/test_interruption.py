"""Signal handlers: any method may be called in the middle of any other, on the same thread."""

from __future__ import annotations

import contextlib
import gc
import itertools
import random
import signal
import threading
import time
from typing import Any

import pytest

from chasqui import BacklogFull, Pool, PoolClosed
from chasqui.pool import backlog, clock
from tests.pool.conftest import Call
from tests.pool.interrupt import Interrupter

WAIT = 10.0
MOST = 400  # points of one action


class Scene:
    """A pool with a few tasks in every state, and what has been accepted of it."""

    def __init__(self) -> None:
        self.pool = Pool(2, 8)
        self.tasks = self.pool.submit_batch([Call() for _ in range(3)])
        self.pool.start()
        self.wrong: list[Any] = []

    def submit(self):
        self.tasks.append(self.pool.submit(Call(), timeout=WAIT))

    def batch(self):
        self.tasks += self.pool.submit_batch([Call() for _ in range(9)], timeout=WAIT)

    def cancel(self):
        self.tasks[-1].cancel()

    def read(self):
        reading = self.pool.metrics()
        if not reading.balanced:
            self.wrong.append(reading)

    def steer(self):
        self.pool.pause()
        self.pool.waiting()
        self.pool.resize(3)
        self.pool.resume()

    def wait(self):
        task = self.pool.submit(Call(), timeout=WAIT)
        self.tasks.append(task)
        task.wait(0.05)  # in a paused pool it would be in vain

    def shutdown(self):
        self.pool.shutdown(WAIT)

    def drop(self):
        self.pool.shutdown(WAIT, drain=False)

    def end(self):
        """Check that everything that was accepted has one fate, and nothing else is counted."""
        ledger, reading = self.pool.shutdown(WAIT), self.pool.metrics()
        assert [] == self.wrong
        assert reading.balanced
        assert ledger.clean
        assert ledger.accepted == ledger.accounted == reading.accepted == len(self.tasks)
        assert all(task.done for task in self.tasks)


def perform(scene, name):
    """Do it; to be refused by a pool that has closed meanwhile is an answer too."""
    try:
        getattr(scene, name)()
    except (PoolClosed, BacklogFull) as error:
        scene.tasks += error.accepted


ACTIONS = ["submit", "batch", "cancel", "read", "steer", "wait", "shutdown"]
HANDLERS = ["submit", "cancel", "read", "steer", "wait", "shutdown", "drop"]


@pytest.fixture(autouse=True)
def _look_again_soon(_no_second_look, monkeypatch):
    """A wait whose notification came too early is made up for at once, not after 0.2 s."""
    monkeypatch.setattr(clock, "LOOK_SECONDS", 0.005)


@pytest.mark.slow
@pytest.mark.parametrize("handler", HANDLERS)
@pytest.mark.parametrize("action", ACTIONS)
def test_a_handler_may_do_anything_anywhere(action, handler):
    # Newer interpreters tell of all instructions only from a function's second traced run on.
    for _ in range(2):
        scene = Scene()
        Interrupter(0, scene.read).run(lambda scene=scene: perform(scene, action))
        scene.end()
    point = 0
    while True:
        point += 1
        scene = Scene()
        interrupter = Interrupter(point, lambda scene=scene: perform(scene, handler))
        interrupter.run(lambda scene=scene: perform(scene, action))
        scene.end()
        if interrupter.points < point:
            break
        assert point < MOST
    assert point > 5


@pytest.mark.slow
@pytest.mark.parametrize("handler", ["submit", "cancel", "steer"])
@pytest.mark.parametrize("action", ["cancel", "steer"])
def test_a_handler_in_the_middle_of_a_sweep_loses_nothing(action, handler, monkeypatch):
    monkeypatch.setattr(backlog, "TOMBSTONES", -1000)  # swept whenever something is cancelled
    monkeypatch.setattr(backlog, "DEEP", -1)  # and whenever somebody looks
    for point in itertools.chain([0, 0], range(1, MOST)):
        scene = Scene()
        scene.pool.pause()
        scene.tasks += scene.pool.submit_batch([Call() for _ in range(3)])
        scene.tasks[-2].cancel()
        interrupter = Interrupter(point, lambda scene=scene: perform(scene, handler))
        interrupter.run(lambda scene=scene: perform(scene, action))
        scene.end()
        if 0 < interrupter.points < point:
            break
    assert 20 < point < MOST - 1


@pytest.mark.slow
@pytest.mark.parametrize("handler", ["cancel", "later", "drop"])
def test_the_lanes_of_a_reading_add_up_to_it_whatever_a_handler_does_in_the_middle(handler):
    def handle(pool, tasks):
        if handler == "cancel":
            tasks[0].cancel()
        elif handler == "later":
            pool.submit_later(Call(), 3600, lane=pool.lane("fresh"))
        else:
            pool.shutdown(WAIT, drain=False)

    names = ("queued", "scheduled", "running", "completed", "failed", "cancelled")
    for point in itertools.chain([0, 0], range(1, MOST)):
        pool = Pool(1, 8)
        pool.start()
        lanes = [pool.lane(name) for name in "aba"]
        tasks = [pool.submit_later(Call(), 3600, lane=lane) for lane in lanes]
        interrupter = Interrupter(point, lambda pool=pool, tasks=tasks: handle(pool, tasks))
        now = interrupter.run(pool.metrics)
        pool.shutdown(0, drain=False)

        assert {name: getattr(now, name) for name in names} == {
            name: sum(getattr(lane, name) for lane in now.lanes) for name in names
        }, point
        if 0 < interrupter.points < point:
            break
    assert 50 < point < MOST - 1


def test_what_a_handler_raises_in_the_middle_of_a_look_is_its_caller_s(_no_second_look):
    def handle(scene):
        scene.tasks[0].cancel()  # so that the look is to be taken again
        raise KeyError("mine")

    def look(scene):
        scene.pool.metrics()
        scene.pool.waiting()

    for point in itertools.chain([0, 0], range(1, MOST)):
        scene = Scene()
        # Only where no `with` is at its end: a trace function raises there one instruction later
        # than a signal handler would, and past what the `with` guards.
        looked_at = "chasqui.pool.backlog"
        interrupter = Interrupter(point, lambda scene=scene: handle(scene), looked_at)
        raised: list[Any] = []
        try:
            interrupter.run(lambda scene=scene: look(scene))
        except KeyError as error:
            raised += error.args
        scene.end()
        if 0 < interrupter.points < point:
            break
        assert (["mine"] if point else []) == raised, point
    assert 20 < point < MOST - 1


@pytest.fixture
def _no_collector_callbacks():
    """CPython swallows what is raised in a callback of the collector, and Hypothesis has one."""
    kept = gc.callbacks[:]
    gc.callbacks.clear()
    yield
    gc.callbacks[:] = kept


@pytest.mark.usefixtures("_no_collector_callbacks")
@pytest.mark.parametrize("action", ["submit", "cancel", "read"])
def test_an_exception_from_a_handler_leaves_the_pool_whole(action):
    # By a real timer, not a trace function: what matters is where CPython itself would raise. Not
    # for what waits on a Condition or starts a thread: there CPython's own code is left in pieces.
    class Interrupt(Exception):
        pass

    def interrupt(number, frame):
        raise Interrupt

    chance = random.Random(action)
    before = signal.signal(signal.SIGALRM, interrupt)
    interrupted = 0
    try:
        for _ in range(80):
            scene = Scene()
            with contextlib.suppress(Interrupt):
                try:
                    signal.setitimer(signal.ITIMER_REAL, chance.uniform(0.00002, 0.001))
                    for _ in range(200):
                        perform(scene, action)
                    signal.setitimer(signal.ITIMER_REAL, 0)
                except Interrupt:
                    interrupted += 1
                    raise
            # Another thread gets on with it: no lock, flag or hold was left behind.
            helper = threading.Thread(target=scene.pool.shutdown, args=(WAIT,))
            helper.start()
            helper.join(WAIT)
            assert not helper.is_alive()
            reading = scene.pool.metrics()
            assert reading.balanced
            assert reading.accepted >= len(scene.tasks)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert interrupted > 10


@pytest.mark.slow
def test_real_signals_read_and_submit_in_the_middle_of_everything():
    pool = Pool(4, 50)
    pool.start()
    over: list[Any] = []
    wrong, extra = [], []

    def handler(number, frame):
        reading = pool.metrics()
        if not reading.balanced:
            wrong.append(reading)
        with contextlib.suppress(BacklogFull):
            extra.append(pool.try_submit(Call()))
        if not over:  # else one that is pending would set the timer after it was stopped
            signal.setitimer(signal.ITIMER_REAL, 0.0003)

    before = signal.signal(signal.SIGALRM, handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.0003)
        until = time.monotonic() + 1.5
        mine = []
        while time.monotonic() < until:
            mine.append(pool.submit(Call()))
            mine += pool.submit_batch([Call() for _ in range(5)])
            mine[-1].cancel()
            pool.metrics()
    finally:
        over.append(True)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    ledger = pool.shutdown(WAIT)

    assert [] == wrong
    assert len(extra) > 50
    assert len(mine) + len(extra) == ledger.accepted == ledger.accounted
    assert ledger.clean
