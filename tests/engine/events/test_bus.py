"""The bus tells observers on a thread of its own, never waits, and counts what it drops."""

from __future__ import annotations

import threading
from typing import Any

from chasqui.engine.events.bus import REPORT_SECONDS, STRIKES, Bus
from chasqui.engine.events.records import EngineChanged, EventsDropped
from chasqui.pool.threads import start_daemon
from chasqui.testing import FakeClock

WAIT = 10.0


def event(what="x"):
    return EngineChanged(0.0, what)


def what(one):
    return one.what


def test_observers_hear_of_events_in_order_on_the_bus_s_own_thread():
    bus, heard = Bus(), []
    bus.subscribe(lambda one: heard.append((threading.current_thread().name, what(one))))
    for number in range(100):
        bus.publish(event(str(number)))

    assert bus.flush(WAIT)
    assert [("chasqui-bus", str(number)) for number in range(100)] == heard
    bus.close(WAIT)


def test_an_event_without_observers_costs_no_thread():
    bus = Bus()
    bus.publish(event())

    assert bus.flush(0)
    assert "chasqui-bus" not in [thread.name for thread in threading.enumerate()]


def test_a_slow_observer_makes_the_bus_drop_and_count_instead_of_waiting():
    bus, entered, release, heard = Bus(capacity=3), threading.Event(), threading.Event(), []

    def slow(one):
        entered.set()
        assert release.wait(WAIT)
        heard.append(str(one))

    bus.subscribe(slow)
    bus.publish(event("first"))
    assert entered.wait(WAIT)
    for number in range(10):
        bus.publish(event(str(number)))

    assert 7 == bus.dropped
    release.set()
    assert bus.flush(WAIT)
    told = "7 lines are missing here: more happened than could be written down"
    assert ["engine first", told, "engine 0", "engine 1", "engine 2"] == heard
    bus.close(WAIT)


def test_what_is_dropped_is_told_of_every_few_seconds_and_at_the_end():
    clock = FakeClock()
    bus, entered, release = Bus(capacity=1, clock=clock), threading.Semaphore(0), threading.Event()
    told = []

    def slow(one):
        if isinstance(one, EventsDropped):
            told.append(one.count)
        elif one.what == "slow":
            entered.release()
            assert release.wait(WAIT)

    def drop(count):
        release.clear()
        bus.publish(event("slow"))
        assert entered.acquire(timeout=WAIT)
        for _ in range(count + 1):
            bus.publish(event())
        release.set()
        assert bus.flush(WAIT)

    bus.subscribe(slow)
    drop(3)
    drop(4)
    assert [3] == told
    clock.advance(REPORT_SECONDS)
    drop(5)
    assert [3, 4] == told
    drop(6)
    bus.close(WAIT)
    assert [3, 4, 11] == told


def test_an_event_for_which_no_thread_can_be_started_is_dropped_and_the_next_one_is_not():
    threads: list[int | None] = [None]

    def start_thread(target, name):
        if threads.pop(0) is None:
            raise RuntimeError("can't start new thread")
        return start_daemon(target, name)

    heard: list[Any] = []
    bus = Bus(start_thread=start_thread)
    bus.subscribe(heard.append)
    bus.publish(event("lost"))
    threads.append(1)
    bus.publish(event("told"))

    assert bus.flush(WAIT)
    assert [EventsDropped, EngineChanged] == [type(one) for one in heard]
    bus.close(WAIT)


def test_an_observer_hears_nothing_of_what_was_before_it():
    heard: list[Any] = []
    bus, entered, release = Bus(), threading.Event(), threading.Event()

    def slow(one):
        entered.set()
        assert release.wait(WAIT)

    bus.subscribe(slow)
    bus.publish(event("before"))
    bus.publish(event("before"))
    assert entered.wait(WAIT)
    bus.subscribe(heard.append)
    bus.publish(event("after"))
    release.set()

    assert bus.flush(WAIT)
    assert ["after"] == [one.what for one in heard]
    bus.close(WAIT)


def test_an_observer_that_raises_is_told_no_more_after_five_times_in_a_row(caplog):
    heard: list[Any] = []
    bus, calls = Bus(), []

    def broken(one):
        calls.append(one)
        if one.what != "fine":
            raise ValueError("no")

    bus.subscribe(broken)
    bus.subscribe(heard.append)
    for what in ["x"] * (STRIKES - 1) + ["fine"] + ["x"] * (STRIKES + 3):
        bus.publish(event(what))

    assert bus.flush(WAIT)
    assert (2 * STRIKES, 2 * STRIKES + 3) == (len(calls), len(heard))
    assert "it gets no more events" in caplog.text
    bus.close(WAIT)


def test_closing_tells_what_is_left_and_takes_nothing_more():
    heard: list[Any] = []
    bus = Bus()
    bus.subscribe(heard.append)
    bus.publish(event("last"))
    bus.close(WAIT)
    bus.publish(event("too late"))

    assert ["last"] == [one.what for one in heard]


def test_one_that_has_unsubscribed_is_told_no_more():
    bus, heard, kept = Bus(), [], []

    def observer(one):
        heard.append(one.what)

    bus.subscribe(observer)
    bus.subscribe(lambda one: kept.append(what(one)))
    bus.publish(event("a"))
    assert bus.flush(WAIT)
    bus.unsubscribe(observer)
    bus.publish(event("b"))
    assert bus.flush(WAIT)

    assert (["a"], ["a", "b"]) == (heard, kept)
    bus.close(WAIT)
