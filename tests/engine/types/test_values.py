"""Every type of parameter, through each door: Python, JSON, text, rows, schema; right and wrong."""

from __future__ import annotations

import dataclasses
import datetime as dt
import decimal
import enum
import json
import re
import uuid
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, NewType, TypedDict

import jsonschema
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chasqui import Between, InvalidParameters, Secret
from chasqui.engine.types.fields import Field, compile_field
from chasqui.engine.types.kinds import NOUNS
from chasqui.engine.types.parameters import Parameters
from chasqui.engine.types.texts import plainly
from chasqui.engine.types.wire import to_wire


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


@dataclasses.dataclass
class Box:
    side: int
    folder: Path | None = None


class Point(msgspec.Struct):
    x: Annotated[int, msgspec.Meta(ge=0)]
    box: Box | None = None


class Options(TypedDict):
    depth: int


class Pair(NamedTuple):
    left: int
    right: str = "r"


Number = NewType("Number", int)

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
# As the system gives names that are not UTF-8: bytes above 127 become lone surrogates.
paths = st.binary(min_size=1, max_size=8).map(
    lambda raw: Path(raw.replace(b"\0", b"x").decode("utf-8", "surrogateescape"))
)
seconds = st.integers(-(10**12), 10**12)
boxes = st.builds(Box, st.integers(), st.none() | paths)
zones = st.sampled_from([None, dt.UTC, dt.timezone(dt.timedelta(hours=5, minutes=30))])
references = st.sampled_from(["env:TOKEN", "file:/run/key"]).map(Secret[str])

# (annotation, arguments that fit, texts that do not)
TABLE: dict[str, tuple[Any, st.SearchStrategy[Any], list[str]]] = {
    "str": (str, text, []),
    "str, bounded": (
        Annotated[str, msgspec.Meta(min_length=2, pattern="^a")],
        text.map(lambda one: "ab" + one),
        ["a", "bb"],
    ),
    "int": (int, st.integers(), ["", "1.5", "one", "1e3"]),
    "int, bounded": (Annotated[int, Between(1, 9)], st.integers(1, 9), ["0", "10"]),
    "int, NewType": (Number, st.integers(), ["x"]),
    "float": (float, st.floats(allow_nan=False), ["", "x"]),
    "bool": (bool, st.booleans(), ["", "maybe", "2"]),
    "Path": (Path, paths, ["a\0b"]),
    "Literal": (Literal["fit", "fill", 3], st.sampled_from(["fit", "fill", 3]), ["", "zoom"]),
    "Enum": (Colour, st.sampled_from(Colour), ["", "green", "RED"]),
    "IntEnum": (Level, st.sampled_from(Level), ["", "3", "LOW"]),
    "datetime": (
        dt.datetime,
        st.datetimes(timezones=zones).map(lambda at: at.replace(fold=0)),
        ["", "soon", "2026-13-01"],
    ),
    "date": (dt.date, st.dates(), ["", "soon", "2026-02-30"]),
    "time": (dt.time, st.times().map(lambda at: at.replace(fold=0)), ["", "25:00:00", "noon"]),
    "timedelta": (
        dt.timedelta,
        seconds.map(lambda micros: dt.timedelta(microseconds=micros)),
        ["", "soon", "10 q", "1h-3m"],
    ),
    "UUID": (uuid.UUID, st.uuids(), ["", "123"]),
    "Decimal": (
        decimal.Decimal,
        st.decimals(allow_nan=False, allow_infinity=False),
        ["", "1,5"],
    ),
    "bytes": (bytes, st.binary(max_size=8), ["!", "abc"]),
    "list of str": (
        list[str],
        st.lists(text),
        ["[1]", "[", '["a"'],
    ),
    "list of int": (list[int], st.lists(st.integers()), ["1,x", "[1.5]"]),
    "list of Path": (list[Path], st.lists(paths), ["[1]"]),
    "list of Literal": (
        list[Literal["a", "b"]],
        st.lists(st.sampled_from(["a", "b"])),
        ["a,c", '["c"]'],
    ),
    "list, bounded inside": (
        list[Annotated[int, Between(1, 5)]],
        st.lists(st.integers(1, 5)),
        ["6", "[0]"],
    ),
    "set": (set[int], st.sets(st.integers()), ["a"]),
    "frozenset of Enum": (
        frozenset[Colour],
        st.frozensets(st.sampled_from(Colour)),
        ["red,green"],
    ),
    "tuple": (tuple[int, str], st.tuples(st.integers(), text), ["[1]", "x", '["a", "b"]']),
    "tuple of any length": (
        tuple[float, ...],
        st.lists(st.floats(allow_nan=False)).map(tuple),
        ["a"],
    ),
    "list of lists": (list[list[int]], st.lists(st.lists(st.integers())), ["1,2", "[[1.5]]"]),
    "dict": (dict[str, int], st.dictionaries(text, st.integers()), ["", "[1]", '{"a": "b"}']),
    "dict that looks like a mark": (
        dict[str, str],
        st.dictionaries(st.sampled_from(["bytes", "number"]), text),
        ["x"],
    ),
    "dict by int": (dict[int, Path], st.dictionaries(st.integers(), paths), ['{"a": "b"}']),
    "dataclass": (Box, boxes, ["{}", '{"side": "a"}', "x"]),
    "Struct": (
        Point,
        st.builds(Point, st.integers(0), st.none() | boxes),
        ['{"x": -1}', '{"x": 1, "box": 3}'],
    ),
    "list of Struct": (
        list[Point],
        st.lists(st.builds(Point, st.integers(0)), max_size=3),
        ['[{"x": -1}]'],
    ),
    "TypedDict": (Options, st.fixed_dictionaries({"depth": st.integers()}), ["{}"]),
    "NamedTuple": (Pair, st.builds(Pair, st.integers(), text), ["[]", "{}"]),
    "union": (int | str, st.integers() | text, []),
    "union of structures": (
        list[int] | dict[str, int] | None,
        st.none() | st.lists(st.integers()) | st.dictionaries(text, st.integers()),
        ["x", "3"],
    ),
    "Any": (Any, st.none() | st.integers() | text | st.lists(st.booleans()), []),
    "optional int": (int | None, st.none() | st.integers(), ["none", "x"]),
    "optional, bounded": (
        Annotated[int | None, Between(1, 9)],
        st.none() | st.integers(1, 9),
        ["0", "x"],
    ),
    "optional Path": (Path | None, st.none() | paths, ["a\0b"]),
    "optional Literal": (Literal["a", None], st.sampled_from(["a", None]), ["b"]),
    "Secret": (Secret[str], references, ["", "hunter2", "env:"]),
    "optional Secret": (Secret[str] | None, st.none() | references, ["hunter2"]),
    "list of Secret": (list[Secret[str]], st.lists(references), ["hunter2"]),
}

everything = pytest.mark.parametrize("name", TABLE)
few = settings(max_examples=25)


def field_of(name: str) -> Field:
    return compile_field("x", TABLE[name][0])


@everything
def test_an_argument_comes_back_as_it_was_through_every_door(name):
    field = field_of(name)

    @few
    @given(TABLE[name][1])
    def check(value):
        assert value == field.convert(value)
        assert value == field.convert_text(field.text_of(value)), field.text_of(value)
        row = json.loads(msgspec.json.encode(field.as_json(value)))
        assert value == field.convert_marked(row)
        field.shown(value).encode("utf-8", "surrogateescape")

    check()


@everything
def test_a_text_that_does_not_fit_says_why_without_a_traceback(name):
    field = field_of(name)

    for wrong in TABLE[name][2]:
        with pytest.raises(ValueError) as refused:
            field.convert_text(wrong)
        reason = str(refused.value)
        assert "\n" not in reason and "msgspec" not in reason and reason[0].islower(), reason
        assert "hunter2" not in reason


@everything
def test_what_fits_fits_the_schema_as_well(name):
    field = field_of(name)
    schema = Parameters((field,)).schema()
    jsonschema.Draft202012Validator.check_schema(schema)

    @few
    @given(TABLE[name][1])
    def check(value):
        wire = msgspec.to_builtins(value, enc_hook=to_wire, str_keys=True)
        jsonschema.validate({"x": json.loads(json.dumps(wire))}, schema)

    check()


@everything
def test_what_is_typed_in_is_explained_in_a_few_words(name):
    field = field_of(name)

    assert len(field.expects) < 80
    assert field.expects or field.kind in ("text", "choice")


def test_a_value_of_anything_that_json_cannot_hold_is_marked_and_read_back():
    field = field_of("Any")
    for value in (2**60, float("inf"), "caf\udce9", [{"a": 2**60}]):
        assert value == field.convert_marked(field.as_json(value))


NAMES = st.sampled_from(["bytes", "number", "repr", "mapping", "x"])
TEXTS = st.sampled_from(["aGk=", "12", "12a", "Infinity", "", "caf\udce9"])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("hint", "values"),
    [
        (Any, st.recursive(TEXTS, lambda inner: st.dictionaries(NAMES, inner) | st.lists(inner))),
        (dict, st.dictionaries(NAMES, st.recursive(TEXTS, lambda x: st.dictionaries(NAMES, x)))),
        (dict[str, str], st.dictionaries(NAMES, TEXTS)),
        (dict[str, dict[str, str]], st.dictionaries(NAMES, st.dictionaries(NAMES, TEXTS))),
        (
            dict[str, str | dict[str, str]],
            st.dictionaries(NAMES, TEXTS | st.dictionaries(NAMES, TEXTS)),
        ),
        (list[int | dict[str, str]], st.lists(st.integers() | st.dictionaries(NAMES, TEXTS))),
    ],
    ids=["anything", "mapping", "of texts", "of mappings", "of either", "list of either"],
)
@given(data=st.data())
def test_a_mapping_that_looks_like_a_mark_is_read_back_as_it_was(hint, values, data):
    field = compile_field("x", hint)
    value = data.draw(values)

    assert value == field.convert_marked(json.loads(json.dumps(field.as_json(value))))


@pytest.mark.parametrize(
    ("hint", "value"),
    [
        (dict[str, str], {"number": "12"}),
        (dict[str, str], {"bytes": "no base64"}),
        (dict[str, dict[str, str]], {"mapping": {"x": "y"}}),
    ],
)
def test_a_mapping_that_somebody_wrote_and_that_fits_is_no_mark(hint, value):
    assert value == compile_field("x", hint).convert_marked(value)


@pytest.mark.parametrize("hint", [Any, dict[str, int], list[int]])
def test_a_mark_that_cannot_be_read_is_a_mistake_where_it_is_nothing_else(hint):
    value = {"bytes": "no base64"}

    with pytest.raises(ValueError, match="has a mark that cannot be read"):
        compile_field("x", hint).convert_marked([value] if hint == list[int] else value)


@pytest.mark.parametrize("hint", [Any, list[int]])
def test_a_value_that_is_nested_too_deeply_is_a_mistake_and_no_crash(hint):
    value: list[Any] = []
    for _ in range(2000):
        value = [value]

    with pytest.raises(ValueError, match="is nested too deeply"):
        compile_field("x", hint).convert_marked(value)


def test_every_wrong_value_is_named_whatever_its_type():
    parameters = Parameters(
        tuple(compile_field(f"p{i}", hint) for i, (hint, _, _) in enumerate(TABLE.values()))
    )
    wrong = {field.name: object() for field in parameters.fields if not field.loose}

    with pytest.raises(InvalidParameters) as refused:
        parameters.parse(wrong)

    assert set(wrong) <= set(refused.value.problems)


def test_where_a_text_may_stand_for_itself_json_of_another_shape_does():
    field = compile_field("x", list[str] | str)

    assert ["true", "5", ["a"], "a b"] == [
        field.convert_text(text) for text in ("true", "5", '["a"]', "a b")
    ]


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        ("90s", 90_000_000),
        ("10m", 600_000_000),
        ("1h30m", 5_400_000_000),
        ("1.5h", 5_400_000_000),
        ("2d 4h", 187_200_000_000),
        ("1w", 604_800_000_000),
        ("250ms", 250_000),
        ("12", 12_000_000),
        ("0.000001", 1),
        ("-5m", -300_000_000),
        ("PT10M", 600_000_000),
        ("-P1D", -86_400_000_000),
    ],
)
def test_a_duration_is_typed_in_as_people_write_it(text, micros):
    assert dt.timedelta(microseconds=micros) == field_of("timedelta").convert_text(text)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("int, bounded", "a whole number, 1 to 9"),
        ("str, bounded", "at least 2 characters, a text that begins with 'a'"),
        ("list of Literal", "a list a, b, c or JSON, some of a, b"),
        ("Struct", "JSON: an object {x (at least 0), box?}"),
        ("union", "JSON: a whole number or a text"),
        ("bytes", "bytes in base64"),
        ("Secret", "env:NAME or file:PATH"),
    ],
)
def test_a_form_says_what_is_expected(name, expected):
    assert expected == field_of(name).expects


@pytest.mark.parametrize("kind", ["datetime", "date", "time", "duration"])
def test_the_examples_that_a_form_gives_are_read_as_they_stand(kind):
    field = field_of({"duration": "timedelta"}.get(kind, kind))
    examples = re.split(r", | or ", NOUNS[kind].partition(" such as ")[2])

    assert examples
    for example in examples:
        assert isinstance(field.convert_text(example), dt.date | dt.time | dt.timedelta)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Expected `int` <= 10000", "must be at most 10000"),
        ("Expected `float` >= 0.25 - at `$[0]`", "must be at least 0.25 - at `$[0]`"),
        ("Expected `float` < 86400.0", "must be less than 86400"),
        ("Expected `float` > -1e+16", "must be more than -1e+16"),
        ("Expected `float`, got `str`", "Expected `float`, got `str`"),
    ],
)
def test_a_number_out_of_its_bounds_is_told_in_words(said, meant):
    assert meant == plainly(said)
