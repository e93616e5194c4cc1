"""Parameters and results that are written as they are read as they would be in a row."""

from __future__ import annotations

import dataclasses
import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chasqui import Engine, task
from chasqui.engine.values.marks import plain
from tests.waiting import until

ZONE = datetime.timezone(datetime.timedelta(hours=2))


@task(keep="result")
def echo(value: Any, path: Path = Path("/tmp"), many: list[int] | None = None) -> Any:
    return value


@pytest.mark.parametrize("options", [{}, {"time_limit": 60.0}], ids=["plain", "with a limit"])
@pytest.mark.parametrize(
    "value",
    [
        [1, "a", None, {"b": (2, 3.5)}],
        {1: "a", "1": "b"},
        {"number": "5"},
        {"repr": "x"},
        {1, 2},
        b"\x00\xff",
        [2**60, 2**70, float("nan")],
        datetime.datetime(2026, 1, 2, 3, 4, tzinfo=ZONE),
        {"at": datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)},
        [Path("/a/b"), "\udcff"],
    ],
    ids=repr,
)
def test_a_value_has_the_form_of_a_row_whichever_way_it_was_written(value, options):
    with Engine(1, 10) as engine:
        engine.register(echo)
        done = engine.submit("app.echo", {"value": value, "path": "/a", "many": [1]}, **options)
        until(lambda: done.done)
        found = engine.history.where().tasks[0]

    assert {"value": plain(value), "path": "/a", "many": [1]} == found.params
    assert plain(value) == found.result


@dataclasses.dataclass
class Pair:
    one: Any
    other: Any


class Both(msgspec.Struct):
    one: Any
    other: Any


@pytest.mark.parametrize(
    "twice",
    [
        lambda value: [value, value],
        lambda value: {"one": value, "other": (value,)},
        lambda value: Pair(value, value),
        lambda value: Both(value, value),
    ],
)
def test_a_value_that_holds_another_twice_at_each_level_keeps_no_worker_busy(twice):
    value: Any = "core"
    for _ in range(60):  # written out, it would be 2^60 parts
        value = twice(value)

    with Engine(workers=1) as engine:
        engine.register(echo)
        done = engine.call(echo, value)
        assert done.wait(60)
    assert "core" not in repr(engine.history.find(done.number))
