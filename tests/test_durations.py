"""Durations have one form wherever they are written."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chasqui.durations import age, duration, largest_unit, rounded


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-1, "0s"),
        (0, "0s"),
        (1e-9, "1µs"),
        (0.000_052, "52µs"),
        (0.000_999_7, "1ms"),
        (0.005_21, "5.21ms"),
        (0.25, "250ms"),
        (0.999_7, "1s"),
        (4.1, "4.1s"),
        (12.0, "12s"),
        (59.96, "1m00s"),
        (99.96, "1m39s"),
        (252, "4m12s"),
        (843, "14m"),
        (3 * 3600 + 120, "3h02m"),
        (13 * 3600, "13h"),
        (51 * 3600, "2d03h"),
        (400 * 86400, "400d"),
        (math.inf, "infs"),
    ],
)
def test_a_duration_has_one_form(seconds, text):
    assert text == duration(seconds)


def test_an_age_changes_once_a_second():
    assert ["4s", "4s", "5s", "1m00s"] == [age(one) for one in (4.0, 4.99, 5.0, 60.4)]


def test_a_rounded_duration_has_no_decimals():
    assert ["5ms", "4s", "100µs", "0s"] == [rounded(one) for one in (0.004_63, 4.4, 1e-4, 0)]


@given(st.floats(0, 9e6))
def test_any_duration_is_short(seconds):
    assert re.fullmatch(
        r"[\d.]{1,4}(µs|ms|s)|\d{1,2}m(\d\ds)?|\d{1,2}h(\d\dm)?|\d+d(\d\dh)?", duration(seconds)
    )
    assert len(duration(seconds)) <= 6
    assert len(rounded(seconds)) <= 5


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.5, "0s"), (59.9, "59s"), (252, "4m"), (7300, "2h"), (51 * 3600, "2d"), (math.inf, "infs")],
)
def test_where_there_is_little_room_an_age_has_its_largest_unit_only(seconds, text):
    assert text == largest_unit(seconds)
