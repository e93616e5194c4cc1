"""Scalars: what fits as it is, is what msgspec would convert it to; all else is asked of it."""

from __future__ import annotations

import math
from typing import Annotated, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from chasqui import Between
from chasqui.engine.types.fields import compile_field

HINTS = [
    bool,
    str,
    int,
    float,
    Annotated[int, Between(-3, 12)],
    Annotated[float, Between(0, 1)],
    Annotated[float, msgspec.Meta(gt=0)],
    Annotated[str, msgspec.Meta(max_length=3)],
    Annotated[int, msgspec.Meta(multiple_of=2)],
]
VALUES = (
    some.none()
    | some.booleans()
    | some.integers()
    | some.floats(allow_nan=False)
    | some.text(max_size=5)
    | some.sampled_from([2**63, -(2**63), 2**80, math.inf])
)


@pytest.mark.parametrize("hint", HINTS, ids=str)
@given(value=VALUES)
def test_a_value_fits_just_when_msgspec_takes_it_and_is_what_that_gives(hint: Any, value: Any):
    field = compile_field("x", hint)
    try:
        expected = msgspec.convert(value, field.wire)
    except msgspec.ValidationError:
        with pytest.raises(ValueError, match=r"must|expected"):
            field.convert(value)
    else:
        found = field.convert(value)
        assert (type(expected), expected) == (type(found), found)


@pytest.mark.parametrize("hint", [bool, str, int, float, Annotated[float, Between(0, 1)]], ids=str)
def test_plain_values_are_not_converted(hint: Any):
    assert compile_field("x", hint).scalar is not None


@pytest.mark.parametrize("hint", [Annotated[str, msgspec.Meta(pattern="a")], list[int]], ids=str)
def test_what_has_other_constraints_is_converted(hint: Any):
    assert compile_field("x", hint).scalar is None
