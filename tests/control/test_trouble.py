"""Types are listed by trouble, and each has its last ten minutes."""

from __future__ import annotations

import pytest

from chasqui.control.trouble import in_order, trend
from chasqui.engine.metrics.reading import LeftOut, TypeReading
from chasqui.engine.metrics.windows import MetricWindow, Standing, Stretch
from tests.engine.metrics.readings import a_type, reading, window


def failing(name, share):
    stretch = window(60).stretch
    after = Standing(at=700.0, completed=round(100 * (1 - share)), failed=round(100 * share))
    return a_type(name, minute=MetricWindow.later(Stretch(stretch.before, after)))


def minutes(*ended, seconds=60.0):
    """Make a type with so many ends in each of these minutes."""
    standings, done = [Standing()], 0
    for count in ended:
        done += count
        standings.append(Standing(at=standings[-1].at + seconds, completed=done))
    first, *between, last = standings
    return TypeReading(ten_minutes=MetricWindow.later(Stretch(first, last, between=between)))


def test_types_are_listed_by_trouble_and_those_at_rest_last():
    types = [
        TypeReading(name="a.unused"),
        TypeReading(name="b.rests", accepted=9),
        a_type("c.works", running=1),
        a_type("d.waits", queued=5),
        a_type("e.waits_more", queued=500),
        failing("f.fails", 0.1),
        failing("g.fails_more", 0.9),
        a_type("h.held", held=("paused",)),
        a_type("i.struck", struck=3),
        a_type("j.skips"),
        a_type("k.probed", breaker="half open"),
        a_type("l.broken", breaker="open"),
    ]
    skips = {"nightly": LeftOut("nightly", "j.skips", 1, 9, 9, "it slept", True)}
    names, idle = in_order(["m.never"], reading(*types, schedules=skips))

    assert [
        "l.broken",
        "k.probed",
        "i.struck",
        "j.skips",
        "h.held",
        "g.fails_more",
        "f.fails",
        "e.waits_more",
        "d.waits",
        "c.works",
        "b.rests",
        "a.unused",
        "m.never",
    ] == names
    assert 3 == idle


@pytest.mark.parametrize(("before", "after"), [(40, 60), (9, 15), (1000, 1023)])
def test_rows_do_not_change_places_for_a_few_tasks_more(before, after):
    names, _ = in_order([], reading(a_type("a", queued=before), a_type("b", queued=after)))

    assert ["a", "b"] == names


def test_a_type_that_had_work_within_ten_minutes_is_not_at_rest():
    worked = window(600, done=1)
    _, idle = in_order([], reading(TypeReading(name="a", accepted=600, ten_minutes=worked)))

    assert 0 == idle


def test_a_trend_is_the_rate_of_each_minute_oldest_first():
    assert (1.0, 2.0, 0.0) == trend(minutes(60, 120, 0))
    assert (1.0,) * 10 == trend(minutes(600, *[60] * 10))
    assert () == trend(TypeReading())


def test_samples_of_a_minute_under_way_are_one_value_once_ten_seconds_have_passed():
    whole = [60] * 60
    assert (60.0,) == trend(minutes(*whole, *[0] * 9, seconds=1.0))
    assert (60.0, 0.0) == trend(minutes(*whole, *[0] * 10, seconds=1.0))
