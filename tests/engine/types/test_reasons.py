"""Why a value does not fit its annotation, in words for the person who gave it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from chasqui.engine.types.fields import compile_field


@dataclass
class Box:
    width: int


@pytest.mark.parametrize(
    ("kind", "value", "says"),
    [
        (Box | None, 5, "must be a table or nothing, got 5"),
        (Box, {}, "lacks the field width"),
        (list[int], None, "must be a list, got None"),
        (list[int], [1, "a"], "must be a whole number, got 'a' at [1]"),
        (dict[str, int], {"a": "b"}, "must be a whole number, got a text at [...]"),
        (dict[str, int], {1: 1}, "has a key that must be a text, got a whole number"),
        (
            list[dict[str, int]],
            [{1: 1}],
            "has a key that must be a text, got a whole number at [0]",
        ),
    ],
)
def test_a_value_of_another_type_is_told_in_the_words_of_a_person(
    kind: Any, value: object, says: str
) -> None:
    with pytest.raises(ValueError) as told:
        compile_field("x", kind).convert(value)

    assert says == str(told.value)


@pytest.mark.parametrize(
    ("kind", "value", "says"),
    [
        (Decimal, "x", "must be a decimal number such as 9.95, got 'x'"),
        (UUID, "x", "must be a UUID such as 123e4567-e89b-12d3-a456-426614174000, got 'x'"),
        (bytes, "é", "must be bytes in base64, got 'é'"),
        (list[UUID], ["x"], "must be a UUID such as 123e4567-e89b-12d3-a456-426614174000, got 'x'"),
    ],
)
def test_a_text_of_another_form_is_told_which_form_it_should_have(
    kind: Any, value: object, says: str
) -> None:
    with pytest.raises(ValueError) as told:
        compile_field("x", kind).convert(value)

    assert str(told.value).startswith(says)
