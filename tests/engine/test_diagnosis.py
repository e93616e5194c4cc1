"""A diagnosis says what is wrong in one sentence a cause, and nothing of what is well."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chasqui.engine.diagnosis import diagnose, figure
from chasqui.engine.meter import Process
from chasqui.engine.reading import PoolReading, Reading, TypeReading
from chasqui.engine.windows import Durations, Standing, Window
from chasqui.pool.histogram import Histogram
from chasqui.pool.room import Blocked

NOW = 1_700_000_000.0
COMPUTING = Process(cores_used=1.0, gil_wait=0.0052, seconds=10.0)


def durations(*values):
    histogram = Histogram()
    histogram.fold(values)
    return [Durations.of(histogram)]


def window(seconds=10.0, *, until=700.0, arrive=30.0, done=30.0, busy=0.5, workers=8, run=0.1):
    """Make a window with these rates, and as many runs as tasks are done, of so many seconds."""
    before = Standing(at=until - seconds, workers=workers)
    after = Standing(
        at=until,
        accepted=round(arrive * seconds),
        completed=round(done * seconds),
        taken=busy * seconds * workers,
        workers=workers,
    )
    return Window(before, after, (), durations(*[run] * round(done * seconds)))


def pool(name="default", **more):
    made = {
        "workers": 8,
        "running": 4,
        "queue_size": 1000,
        "ten_seconds": window(),
        "arrivals": 30.0,
        "departures": 30.0,
    }
    return PoolReading(**{**made, **more}, name=name)


def a_type(name="app.work", **more):
    return TypeReading(**{"workers": 8, "ten_seconds": window(busy=0.25), **more}, name=name)


def reading(*parts, **more):
    pools = [one for one in parts if isinstance(one, PoolReading)] or [pool()]
    types = [one for one in parts if isinstance(one, TypeReading)]
    return Reading(
        at=NOW,
        cores=4,
        pools={one.name: one for one in pools},
        types={one.name: one for one in types},
        process=more.pop("process", Process(cores_used=0.2, gil_wait=0.00002, seconds=10.0)),
        **more,
    )


def overloaded(name="default", **more):
    """A pool whose eight workers do 30 tasks a second, while 42 come in."""
    made = {
        "ten_seconds": window(arrive=42, busy=0.99),
        "arrivals": 42.0,
        "running": 8,
        "queued": 1204,
        "waiting": 1204,
    }
    return pool(name, **{**made, **more})


def blocked(seconds=12.0, **more):
    producers = (
        Blocked("MainThread", "load.py:12", NOW - seconds),
        Blocked("other", "load.py:7", NOW),
    )
    made = {
        "blocked": 2,
        "producers": producers,
        "blocked_for": seconds,
        "queued": 1000,
        "waiting": 1000,
    }
    return {**made, **more}


def slowed(name="app.fetch", recent=0.21, before=0.05, runs=20.0, **more):
    late = window(run=recent, done=runs, busy=0.2)
    early = window(600, until=690, run=before, done=runs)
    whole = Window(early.before, late.after, (), [*early.runs, *late.runs])
    return a_type(name, **{"ten_seconds": late, "minute": late, "ten_minutes": whole, **more})


def hog(name="app.crunch", **more):
    made = {"ten_seconds": window(busy=0.92), "behind": 120}
    return a_type(name, **{**made, **more})


def broken(name="http.check", **more):
    return a_type(name, **{"breaker": "open", "breaker_for": 12.0, "queued": 300, **more})


def texts(*parts, **more):
    return [one.text for one in diagnose(reading(*parts, **more))]


def kinds(*parts, **more):
    return [one.kind for one in diagnose(reading(*parts, **more))]


def test_nothing_is_said_of_an_engine_that_is_well_or_was_not_started():
    assert [] == texts(pool(), a_type())
    assert [] == texts(pool(ten_seconds=Window()))


def test_nothing_is_said_of_a_pool_that_has_stopped():
    ill = [hog(), broken(), slowed("app.slow")]
    busy = {"ten_seconds": window(busy=0.99), **blocked(60)}

    assert texts(pool(**busy), *ill)
    assert [] == texts(pool(state="stopped", **busy), *ill)


def test_a_growing_backlog_before_busy_workers_asks_for_more_of_them():
    said = (
        "pool default: 8 workers are 99 % busy, 42.0 tasks/s come in and 30.0/s are done, 1,204 "
        "wait, 40.1 s each; 12 workers would keep up"
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
    ],
    ids=["not busy", "hardly grows", "hardly waits", "a burst", "nothing ended"],
)
def test_workers_that_keep_up_are_enough(healthy):
    assert [] == texts(overloaded(**healthy))


def test_a_type_whose_runs_take_four_times_as_long_is_named():
    said = "app.fetch: it became 4.1x slower: its median run took 210 ms in the last 10 s, and "

    (text,) = texts(slowed(), a_type())
    assert said + "50.8 ms before" == text


def test_a_type_that_is_slow_in_one_of_twenty_is_named_by_its_tail():
    late = window(done=40, run=0.05)
    late = replace(late, runs=durations(*[0.05] * 370, *[0.9] * 30))
    early = window(600, until=690, run=0.05)
    whole = Window(early.before, late.after, (), [*early.runs, *late.runs])
    (text,) = texts(a_type("app.fetch", ten_seconds=late, ten_minutes=whole))

    assert "its 95th percentile run took 900 ms in the last 10 s, and 50.8 ms before" in text


def test_a_type_with_too_few_runs_in_ten_seconds_is_judged_by_its_minute():
    rare = slowed(runs=1.0)
    minute = window(60, run=0.21, done=1)
    whole = Window(
        rare.ten_minutes.before, minute.after, (), [*rare.ten_minutes.runs, *minute.runs]
    )
    (text,) = texts(replace(rare, minute=minute, ten_minutes=whole))

    assert "in the last 60 s" in text


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
        "GIL, 5.2 ms each; more workers will not help, processes will"
    )

    assert [said] == texts(pool(ten_seconds=window(busy=0.99)), process=COMPUTING)


@pytest.mark.parametrize(
    "otherwise",
    [
        {"process": replace(COMPUTING, cores_used=1.4)},
        {"process": replace(COMPUTING, cores_used=0.05)},
        {"process": replace(COMPUTING, gil_wait=0.002)},
        {"process": replace(COMPUTING, seconds=4.0)},
        {"gil": False},
        {"switch_interval": 0.02},
    ],
    ids=["beside the GIL", "waits", "gets it at once", "a burst", "has none", "takes long turns"],
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
        "pool default: 2 producers wait for room, MainThread at load.py:12 for 12 s: 1,000 of "
        "1,000 wait, and 8 workers are 99 % busy"
    )

    assert [said] == texts(pool(**blocked(), ten_seconds=window(busy=0.99)))


def test_producers_of_a_pool_that_does_not_work_are_told_why():
    (paused,) = texts(pool(**blocked(), state="paused", running=0, ten_seconds=window(busy=0)))
    (held,) = texts(pool(**blocked(waiting=499), running=1, ten_seconds=window(busy=0.1)))

    assert "1,000 of 1,000 wait, and the pool is paused" in paused
    assert "held back or at the limit of their type: 1 of 8 workers run one" in held


def test_a_producer_that_waits_briefly_is_only_paced():
    assert [] == texts(pool(**blocked(4.9), ten_seconds=window(busy=0.99)))


def test_an_open_breaker_is_told_of_with_what_waits_behind_it():
    assert ["http.check: breaker open for 12 s; 300 tasks wait behind it"] == texts(broken())
    assert ["http.check: breaker half open for 12 s; 0 tasks wait behind it"] == texts(
        broken(breaker="half open", queued=0)
    )


def test_a_missing_meter_is_told_of():
    (finding,) = diagnose(reading(problem="no thread"))

    assert ("unmetered", "nothing can be said of rates: no thread", "") == (
        finding.kind,
        str(finding),
        finding.about,
    )


BUSY = {"ten_seconds": window(arrive=42, busy=0.99)}


@pytest.mark.parametrize(
    ("cause", "parts", "process"),
    [
        ("gil", [overloaded(), hog(), slowed()], COMPUTING),
        ("gil", [overloaded(**blocked())], COMPUTING),
        ("slower", [overloaded(), slowed()], None),
        ("slower", [overloaded(), slowed("app.crunch", behind=120)], None),
        ("slower", [pool(**BUSY, **blocked()), slowed()], None),
        ("hog", [overloaded(), hog()], None),
        ("hog", [pool(**BUSY, **blocked()), hog()], None),
        ("producers", [overloaded(**blocked())], None),
        ("breaker", [pool(**blocked()), broken(queued=600)], None),
        ("breaker", [slowed(breaker="open", breaker_for=1.0)], None),
    ],
    ids=[
        "the GIL slows all",
        "the GIL blocks producers",
        "slow runs need workers",
        "slow runs take the time",
        "slow runs block producers",
        "a hog needs workers",
        "a hog blocks producers",
        "blocked producers hide what would come in",
        "a breaker blocks producers",
        "a breaker opens on slow runs",
    ],
)
def test_one_cause_makes_one_sentence(cause, parts, process):
    more = {} if process is None else {"process": process}

    assert [cause] == kinds(*parts, **more)


def test_the_sentence_of_a_cause_counts_the_producers_that_it_blocks():
    (text,) = texts(pool(**BUSY, **blocked()), hog())

    assert text.endswith("a pool of its own; 2 producers wait for room")


def test_a_breaker_explains_no_producers_when_others_fill_the_backlog():
    assert ["breaker", "producers"] == kinds(pool(**blocked()), broken(queued=300))


def test_each_pool_has_its_own_cause():
    parts = [overloaded("cpu"), pool(**BUSY, **blocked()), slowed(pool="net"), pool("net", **BUSY)]

    assert [("slower", "net"), ("workers", "cpu"), ("producers", "default")] == [
        (one.kind, one.pool) for one in diagnose(reading(*parts))
    ]


def test_the_gil_explains_nothing_of_a_pool_that_does_not_work():
    parts = [overloaded("cpu"), pool(**blocked(), state="paused"), slowed(pool="net"), pool("net")]

    assert [("gil", "cpu"), ("slower", "net"), ("producers", "default")] == [
        (one.kind, one.pool) for one in diagnose(reading(*parts, process=COMPUTING))
    ]


def test_a_finding_says_what_it_is_about():
    slower, workers = diagnose(reading(overloaded(), slowed(pool="net"), pool("net")))

    assert ("app.fetch", "net", "app.fetch") == (slower.about, slower.pool, slower.type)
    assert ("default", "default", "") == (workers.about, workers.pool, workers.type)


@pytest.mark.parametrize(
    ("parts", "more"),
    [
        ([overloaded()], {}),
        ([slowed(), pool(**blocked())], {}),
        ([pool(**BUSY), hog()], {}),
        ([pool(**BUSY, **blocked())], {"process": COMPUTING}),
        ([pool(**BUSY, **blocked())], {}),
        ([broken()], {}),
    ],
    ids=["workers", "slower", "hog", "gil", "producers", "breaker"],
)
def test_every_number_of_a_sentence_is_in_the_reading_under_its_name(parts, more):
    shown = reading(*parts, **more)
    (finding,) = diagnose(shown)
    records = {
        "reading": shown,
        "process": shown.process,
        "pool": shown.pools[finding.pool],
        "type": shown.types.get(finding.type),
    }
    for name, value in finding.numbers.items():
        found, *path = name.split(".")
        found = records[found]
        for step in path:
            found = getattr(found, step)
        assert found == value

    # What is left without the numbers and without names has no digit.
    units = ("", "%", "s", "x", "/s", ".1", "producers", "tasks")
    written = {
        figure(value, unit)
        for value in finding.numbers.values()
        for unit in units
        if isinstance(value, int) or unit not in ("", "producers", "tasks")
    }
    rest = finding.text.replace("load.py:12", "").replace("95th", "")
    for text in sorted(written, key=len, reverse=True):
        rest = rest.replace(text, "")
    assert [] == re.findall(r"\d", rest)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1204, "", "1,204"),
        (0.994, "%", "99 %"),
        (0.00521, "s", "5.21 ms"),
        (8.24, "s", "8.24 s"),
        (99.96, "s", "1 min 40 s"),
        (125, "s", "2 min 5 s"),
        (3 * 3600 + 120, "s", "3 h 2 min"),
        (4.04, "x", "4.0x"),
        (1234.56, "/s", "1,234.6/s"),
        (42, "tasks/s", "42.0 tasks/s"),
        (0.96, ".1", "1.0"),
        (1, "producers", "1 producer waits"),
    ],
)
def test_a_figure_is_written_for_a_person(value, unit, text):
    assert text == figure(value, unit)


@given(st.floats(0, 1e7, allow_nan=False))
def test_any_duration_can_be_written(seconds):
    assert re.fullmatch(r"[\d.e+-]+ (ms|s|min \d+ s|h \d+ min)", figure(seconds, "s"))
