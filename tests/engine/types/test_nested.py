"""What is said of the fields of nested objects counts as what is said of parameters."""

from __future__ import annotations

import dataclasses
import json
from types import MappingProxyType
from typing import Annotated, Any

import msgspec
import pytest

from chasqui import Between, Engine, InvalidParameters, Parameter, task
from chasqui.engine.types.parameters import declared
from chasqui.errors import InvalidTaskType
from tests.engine.types.nesting import (
    Boxed,
    Circle,
    Corner,
    Ink,
    Mark,
    Marked,
    Nothing,
    Point,
    Size,
    Square,
    Stamp,
    Tree,
    type_of,
)

ANNOTATIONS: dict[str, Any] = {
    "dataclass": (Size, {"widht": 9}, "does not take 'widht'; did you mean width?"),
    "struct": (Stamp, {"opacty": 1.0}, "does not take 'opacty'; did you mean opacity?"),
    "struct, renamed": (Stamp, {"at_size": None}, "does not take 'at_size'; did you mean atSize?"),
    "typed dict": (Marked, {"text": "a", "txet": 1}, "does not take 'txet'; did you mean text?"),
    "attrs": (Ink, {"color": "red"}, "does not take 'color'; did you mean colour?"),
    "generic": (Boxed[int], {"value": 1, "vlaue": 1}, "does not take 'vlaue'; did you mean value?"),
    "empty": (Nothing, {"a": 1}, "does not take 'a'; it takes nothing"),
    "far off": (Size, {"zzz": 1}, "does not take 'zzz'; it takes width, height"),
    "two": (
        Size,
        {"widht": 1, "hieght": 2},
        "width?; does not take 'hieght'; did you mean height?",
    ),
    "optional": (Size | None, {"widht": 9}, "does not take 'widht'"),
    "union": (Size | int | str | None, {"widht": 9}, "does not take 'widht'"),
    "tagged": (
        Circle | Square,
        {"type": "square", "radius": 9},
        "not take 'radius'; it takes side",
    ),
    "list": (list[Size], [{}, {"widht": 9}], "does not take 'widht' at [1]; did you mean width?"),
    "tuple": (tuple[int, Size], [1, {"widht": 9}], "does not take 'widht' at [1]"),
    "dict": (dict[str, Size], {"a": {"widht": 9}}, "does not take 'widht' at ['a']"),
    "struct within": (Stamp, {"atSize": {"widht": 9}}, "does not take 'widht' at .atSize"),
    "deep": (
        dict[str, list[Stamp | None]],
        {"a": [None, {"atSize": {"widht": 9}}]},
        "does not take 'widht' at ['a'][1].atSize; did you mean width?",
    ),
    "recursive": (
        Tree,
        {"children": [{"children": [{"nmae": ""}]}]},
        "does not take 'nmae' at .children[0].children[0]; did you mean name?",
    ),
    "array": (Corner, [1, {}, 3], "takes at most 2 values, got 3"),
    "array within": (Corner, [1, {"widht": 1}], "does not take 'widht' at [1]"),
    "mapping": (Size, MappingProxyType({"widht": 9}), "does not take 'widht'"),
    "bound": (Size, {"width": 0}, "must be between 1 and 4096, got 0 at .width"),
    "bound in a list": (
        list[Size],
        [{"width": 1}, {"width": 5000}],
        "between 1 and 4096, got 5000 at [1].width",
    ),
    "bound of a named tuple": (Point, [10], "must be between 0 and 9, got 10 at [0]"),
    "bound in an array": (Corner, [-1], "must be between 0 and 9, got -1 at [0]"),
    "bound of a tagged one": (
        Circle | Square,
        {"type": "square", "side": 9},
        "between 1 and 5, got 9 at .side",
    ),
    "bound of msgspec": (Stamp, {"opacity": 2}, "must be between 0 and 1, got 2 at .opacity"),
    "both": (Size, {"width": 0, "hieght": 1}, "at .width; does not take 'hieght'"),
}


@pytest.mark.parametrize("name", ANNOTATIONS)
def test_what_is_wrong_in_a_nested_object_is_refused_with_its_place(name):
    annotation, value, words = ANNOTATIONS[name]
    kind = type_of(annotation)
    ways = {"python": lambda: kind.work(it=value)}
    if not isinstance(value, MappingProxyType):
        ways["a line of --jobs"] = lambda: kind.work_from_marked({"it": value})
        ways["a form"] = lambda: kind.work_from_text({"it": json.dumps(value)})

    for way, make in ways.items():
        with pytest.raises(InvalidParameters) as wrong:
            make()
        assert words in wrong.value.problems["it"], way


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (Size, {"width": 9}),
        (Size, Size(5)),
        (Stamp, {"opacity": 1, "atSize": {"height": 3}}),
        (Circle | Square, {"type": "circle", "radius": 3}),
        (Circle, {"radius": 3}),
        (Point, [9, 100]),
        (Corner, [9]),
        (Tree, {"children": [{"name": "a", "children": []}]}),
        (Boxed[Size], {"value": {"width": 3}}),
        (list[Any], [{"anything": {"goes": 1}}]),
        (dict[str, Any], {"any": {"key": 1}}),
        (Size | dict[str, int] if False else dict[str, Size | None], {"a": None}),
    ],
)
def test_what_fits_is_taken(annotation, value):
    assert type_of(annotation).work(it=value).params["it"] is not None


def test_a_misspelt_key_is_told_though_a_required_one_is_missing():
    with pytest.raises(InvalidParameters) as wrong:
        type_of(Mark).work(it={"txet": "a"})

    assert (
        "does not take 'txet'; did you mean text?; lacks the field text"
        == (wrong.value.problems["it"])
    )


def test_of_many_unknown_keys_the_first_are_named():
    with pytest.raises(InvalidParameters) as wrong:
        type_of(Size).work(it={f"zz{number}": 1 for number in range(30)})

    assert wrong.value.problems["it"].endswith("; and 25 more")


def test_a_value_that_is_nested_too_deeply_is_refused():
    value: dict[str, Any] = {}
    for _ in range(100_000):
        value = {"children": [value]}

    with pytest.raises(InvalidParameters, match="is nested too deeply"):
        type_of(Tree).work(it=value)


def test_the_settings_of_a_plugin_are_as_strict():
    settings = declared(
        "it", [Parameter("size", Size, Size()), Parameter("stamps", list[Stamp], [])]
    )

    with pytest.raises(InvalidParameters) as wrong:
        settings.filled({"size": {"widht": 1}, "stamps": [{"opacty": 1}]}, "plugin.x")

    assert "does not take 'widht'; did you mean width?" == wrong.value.problems["size"]
    assert "does not take 'opacty' at [0]" in wrong.value.problems["stamps"]


def test_a_submission_is_as_strict():
    engine = Engine(1)
    engine.register(type_of(Size))

    with pytest.raises(InvalidParameters, match=r"app\.take: it does not take 'widht'"):
        engine.submit("app.take", {"it": {"widht": 9}})


@dataclasses.dataclass
class OutOfBounds:
    width: Annotated[int, Between(1, 5)] = 9


@dataclasses.dataclass
class Meaningless:
    name: Annotated[str, Between(1, 5)] = ""


class Strict(msgspec.Struct, forbid_unknown_fields=True):
    width: int = 1


def test_a_struct_that_forbids_unknown_fields_itself_tells_them_once():
    with pytest.raises(InvalidParameters) as wrong:
        type_of(Strict).work(it={"widht": 1})

    assert {"it": "does not take 'widht'; did you mean width?"} == wrong.value.problems


@dataclasses.dataclass
class Picky:
    error: str = ""

    def __post_init__(self) -> None:
        if self.error:
            raise {"key": KeyError, "exit": SystemExit, "value": ValueError}[self.error]("no")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("key", "it cannot be made of this: KeyError: 'no'"),
        ("exit", "it cannot be made of this: SystemExit: no"),
        ("value", "it no"),
    ],
)
def test_what_a_class_raises_as_it_is_made_is_a_wrong_parameter(error, words):
    with pytest.raises(InvalidParameters, match=words):
        type_of(Picky).work(it={"error": error})


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        (OutOfBounds, "the default of OutOfBounds.width must be between 1 and 5, got 9"),
        (list[OutOfBounds], "the default of OutOfBounds.width must be between 1 and 5, got 9"),
        (Meaningless, "Meaningless.name: the bound ge is for numbers only"),
    ],
)
def test_a_nested_declaration_that_cannot_be_is_refused_at_task(annotation, words):
    with pytest.raises(InvalidTaskType) as refused:
        type_of(annotation)

    assert words in str(refused.value)


def test_a_default_with_an_unknown_key_is_refused_at_task():
    def wrong(size: Size = {"widht": 1}) -> None: ...  # type: ignore[assignment]  # noqa: B006

    with pytest.raises(InvalidTaskType, match="its default does not take 'widht'"):
        task(wrong)


def test_all_mistakes_of_declared_settings_are_told_at_once():
    wrong = [3, Parameter("a b", int), Parameter("a", complex), Parameter("c", int, "x")]

    with pytest.raises(InvalidTaskType) as refused:
        declared("it", [*wrong, Parameter("d", int), Parameter("d", int)])

    for words in (
        "it gave 3,",
        "'a b' must be named",
        "'a' complex has",
        "'c': its",
        "'d' is there",
    ):
        assert words in str(refused.value)
