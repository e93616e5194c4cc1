"""TOML text: whatever is wrong with it is a sentence."""

from __future__ import annotations

import pytest

from chasqui.engine.config.toml import DEPTH, parsed


def test_a_text_is_returned_as_tables():
    assert {"engine": {"name": "a", "sizes": [1, 2]}} == parsed(
        "[engine]\nname = 'a'\nsizes = [1, 2]\n"
    )


def test_what_is_no_toml_is_named_with_its_place():
    with pytest.raises(ValueError, match=r"^is not valid TOML: .* \(at line 2, column 5\)$"):
        parsed("[a]\nb = \n")


@pytest.mark.parametrize("depth", [DEPTH + 1, 300, 950, 1000, 5000])
@pytest.mark.parametrize(
    ("before", "after", "middle"),
    [("[", "]", ""), ("{a = ", "}", "1"), ("{a.a = [", "]}", "1")],
    ids=["arrays", "tables", "both"],
)
def test_values_nested_too_deeply_are_refused(depth, before, after, middle):
    with pytest.raises(
        ValueError, match=r"^has tables or arrays nested more than 100 levels deep$"
    ):
        parsed(f"x = {before * depth}{middle}{after * depth}")


@pytest.mark.parametrize("text", ["{}b = 1\n", "[{}b]\nc = 1\n", "[[{}b]]\nc = 1\n"])
def test_keys_of_too_many_parts_are_refused(text):
    with pytest.raises(ValueError, match="nested more than 100 levels deep"):
        parsed(text.format("a." * 3000))


def test_what_is_nested_less_deeply_is_read():
    text = "x = " + "[" * DEPTH + "]" * DEPTH

    assert text == f"x = {parsed(text)['x']}"


@pytest.mark.parametrize("number", ["9" * 5000, "-" + "1" * 4301, "[1, " + "9" * 5000 + "]"])
def test_numbers_too_long_to_be_read_are_refused(number):
    with pytest.raises(ValueError, match=r"^has a number with too many digits$"):
        parsed(f"x = {number}")
