"""The figures of a sentence: each is in the reading, and written for a person."""

from __future__ import annotations

import re

import pytest

from chasqui.engine.metrics.diagnosis import diagnose, figure
from tests.engine.metrics.readings import (
    BUSY,
    COMPUTING,
    blocked,
    broken,
    hog,
    overloaded,
    pool,
    reading,
    slowed,
)


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
        (0.00521, "s", "5.21ms"),
        (8.24, "s", "8.24s"),
        (99.96, "s", "1m39s"),
        (125, "s", "2m05s"),
        (3 * 3600 + 120, "s", "3h02m"),
        (4.04, "x", "4.0x"),
        (1234.56, "/s", "1,234.6/s"),
        (42, "tasks/s", "42.0 tasks/s"),
        (0.96, ".1", "1.0"),
        (1, "producers", "1 producer waits"),
    ],
)
def test_a_figure_is_written_for_a_person(value, unit, text):
    assert text == figure(value, unit)
