"""A pattern is said in words to a person who types a value, and a wrong value is told them."""

from __future__ import annotations

import re
from typing import Annotated

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chasqui import InvalidParameters, task
from chasqui.engine.types.patterns import asked_for
from chasqui.engine.types.texts import plainly
from chasqui.identity import NAME


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (NAME, "1 to 40 letters, digits, _ or -"),
        (r"^[A-Z]{2}-\d{4}$", "2 capital letters, then '-', then 4 digits"),
        (
            "^[a-z][a-z0-9_]*$",
            "a lower-case letter, then any number of lower-case letters, digits or _",
        ),
        (r"\A[0-9a-f]{40}\Z", "40 digits or a to f"),
        ("^s3://", "a text that begins with 's3://'"),
        (r"\.csv$", "a text that ends with '.csv'"),
        (r"\d{3,}", "a text with at least 3 digits in it"),
        (
            r"^\w+@\w+$",
            "one or more letters, digits or _, then '@', then one or more letters, digits or _",
        ),
        ("^[ab ]?$", "at most one of a, b or a space"),
    ],
)
def test_a_pattern_of_runs_has_a_form_in_words(pattern, words):
    assert words == asked_for(pattern)


@pytest.mark.parametrize(
    "pattern", ["^(a|b)$", "^a.*b$", "[^a]", r"\s", "x?", r"[\s]", "", "^a{2}$"]
)
def test_of_any_other_pattern_the_pattern_is_said(pattern):
    assert f"a text that matches the pattern {pattern}" == asked_for(pattern)


@pytest.mark.slow
@given(st.text())
def test_any_pattern_can_be_said(pattern):
    assert asked_for(pattern)


@pytest.mark.parametrize("pattern", [NAME, r"^it's \d$", '^"\\d$'])
def test_what_msgspec_says_of_a_pattern_is_said_in_words(pattern):
    with pytest.raises(msgspec.ValidationError) as raised:
        msgspec.convert("!", Annotated[str, msgspec.Meta(pattern=pattern)])

    assert f"must be {asked_for(pattern)}" == plainly(str(raised.value))


@task
def ship(code: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}-\d{4}$")]) -> None:
    """Ship what has this code."""


def test_a_wrong_parameter_and_its_form_show_no_regular_expression():
    with pytest.raises(InvalidParameters) as raised:
        ship.work(code="nope")

    said = str(raised.value)
    assert "must be 2 capital letters, then '-', then 4 digits" in said
    assert not re.search(r"\\d|\^|\[A-Z", said)
    (field,) = ship.parameters.fields
    assert "2 capital letters, then '-', then 4 digits" in field.expects
