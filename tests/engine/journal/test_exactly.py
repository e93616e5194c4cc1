"""Parameters of every kind come back from a journal exactly as they were given, or are refused."""

from __future__ import annotations

import datetime
import decimal
import enum
import math
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypedDict

import msgspec
import pytest

from chasqui import InvalidParameters, Secret, task
from chasqui.engine.journal.encoding import Encoding, work_from


class Colour(enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    LOW = 1


@dataclass
class Place:
    path: Path
    depth: float = 0.0


class Node(msgspec.Struct):
    weight: float
    path: Path
    following: Node | None = None


class One(msgspec.Struct, tag="one"):
    x: int


class Two(msgspec.Struct, tag="two"):
    x: float


class Point(NamedTuple):
    x: int
    y: float


class Table(TypedDict, total=False):
    bytes: str
    path: Path


TWO_HOURS = datetime.timezone(datetime.timedelta(hours=2))
MOMENT = datetime.datetime(2030, 1, 2, 3, 4, 5, 678)

EXACT: list[tuple[Any, list[Any]]] = [
    (int, [0, -1, 2**53 + 1, 2**63, 2**64, -(2**63) - 1, 10**700]),
    (float, [0.0, -0.0, 1e308, 5e-324, math.inf, -math.inf, math.nan, 0.1]),
    (float | None, [None, math.nan, 1.0]),
    (int | float, [1, 1.0, math.nan]),
    (bool, [True, False]),
    (str, ["", "null", "é", "\udcff", "\0", "\u2028", '"bytes":', '{"bytes":"eA=="}']),
    (str | None, [None, "null", "\udcff"]),
    (bytes, [b"", b"\xff\0"]),
    (Path, [Path("a"), Path("\udcff"), Path("null")]),
    (list[int], [[], [1, 2**70]]),
    (list[float], [[math.nan, 1.5]]),
    (list[str], [["null", "\udcff"]]),
    (list[Path], [[Path("x"), Path("\udcff")]]),
    (tuple[int, str], [(1, "x")]),
    (tuple[int, ...], [(1, 2)]),
    (set[int], [{1, 2}]),
    (frozenset[str], [frozenset("ab")]),
    (dict[str, int], [{"bytes": 1}, {"number": 2}, {"a": 2**70}]),
    (dict[str, str], [{"bytes": "eA=="}, {"repr": "x"}]),
    (list[dict[str, str]], [[{"bytes": "eA=="}]]),
    (dict[str, str | dict[str, str]], [{"mapping": {"a": "b"}}, {"x": {"bytes": "eA=="}}]),
    (dict[int, str], [{1: "x"}]),
    (dict[float, float], [{1.5: math.nan}]),
    (dict[datetime.date, int], [{datetime.date(2020, 1, 1): 1}]),
    (datetime.datetime, [MOMENT, MOMENT.replace(tzinfo=TWO_HOURS), datetime.datetime(1, 1, 1)]),
    (datetime.date | None, [None, datetime.date(1, 1, 1)]),
    (datetime.time, [datetime.time(1, 2, 3, 4), datetime.time(1, tzinfo=datetime.UTC)]),
    (
        datetime.timedelta,
        [datetime.timedelta(-1, 0, 1), datetime.timedelta(0, 0, 1), datetime.timedelta(10**8)],
    ),
    (decimal.Decimal, [decimal.Decimal("1.10"), decimal.Decimal("1E+5")]),
    (uuid.UUID, [uuid.UUID(int=5)]),
    (Colour, [Colour.RED]),
    (Level, [Level.LOW]),
    (Literal["a", 1, None], ["a", 1, None]),
    (Place, [Place(Path("\udcff"), math.nan), Place(Path("x"))]),
    (list[Place], [[Place(Path("a"))]]),
    (Node, [Node(math.inf, Path("x"), Node(1.0, Path("\udcff")))]),
    (One | Two, [One(1), Two(math.nan)]),
    (Point, [Point(1, math.nan)]),
    (Table, [{"bytes": "x"}, {"path": Path("\udcff")}]),
    (Any, [None, 1.5, "\udcff", 2**70, math.nan, {"bytes": "x"}, {"a": {"repr": "x"}}]),
    (Secret[str], [Secret("env:HOME")]),
    (list[Secret[str]], [[Secret("env:HOME")]]),
]

REFUSED: list[tuple[Any, Any]] = [
    (str, "\ud800"),  # half of a character
    (Path, Path("\ud800")),
    (dict[str, str], {"\udcff": "x"}),
    (dict[Colour, int], {Colour.RED: 1}),
    (dict[bytes, int], {b"x": 1}),
    (dict[tuple[int, int], int], {(1, 2): 3}),
    (Any, object()),
    (Any, {"a": ["\ud800"]}),
]


def of(hint: Any) -> Any:
    def body(x: Any, other: int = 0) -> None:
        """Do nothing."""

    body.__annotations__["x"] = hint
    return task(body)


def exactly(value: Any) -> Any:
    """Return what is equal only for values that are the same, NaN included."""
    return type(value), repr(value)


@pytest.mark.parametrize(("hint", "values"), EXACT, ids=lambda one: str(one)[:12])
def test_a_parameter_comes_back_exactly(hint, values):
    kind, encoding = of(hint), Encoding()
    for value in values:
        work = kind.work(x=value)
        back = work_from(kind, "app.body", encoding.params(work)).params["x"]
        if isinstance(value, Secret):
            assert value.reference == back.reference
        elif isinstance(value, set | frozenset):
            assert (type(value), value) == (type(back), back)
        else:
            assert exactly(work.params["x"]) == exactly(back)


@pytest.mark.parametrize(
    ("hint", "value"), REFUSED, ids=lambda one: ascii(one).partition(" at 0x")[0][:30]
)
def test_a_parameter_that_would_not_come_back_is_refused_by_name(hint, value):
    work = of(hint).work(x=value)
    with pytest.raises(InvalidParameters, match=r"x cannot be kept .*durable=False"):
        Encoding().params(work)
