"""The timer: calls at their moment, and none that was forgotten."""

from __future__ import annotations

import itertools
import threading
from functools import partial

import pytest

from chasqui.pool import timer as module
from chasqui.pool.threads import start_daemon
from chasqui.pool.timer import Timer
from chasqui.testing import FakeClock
from tests.pool.interrupt import Interrupter
from tests.waiting import WAIT, until

MOST = 200  # points of one action


class Calls:
    """A timer with calls to be made, all of them far away."""

    def __init__(self, count: int) -> None:
        self.clock = FakeClock()
        self.timer = Timer("timer", self.clock, start_daemon)
        self.made: list[int] = []
        self.numbers: list[int] = []
        self.add(count)

    def add(self, count: int) -> None:
        for _ in range(count):
            at = len(self.numbers)
            number = self.timer.at(self.clock.monotonic() + 60 + at, partial(self.note, at))
            self.numbers.append(number)

    def note(self, at: int) -> None:
        self.made.append(at)

    def forget(self, *which: int) -> None:
        for at in which:
            self.timer.forget(self.numbers[at])

    def run(self) -> list[int]:
        """Let the time pass, and return which calls were made, in their order."""
        self.timer.start()
        self.clock.advance(3600)
        until(lambda: not self.timer._calls)
        self.timer.close(WAIT)
        return self.made


def test_calls_are_made_in_the_order_of_their_time_and_forgotten_ones_not_at_all():
    calls = Calls(600)
    calls.forget(*range(0, 600, 3))
    calls.forget(*range(1, 600, 3))

    assert len(calls.timer._calls) < 400
    assert [*range(2, 600, 3)] == calls.run()


def test_its_close_waits_for_a_call_that_has_left_the_next_ones_to_another_thread():
    timer, entered, go = Calls(0).timer, threading.Event(), threading.Event()

    def slow():
        timer.relieve()
        entered.set()
        go.wait(WAIT)

    timer.start()
    timer.at(0.0, slow)
    assert entered.wait(WAIT)
    closer = threading.Thread(target=timer.close, args=(WAIT,))
    closer.start()
    closer.join(0.05)
    waits = closer.is_alive()
    go.set()
    closer.join(WAIT)

    assert (True, False) == (waits, closer.is_alive())


@pytest.mark.parametrize("what", ["at", "forget", "forget many"])
def test_a_handler_in_the_middle_of_forgetting_loses_no_call_and_brings_none_back(
    what, monkeypatch
):
    monkeypatch.setattr(module, "FORGOTTEN", 1)

    def handle(calls):
        if what == "at":
            calls.add(1)
        else:
            calls.forget(*late)

    late = {"at": [], "forget": [15], "forget many": range(13, 18)}[what]
    for point in itertools.chain([0, 0], range(1, MOST)):
        calls = Calls(20)
        interrupter = Interrupter(point, lambda calls=calls: handle(calls), module.__name__)
        interrupter.run(lambda calls=calls: calls.forget(*range(12)))
        if point == 0 or interrupter.points < point:
            handle(calls)
        left = [at for at in range(12, len(calls.numbers)) if at not in late]

        assert left == calls.run(), point
        if 0 < interrupter.points < point:
            break
    assert 50 < point < MOST - 1
