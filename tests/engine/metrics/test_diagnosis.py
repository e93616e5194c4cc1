"""A diagnosis says what is wrong in a sentence, and nothing of what is well."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chasqui.engine.metrics.diagnosis import diagnose
from chasqui.engine.metrics.windows import MetricWindow, Stretch
from chasqui.pool.submitters import Blocked
from tests.engine.metrics.readings import (
    COMPUTING,
    a_type,
    blocked,
    broken,
    durations,
    hog,
    overloaded,
    pool,
    reading,
    slowed,
    texts,
    window,
)


def test_nothing_is_said_of_an_engine_that_is_well_or_was_not_started():
    assert [] == texts(pool(), a_type())
    assert [] == texts(pool(ten_seconds=MetricWindow()))


def test_nothing_is_said_of_a_pool_that_has_stopped():
    ill = [hog(), broken(), slowed("app.slow")]
    busy = {"ten_seconds": window(busy=0.99), **blocked(60)}

    assert texts(pool(**busy), *ill)
    assert [] == texts(pool(state="stopped", **busy), *ill)


def test_a_growing_backlog_before_busy_workers_asks_for_more_of_them():
    said = (
        "pool default: 8 workers are 99 % busy, 42.0 tasks/s come in and 30.0/s are done, 1,204 "
        "wait, 40.1s each; 12 workers would keep up"
    )

    assert [said] == texts(overloaded(), a_type())


@pytest.mark.parametrize(
    "healthy",
    [
        {"ten_seconds": window(arrive=42, busy=0.85)},
        {"arrivals": 31.0},
        {"waiting": 7},
        {"ten_seconds": window(4.0, arrive=42, busy=0.99)},
        {"departures": 0.0},
        {"full_for": 5.0},
        {"ten_seconds": window(done=0.1, busy=0.99), "arrivals": 0.4, "departures": 0.1},
    ],
    ids=[
        "not busy",
        "hardly grows",
        "hardly waits",
        "a burst",
        "nothing ended",
        "full for half the time",
        "four tasks",
    ],
)
def test_workers_that_keep_up_are_enough(healthy):
    assert [] == texts(overloaded(**healthy))


def test_a_single_worker_is_not_called_workers():
    (text,) = texts(overloaded(workers=1))

    assert text.startswith("pool default: 1 worker is 99 % busy, ")


def test_a_backlog_that_has_just_become_full_still_asks_for_more_workers():
    assert texts(overloaded(full_for=4.9), a_type())


def test_a_type_whose_runs_take_four_times_as_long_is_named():
    said = "app.fetch: it became 4.1x slower: its median run took 210ms in the last 10s, and "

    (text,) = texts(slowed(), a_type())
    assert said + "50.8ms before" == text


def test_a_type_that_is_slow_in_one_of_twenty_is_named_by_its_tail():
    late = window(done=40, run=0.05)
    mixed = durations(*[0.05] * 370, *[0.9] * 30)
    late = MetricWindow.later(replace(late.stretch, runs=mixed))
    early = window(600, until=690, run=0.05)
    first, last = early.stretch, late.stretch
    whole = MetricWindow.later(Stretch(first.before, last.after, (), [*first.runs, *last.runs]))
    (text,) = texts(a_type("app.fetch", ten_seconds=late, ten_minutes=whole))

    assert "its 95th percentile run took 900ms in the last 10s, and 50.8ms before" in text


def test_a_type_with_too_few_runs_in_ten_seconds_is_judged_by_its_minute():
    rare = slowed(runs=1.0)
    minute = window(60, run=0.21, done=1)
    first, last = rare.ten_minutes.stretch, minute.stretch
    whole = MetricWindow.later(Stretch(first.before, last.after, (), [*first.runs, *last.runs]))
    (text,) = texts(replace(rare, minute=minute, ten_minutes=whole))

    assert "in the last 1m00s" in text


@pytest.mark.parametrize(
    "healthy",
    [
        slowed(recent=0.19),
        slowed(runs=2.0),
        slowed(recent=0.009, before=0.001),
        replace(slowed(), ten_minutes=window(run=0.21, done=20)),
    ],
    ids=["not four times", "too few", "too short to tell", "nothing known of before"],
)
def test_a_type_is_not_called_slower_on_thin_evidence(healthy):
    assert [] == texts(healthy)


def test_a_type_that_takes_nearly_all_time_while_others_wait_is_named():
    said = (
        "app.crunch: it takes 92 % of the time of the 8 workers of pool default, while 120 tasks "
        "of other types wait: limit its concurrency, or give it a pool of its own"
    )

    assert [said] == texts(pool(ten_seconds=window(busy=0.99)), hog(), a_type())


@pytest.mark.parametrize("healthy", [hog(behind=7), hog(ten_seconds=window(busy=0.89))])
def test_a_type_may_take_all_time_that_nobody_else_wants(healthy):
    assert [] == texts(pool(ten_seconds=window(busy=0.99)), healthy)


def test_workers_that_compute_in_turns_are_told_of_the_gil():
    said = (
        "pool default: 8 workers are 99 % busy, but with 1.0 of 4 cores: they take turns for the "
        "GIL, 5.2ms each; more workers will not help, processes will"
    )

    assert [said] == texts(pool(ten_seconds=window(busy=0.99)), process=COMPUTING)


@pytest.mark.parametrize(
    "otherwise",
    [
        {"process": replace(COMPUTING, cores_used=1.4)},
        {"process": replace(COMPUTING, cores_used=0.05)},
        {"process": replace(COMPUTING, cores_used=0.14, gil_wait=0.03)},
        {"process": replace(COMPUTING, gil_wait=0.002)},
        {"process": replace(COMPUTING, seconds=4.0)},
        {"gil": False},
        {"switch_interval": 0.02},
    ],
    ids=[
        "beside the GIL",
        "waits",
        "gets no core",
        "gets it at once",
        "a burst",
        "has none",
        "takes long turns",
    ],
)
def test_busy_workers_alone_are_no_sign_of_the_gil(otherwise):
    assert [] == texts(pool(ten_seconds=window(busy=0.99)), **{"process": COMPUTING, **otherwise})


def test_workers_that_take_turns_on_a_machine_that_others_use_are_told_of_the_gil():
    crowded = replace(COMPUTING, cores_used=0.44, gil_wait=0.021)
    (said,) = texts(pool(ten_seconds=window(busy=0.99)), process=crowded)

    assert "99 % busy, but with 0.4 of 4 cores: they take turns for the GIL" in said


def test_one_busy_worker_does_not_wait_for_itself():
    lonely = pool(workers=1, ten_seconds=window(busy=0.99, workers=1))

    assert [] == texts(lonely, process=COMPUTING)


def test_producers_that_stand_still_are_told_of_with_where_and_since_when():
    said = (
        "pool default: 2 producers wait for room, MainThread at load.py:12 for 12s: 1,000 of "
        "1,000 wait, and 8 workers are 99 % busy"
    )

    assert [said] == texts(pool(**blocked(), ten_seconds=window(busy=0.99)))


def test_a_producer_that_is_no_code_is_named_without_a_place():
    lines = {**blocked(), "producers": (Blocked("the lines of the run", "", 0.0),)}
    (said,) = texts(pool(**lines, ten_seconds=window(busy=0.99)))

    assert "wait for room, the lines of the run for 12s: 1,000 of" in said


def test_producers_of_a_pool_that_does_not_work_are_told_why():
    (paused,) = texts(pool(**blocked(), state="paused", running=0, ten_seconds=window(busy=0)))
    (held,) = texts(pool(**blocked(waiting=499), running=1, ten_seconds=window(busy=0.1)))

    assert "1,000 of 1,000 wait, and the pool is paused" in paused
    assert "held back or at the limit of their type: 1 of 8 workers run one" in held


def test_a_producer_that_waits_briefly_is_only_paced():
    assert [] == texts(pool(**blocked(4.9), ten_seconds=window(busy=0.99)))


def test_an_open_breaker_is_told_of_with_what_waits_behind_it():
    found = texts(broken(breaker_for=12.4))  # in whole seconds, so that the sentence stays calm
    assert ["http.check: breaker open for 12s; 300 tasks wait behind it"] == found
    assert ["http.check: breaker half open for 12s; 0 tasks wait behind it"] == texts(
        broken(breaker="half open", queued=0)
    )


def test_a_missing_meter_is_told_of():
    (finding,) = diagnose(reading(problem="no thread"))

    assert ("unmetered", "no rates are known: no thread", "") == (
        finding.kind,
        str(finding),
        finding.about,
    )


def test_a_finding_says_what_it_is_about():
    slower, workers = diagnose(reading(overloaded(), slowed(pool="net"), pool("net")))

    assert ("app.fetch", "net", "app.fetch") == (slower.about, slower.pool, slower.type)
    assert ("default", "default", "") == (workers.about, workers.pool, workers.type)
