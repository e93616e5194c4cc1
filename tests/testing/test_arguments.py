"""Arguments are drawn from a type's own parameters: all of them fit, and all that fit may come."""

from __future__ import annotations

import dataclasses
import datetime as dt
import decimal
import enum
import random
import re
import subprocess
import sys
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, TypedDict

import msgspec
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from chasqui import Between, Context, Secret, task
from chasqui.plugins import demo
from chasqui.testing import Harness, arguments_for

pytestmark = pytest.mark.slow

FOLDER = Path("/no/such/folder")
UNKEPT = settings(database=None)


def drawn(
    strategy: st.SearchStrategy[Any], wanted: Callable[[Any], bool] = bool, most: int = 5000
) -> Any:
    """Draw until it is what is wanted; the same each time."""
    many = settings(UNKEPT, max_examples=most, phases=[Phase.generate])
    return find(strategy, wanted, settings=many, random=random.Random(0))


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


@dataclasses.dataclass
class Box:
    side: Annotated[int, msgspec.Meta(ge=1)]
    folder: Path | None = None


class Tree(msgspec.Struct, tag="tree"):
    leaves: set[int]
    branches: list[Tree] = []


class Leaf(msgspec.Struct, tag="leaf", rename="camel"):
    leaf_colour: Colour


class Row(msgspec.Struct, array_like=True):
    first: int
    second: str


class Options(TypedDict, total=False):
    depth: int


class Pair(NamedTuple):
    left: int
    right: str


ANNOTATIONS: dict[str, Any] = {
    "text": str,
    "bounded": Annotated[str, msgspec.Meta(min_length=2, max_length=4)],
    "patterned": Annotated[str, msgspec.Meta(pattern="^[a-f]+$", max_length=6)],
    "integer": int,
    "between": Annotated[int, Between(-3, 9)],
    "open": Annotated[int, msgspec.Meta(gt=1, lt=4)],
    "fives": Annotated[int, msgspec.Meta(ge=1, le=22, multiple_of=5)],
    "number": float,
    "ratio": Annotated[float, msgspec.Meta(gt=0, le=1)],
    "quarters": Annotated[float, msgspec.Meta(ge=0.1, lt=1, multiple_of=0.25)],
    "flag": bool,
    "path": Path,
    "choice": Literal["fit", "fill", 3],
    "colour": Colour,
    "moment": dt.datetime,
    "zoned": Annotated[dt.datetime, msgspec.Meta(tz=True)],
    "naive": Annotated[dt.datetime, msgspec.Meta(tz=False)],
    "day": dt.date,
    "hour": dt.time,
    "length": dt.timedelta,
    "uuid": uuid.UUID,
    "decimal": decimal.Decimal,
    "raw": Annotated[bytes, msgspec.Meta(max_length=4)],
    "array": bytearray,
    "list": Annotated[list[int], msgspec.Meta(min_length=1, max_length=3)],
    "paths": list[Path],
    "set": Annotated[set[Literal["a", "b"]], msgspec.Meta(min_length=1)],
    "frozenset": frozenset[Colour],
    "tuple": tuple[int, str],
    "any tuple": tuple[float, ...],
    "dict": Annotated[dict[str, int], msgspec.Meta(max_length=2)],
    "dict by int": dict[int, list[Path]],
    "dataclass": Box,
    "tagged": Tree | Leaf,
    "recursive": Tree,
    "array-like": Row,
    "typed dict": Options,
    "named tuple": Pair,
    "optional": int | None,
    "union": int | str | None,
    "anything": Any,
    "secret or none": Secret[str] | None,
}


def taking(annotation: Any, **more: Any) -> Any:
    """Make a task type with one parameter, ``value``."""

    def body(value: Any) -> None:
        """Take it."""

    body.__annotations__["value"] = annotation
    body.__defaults__ = tuple(more.values()) or None
    return task(body)


@pytest.mark.parametrize("annotation", ANNOTATIONS.values(), ids=ANNOTATIONS)
def test_everything_drawn_is_an_argument_as_the_body_gets_it(annotation):
    type = taking(annotation)

    @settings(UNKEPT, max_examples=40)
    @given(arguments_for(type, folder=FOLDER))
    def check(arguments: dict[str, Any]) -> None:
        assert ["value"] == list(arguments)
        assert arguments == type.work(**arguments).params

    check()


@pytest.mark.parametrize(
    ("annotation", "edges"),
    [
        ("between", [-3, 0, 9]),
        ("open", [2, 3]),
        ("fives", [5, 10, 20]),
        ("ratio", [1.0]),
        ("quarters", [0.25, 0.75]),
        ("flag", [True, False]),
        ("choice", ["fit", "fill", 3]),
        ("colour", list(Colour)),
        ("optional", [None]),
        ("secret or none", [None]),
        ("set", [{"a"}, {"b"}, {"a", "b"}]),
        ("patterned", ["a", "f"]),
        ("anything", [None, [], {}]),
    ],
)
def test_the_edges_of_what_fits_are_reached(annotation, edges):
    strategy = arguments_for(taking(ANNOTATIONS[annotation]), folder=FOLDER)

    for edge in edges:
        found = drawn(strategy, partial(is_drawn, edge))
        assert {"value": edge} == found


def is_drawn(value, arguments):
    return value == arguments["value"]


@pytest.mark.parametrize("kind", [Tree, Leaf])
def test_every_member_of_a_union_comes(kind):
    strategy = arguments_for(taking(Tree | Leaf))

    assert drawn(strategy, lambda arguments: isinstance(arguments["value"], kind))


@pytest.mark.parametrize("present", [True, False])
def test_a_parameter_with_a_default_comes_and_stays_away(present):
    strategy = arguments_for(taking(int, value=3))

    arguments = drawn(strategy, lambda arguments: present == ("value" in arguments))
    assert present == bool(arguments)


def test_the_context_is_no_argument():
    @task
    def body(ctx: Context, depth: int) -> None:
        """Take both."""

    assert ["depth"] == list(drawn(arguments_for(body)))


def test_paths_lie_in_the_folder_and_are_of_what_is_there_or_not(tmp_path):
    (tmp_path / "sub").mkdir()
    here = tmp_path / "sub" / "here"
    here.touch()
    strategy = arguments_for(taking(Path), folder=tmp_path)
    assert drawn(strategy, lambda arguments: here == arguments["value"])
    assert drawn(strategy, lambda arguments: not arguments["value"].exists())


def test_no_path_leads_out_of_the_folder(tmp_path, monkeypatch):
    # Of names this short enough are dots to see what becomes of them.
    monkeypatch.setattr("chasqui.testing.arguments.NAME_LENGTH", 1)
    strategy = arguments_for(taking(Path), folder=tmp_path)

    with pytest.raises(NoSuchExample):
        drawn(strategy, lambda given: tmp_path not in given["value"].resolve().parents, most=1000)


@pytest.mark.parametrize("annotation", [Path, list[Path], Box])
def test_a_path_needs_a_folder_so_that_nothing_else_is_touched(annotation):
    with pytest.raises(ValueError, match=r"body: value is a path; say .*folder=tmp_path"):
        arguments_for(taking(annotation))


def test_a_secret_cannot_be_guessed_and_may_be_given():
    type = taking(Secret[str])

    with pytest.raises(ValueError, match="body: value is a secret, which cannot be guessed"):
        arguments_for(type)
    strategy = arguments_for(type, given={"value": st.just("env:HOME")})
    assert {"value": Secret("env:HOME")} == drawn(strategy)


def test_what_is_given_is_narrower_than_the_annotation_and_still_has_to_fit():
    type = taking(Annotated[int, Between(1, 9)])
    strategy = arguments_for(type, given={"value": st.sampled_from([5, 50])})

    @settings(UNKEPT)
    @given(strategy)
    def check(arguments: dict[str, Any]) -> None:
        assert {"value": 5} == arguments

    check()


def test_what_is_given_for_no_parameter_is_refused():
    with pytest.raises(ValueError, match="body has no parameter 'valeu'"):
        arguments_for(taking(int), given={"valeu": st.none()})


def test_a_type_is_fuzzed_in_a_line_on_a_harness():
    with Harness(demo=demo) as chasqui:

        @settings(UNKEPT, max_examples=10)
        @given(arguments_for(demo.sleep))
        def check(arguments: dict[str, Any]) -> None:
            assert "completed" == chasqui.run("demo.sleep", **arguments).state

        check()


def test_without_hypothesis_it_says_what_to_install():
    code = (
        "import sys\nsys.modules['hypothesis'] = None\n"
        "from chasqui.testing import Harness, check_plugin, FakeClock\n"
        "from chasqui.testing import arguments_for\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)

    said = done.stderr.strip().splitlines()[-1]
    assert re.fullmatch("ImportError: arguments_for needs Hypothesis: pip install hypothesis", said)
