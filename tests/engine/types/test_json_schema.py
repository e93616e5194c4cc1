"""What is said of nested fields is in the schema of a type and in its text."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.engine.types.nesting import (
    Boxed,
    Circle,
    Corner,
    Ink,
    Mark,
    Point,
    Size,
    Square,
    Stamp,
    Tree,
    type_of,
)


def test_the_schema_says_all_of_it():
    for annotation in (Size, Stamp, Mark, Point, Corner, Circle | Square, Ink, Boxed[int], Tree):
        for name, one in type_of(annotation).parameters.schema()["$defs"].items():
            if one["type"] == "object":
                assert one["additionalProperties"] is False, name
            else:
                assert one["maxItems"] == len(one["prefixItems"]), name


def test_the_schema_has_the_bounds_and_the_help_of_nested_fields():
    definitions = type_of(dict[str, Stamp]).parameters.schema()["$defs"]

    assert {
        "type": "integer",
        "minimum": 1,
        "maximum": 4096,
        "default": 128,
        "description": "pixels",
    } == definitions["Size"]["properties"]["width"]
    assert {"type": "integer", "default": 128} == definitions["Size"]["properties"]["height"]
    assert "0 is invisible" == definitions["Stamp"]["properties"]["opacity"]["description"]


def test_the_schema_lets_a_duration_be_seconds_or_a_text_at_any_depth():
    schema = type_of(dict[str, list[timedelta]]).parameters.schema()

    (value,) = schema["properties"].values()
    assert {"type": ["string", "number"]} == value["additionalProperties"]["items"]


SIZE = "{width? (1 to 4096; pixels), height?}"


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        (Size, f"an object {SIZE}"),
        (list[Size], f"an array, each an object {SIZE}"),
        (dict[str, list[Size]], f"an object, each an array, each an object {SIZE}"),
        (Size | int, f"an object {SIZE} or a whole number"),
        (Stamp, f"an object {{opacity? (0 to 1; 0 is invisible), atSize? (an object {SIZE})}}"),
        (Point, "an array [x (0 to 9), y?]"),
        (Corner, f"an array [x (0 to 9), size? (an object {SIZE})]"),
        (Tree, "an object {name?, children?}"),
        (list[Tree], "an array"),
        (Ink, "an object {colour?}"),
    ],
)
def test_the_text_has_the_bounds_and_the_help_of_nested_fields(annotation, words):
    (field,) = type_of(annotation).parameters.fields

    assert f"JSON: {words}" == field.expects
