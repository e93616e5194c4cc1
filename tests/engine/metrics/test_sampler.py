"""The meter looks once a second on the engine's clock, and keeps what it saw for a day."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

import pytest

from chasqui.engine.metrics.sampler import ENGINE, Sampler, Series
from chasqui.engine.metrics.windows import Look, Standing
from chasqui.pool.histogram import Histogram
from chasqui.pool.threads import start_daemon
from chasqui.testing import FakeClock
from tests.waiting import until

WAIT = 10.0


def shown(values):
    return [None if math.isnan(value) else round(value, 3) for value in values]


class Clock(FakeClock):
    """A fake clock that can also be set, or pass time as a machine that sleeps."""

    def set(self, seconds):
        self._time += seconds
        self.advance(0)


class Bare:
    """A meter of one series whose numbers a test makes, without its thread."""

    def __init__(self, clock=None):
        self.clock = clock or Clock()
        self.standing = Standing()
        self.series = ENGINE
        self.runs = []
        self.cpu = 0.0
        self.gil_wait = 0.01
        self.meter = Sampler(
            self._look,
            self.clock,
            lambda run, name: threading.Thread(target=run),  # which is never started
            cpu=lambda: self.cpu,
            gil_wait=lambda: self.gil_wait,
        )
        self.meter.start()

    def _look(self, at):
        runs = Histogram()
        runs.fold(self.runs)
        self.runs = []
        return {self.series: Look(replace(self.standing, at=at), Histogram(), runs)}

    def second(self, seconds=1.0, **more):
        """Let time pass with something happening in it, and look."""
        now = asdict(self.standing)
        self.standing = replace(self.standing, **{k: now[k] + more[k] for k in more})
        self.clock.advance(seconds)
        self.meter.look()

    def column(self, name, seconds=1, rows=20):
        step = (1, 10, 60).index(seconds)
        return shown(self.meter.history(self.series, step, rows).columns[name])

    @property
    def ten_seconds(self):
        return self.meter.windows()[self.series][0]


def test_the_rates_of_ten_seconds_a_minute_and_ten_minutes_are_those_of_these_seconds():
    bare = Bare()
    for _ in range(600):
        bare.second(completed=1)
    for _ in range(50):
        bare.second(completed=3, failed=1)
    for _ in range(10):
        bare.second(completed=7, cancelled=2)
    ten, minute, ten_minutes = bare.meter.windows()[ENGINE]

    assert [10, 60, 600] == [ten.seconds, minute.seconds, ten_minutes.seconds]
    assert (7.0, 0.0, 2.0, 9.0) == (ten.completed, ten.failed, ten.cancelled, ten.ended)
    assert ((50 * 3 + 70) / 60, 50 / 60) == (minute.completed, minute.failed)
    assert (540 + 150 + 70) / 600 == ten_minutes.completed


def test_a_percentile_is_that_of_the_tasks_of_its_window_and_not_of_all_time():
    bare = Bare()
    for number in range(120):
        bare.runs = [1.0] * 5 if number < 100 else [8.0] * 5
        bare.second()
    ten, minute, ten_minutes = bare.meter.windows()[ENGINE]

    assert (50, 8.0, 8.0) == (ten.run.count, ten.run.p50, ten.run.max)
    assert (300, 1.0625, 8.0) == (minute.run.count, minute.run.p50, minute.run.p95)
    assert (600, 1.0625, 8.0) == (ten_minutes.run.count, ten_minutes.run.p50, ten_minutes.run.p95)
    earlier = ten_minutes.without(ten)
    assert (550, 1.0625, 110.0) == (earlier.run.count, earlier.run.p50, earlier.seconds)


def test_a_window_is_no_longer_than_what_is_known():
    bare = Bare()
    bare.second(completed=4)
    bare.second(completed=2)

    assert [(2.0, 3.0)] * 3 == [
        (window.seconds, window.completed) for window in bare.meter.windows()[ENGINE]
    ]


def test_rows_of_ten_seconds_have_the_rates_and_percentiles_of_all_and_the_highest_backlog():
    bare = Bare()
    for number in range(20):
        bare.runs = [1.0, 5.0] if number == 3 else [1.0]
        bare.standing = replace(bare.standing, queued=90 if number == 4 else 2)
        bare.second(accepted=number < 10)

    assert [1.0, 0.0] == bare.column("accepted", 10)
    assert [90.0, 2.0] == bare.column("queued", 10)
    assert [1.062, 1.0] == bare.column("run_p50", 10)
    assert [5.0, 1.0] == bare.column("run_p99", 10)
    assert [None, None] == bare.column("wait_p50", 10)
    assert [1.0, 1.0, 1.0, 1.062, 1.0] == bare.column("run_p50", 1, 20)[:5]


def test_the_rows_of_a_day_are_a_minute_each():
    bare = Bare()
    for number in range(180):
        bare.second(completed=number // 60)

    assert [0.0, 1.0, 2.0] == bare.column("completed", 60)


def test_seconds_in_which_the_process_stood_still_are_gaps_and_dilute_no_rate():
    bare = Bare()
    for _ in range(5):
        bare.second(completed=2)
    bare.second(40, completed=2)
    for _ in range(5):
        bare.second(completed=2)

    assert [2, 2, 2, 2, 2, *[None] * 39, *[2] * 6] == bare.column("completed", 1, 60)
    assert [2.0, None, None, None, 2.0] == bare.column("completed", 10, 9)
    assert (10.0, 2.0) == (bare.ten_seconds.seconds, bare.ten_seconds.completed)


def test_seconds_in_which_the_machine_slept_are_gaps_although_its_clock_stood_still():
    bare = Bare()
    bare.second(completed=1)
    bare.clock.set(10)
    bare.second(completed=1)
    history = bare.meter.history(ENGINE, 0, 20)

    assert [1, *[None] * 10, 1] == bare.column("completed")
    assert bare.clock.time() == history.until
    assert (2.0, 1.0) == (bare.ten_seconds.seconds, bare.ten_seconds.completed)


def test_a_time_of_day_that_is_set_back_leaves_the_past_as_it_is():
    bare = Bare()
    for _ in range(3):
        bare.second(completed=1)
        bare.clock.set(-7200)

    assert [1, 1, 1] == bare.column("completed")


def test_a_second_is_looked_at_once():
    bare = Bare()
    bare.second(completed=1)
    bare.meter.look()
    bare.second(0.4, completed=1)
    bare.second(0.6, completed=1)

    assert 2 == bare.meter.looks
    assert [1, 2] == bare.column("completed")


def test_the_process_is_measured_over_the_last_ten_seconds():
    bare = Bare()
    for number in range(30):
        bare.cpu += 0.1 if number < 20 else 1.5
        bare.second()
    process = bare.meter.process()

    assert 1.5 == pytest.approx(process.cores_used)
    assert 10.0 == process.seconds
    assert 0.01 == process.gil_wait


@pytest.mark.parametrize(("odd", "waits"), [(2, 0.02), (3, 0.0)])
def test_threads_wait_for_the_interpreter_when_most_looks_had_to(odd, waits):
    bare = Bare()
    for number in range(10):
        bare.gil_wait = 0.0 if number < odd else 0.02
        bare.second()

    assert waits == bare.meter.process().gil_wait


def test_a_sampler_that_cannot_go_on_says_so_and_ends(caplog):
    clock = FakeClock()
    looks: Iterator[dict[Any, Any]] = iter([{}])
    meter = Sampler(lambda at: next(looks), clock, start_daemon)
    meter.start()
    clock.advance(1)
    until(lambda: meter.problem)
    meter.close(WAIT)

    assert ("the history of metrics has ended: StopIteration()", {}) == (
        meter.problem,
        meter.windows(),
    )
    assert "the sampler has ended" == caplog.records[0].getMessage()


def test_a_reading_on_a_signal_handler_waits_for_no_lock_of_the_sampler():
    """The meter asks the pools without its lock, so that none is held while it waits for theirs."""
    held = []
    clock = Clock()

    def look(at):
        held.append(meter._changed._is_owned())  # type: ignore[attr-defined]
        return {}

    meter = Sampler(look, clock, start_daemon)
    meter.start()
    clock.advance(1)
    until(lambda: meter.looks)
    meter.close(WAIT)

    assert [False, False] == held


def test_a_series_that_nobody_asked_for_has_no_windows():
    assert Series("type", "app.x") not in Bare().meter.windows()
