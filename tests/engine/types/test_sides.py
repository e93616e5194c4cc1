"""Each row of the guide's table of parameters, on each side that it names."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
import uuid
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pytest

from chasqui import Engine, InvalidParameters, Parameter, Secret, task
from chasqui.engine.types.fields import compile_field
from chasqui.engine.types.parameters import declared


class Colour(Enum):
    RED = "red"


class Size(Enum):
    SMALL, LARGE = 1, 2


class Spot(NamedTuple):
    x: int
    size: Size = Size.SMALL


@dataclass
class Box:
    width: int
    wait: dt.timedelta | None = None


MINUTE = dt.timedelta(seconds=90)
UID = uuid.UUID(int=7)
ROWS: list[tuple[Any, Any, list[Any], list[str]]] = [
    (str, "a", ["a"], ["a"]),
    (int, 12, [12], ["12"]),
    (float, 1.5, [1.5], ["1.5"]),
    (Decimal, Decimal("1.5"), [1.5, "1.5"], ["1.5"]),
    (bool, True, [True], ["yes", "true", "1"]),
    (Path, Path("a/b"), ["a/b"], ["a/b"]),
    (Literal["fit", "fill"], "fit", ["fit"], ["fit"]),
    (Colour, Colour.RED, ["red"], ["red"]),
    (Size, Size.LARGE, [2], ["2"]),
    (list[Size], [Size.SMALL, Size.LARGE], [[1, 2]], ["1, 2"]),
    (dict[str, Size], {"a": Size.LARGE}, [{"a": 2}], ['{"a": 2}']),
    (Spot, Spot(1, Size.LARGE), [[1, 2], {"x": 1, "size": 2}], ["[1, 2]", '{"x": 1, "size": 2}']),
    (list[Spot], [Spot(1), Spot(2)], [[[1], {"x": 2}]], ['[[1], {"x": 2}]']),
    (dt.date, dt.date(2026, 11, 25), ["2026-11-25"], ["2026-11-25"]),
    (dt.time, dt.time(14, 30), ["14:30:00"], ["14:30"]),
    (
        dt.datetime,
        dt.datetime(2026, 11, 25, 14, 30, tzinfo=dt.UTC),
        ["2026-11-25T14:30:00Z"],
        ["2026-11-25T14:30:00Z"],
    ),
    (dt.timedelta, MINUTE, [90, 90.0, "90s", "1m30s", "PT90S", "90"], ["90s", "1m30s", "90"]),
    (uuid.UUID, UID, [str(UID)], [str(UID)]),
    (bytes, b"ab", ["YWI="], ["YWI="]),
    (list[int], [1, 2], [[1, 2]], ["1, 2", "[1, 2]"]),
    (set[str], {"a", "b"}, [["a", "b"]], ["a, b"]),
    (tuple[int, str], (1, "a"), [[1, "a"]], ['[1, "a"]']),
    (dict[str, int], {"a": 1}, [{"a": 1}], ['{"a": 1}']),
    (Box, Box(1, MINUTE), [{"width": 1, "wait": "90s"}], ['{"width": 1, "wait": 90}']),
    (list[dt.timedelta], [MINUTE], [["90s"], [90]], ["90s", "[90]"]),
    (dict[str, dt.timedelta], {"a": MINUTE}, [{"a": "90s"}], ['{"a": 90}']),
    (tuple[int, dt.timedelta], (1, MINUTE), [[1, "90s"]], ["[1, 90]"]),
    (int | None, 12, [12], ["12"]),
    (Secret[str], Secret("env:A"), ["env:A"], ["env:A"]),
]
IDS = [str(row[0]) for row in ROWS]


@pytest.mark.parametrize(("kind", "value", "json_values", "texts"), ROWS, ids=IDS)
def test_every_side_gives_the_same_value(kind, value, json_values, texts):
    field = compile_field("x", kind)

    assert value == field.convert(value)
    for given in json_values:
        assert value == field.convert(given)
        assert value == field.convert_marked(json.loads(json.dumps(given)))
        settings = tomllib.loads(f"x = {_toml(given)}")
        assert value == declared("notes", [Parameter("x", kind)]).filled(settings, "notes")["x"]
    for text in texts:
        assert value == field.convert_text(text)


def test_a_member_of_an_enum_of_numbers_may_be_a_default():
    @task
    def draw(size: Size = Size.LARGE, spots: list[Spot] = [Spot(1)]) -> str:  # noqa: B006, B008
        return f"{size.name} {spots[0].size.name}"

    with Engine(workers=1) as engine:
        assert "LARGE SMALL" == engine.call(draw).result(10)
        assert "SMALL LARGE" == engine.call(draw, Size.SMALL, [Spot(2, Size.LARGE)]).result(10)


def _toml(given: Any) -> str:
    if isinstance(given, list):
        return "[" + ", ".join(map(_toml, given)) + "]"
    if isinstance(given, dict):
        return "{" + ", ".join(f"{key} = {_toml(item)}" for key, item in given.items()) + "}"
    return json.dumps(given)


def test_a_program_submits_a_duration_as_it_is_typed_in():
    @task
    def wait(span: dt.timedelta) -> float:
        return span.total_seconds()

    with Engine(workers=1) as engine:
        engine.register(wait)
        assert 90 == engine.submit("app.wait", {"span": "1m30s"}).result(10)
        assert 2.5 == engine.submit("app.wait", {"span": 2.5}).result(10)


@pytest.mark.parametrize("wrong", ["soon", True, None, 1e300, float("nan"), [1]])
def test_what_is_no_duration_is_quoted_as_it_was_given(wrong):
    @task
    def wait(span: dt.timedelta) -> None: ...

    with pytest.raises(InvalidParameters) as caught:
        wait.work_from({"span": wrong})

    assert caught.value.problems["span"].startswith(
        "must be a duration such as 90s, 10m or 1h30m, got "
    )
