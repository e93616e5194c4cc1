"""Numbers: what is one, and what each rule takes for what."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction

import pytest

from chasqui import numbers
from tests.no_numbers import WRONG, Lying, Refuses

RULES = {
    "wait": lambda value: numbers.wait("it", value),
    "sleep": lambda value: numbers.sleep("it", value),
    "duration": lambda value: numbers.duration("it", value),
    "period": lambda value: numbers.period("it", value),
    "count": lambda value: numbers.count("it", value, 0),
    "some": lambda value: numbers.count("it", value),
    "priority": lambda value: numbers.priority(value, "it"),
    "finite": lambda value: numbers.finite("it", value),
    "amount": lambda value: numbers.amount("it", value),
    "moment": lambda value: numbers.moment("it", value),
}


class Size(IntEnum):
    SMALL = 3


class Scalar:
    """As a number of another library is: no int and no float, and gives one."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __float__(self) -> float:
        return float(self.value)


class Whole(Scalar):
    def __index__(self) -> int:
        return int(self.value)


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_refuses_what_it_cannot_mean_and_names_it(rule):
    for value in WRONG[rule]:
        with pytest.raises(ValueError, match=r"^it (must be|is a moment)"):
            RULES[rule](value)


def test_what_is_no_number_at_all_is_an_error_of_both_kinds():
    with pytest.raises(TypeError, match="it must be a whole number, got '5'"):
        numbers.count("it", "5")
    with pytest.raises(TypeError, match="it must be a number of seconds, got True"):
        numbers.duration("it", True)


@pytest.mark.parametrize("value", [3, Size.SMALL, Whole(3)])
def test_a_whole_number_of_any_class_becomes_an_int(value):
    assert int is type(numbers.count("it", value))
    assert 3 == numbers.count("it", value)


@pytest.mark.parametrize(
    "value", [3, 3.0, Size.SMALL, Whole(3), Scalar(3), Decimal(3), Fraction(3), Lying(3.0)]
)
def test_seconds_of_any_class_become_a_float(value):
    assert float is type(numbers.duration("it", value))
    assert 3.0 == numbers.period("it", value) == numbers.wait("it", value)


@pytest.mark.parametrize("value", [None, math.inf, 1e308, 10**400, numbers.LONGEST * 1.01])
def test_a_wait_without_a_sensible_end_is_for_ever(value):
    assert numbers.wait("timeout", value) is None


@pytest.mark.parametrize("value", [-1, -0.001, -math.inf, -(10**400), 0])
def test_a_wait_whose_time_is_over_is_none(value):
    assert 0.0 == numbers.wait("timeout", value)


def test_the_bounds_themselves_are_inside():
    assert numbers.LONGEST == numbers.duration("it", numbers.LONGEST)
    assert numbers.LONGEST == numbers.wait("it", numbers.LONGEST)
    assert numbers.MOST == numbers.count("it", numbers.MOST)
    assert -numbers.MOST_URGENT == numbers.priority(-numbers.MOST_URGENT)


def test_an_amount_stays_whole_while_a_float_could_be_as_exact():
    assert (int, float) == (type(numbers.amount("it", 2**53)), type(numbers.amount("it", 2**60)))


def test_a_moment_is_that_of_its_zone():
    assert 86_400.0 == numbers.moment("at", datetime(1970, 1, 2, tzinfo=UTC))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("x" * 100, "'" + "x" * 58 + "…"),
        (10**5000, "a whole number of about 5,001 digits"),
        (Refuses(), "<Refuses, its repr cannot be had: SystemExit: 3>"),
    ],
    ids=["long", "digits", "hostile"],
)
def test_a_value_is_shown_within_a_line_whatever_it_is(value, text):
    assert text == numbers.shown(value)
