"""Classes made by `chasqui.dataclass` behave as those of the standard library do."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import subprocess
import sys
import typing
from typing import ClassVar

import msgspec
import pytest

from chasqui import Retry, foreign
from chasqui.dataclass import dataclass, field, names_of, replace
from chasqui.engine.values.marks import plain


@dataclass(frozen=True, slots=True)
class Point:
    """A frozen one with slots."""

    kind: ClassVar[str] = "point"

    x: int
    y: int = 2
    tags: list[str] = field(default_factory=list, compare=False)
    note: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Named(Point):
    """One that inherits fields."""

    name: str = "n"


@dataclass(slots=True)
class Counter:
    """One that changes."""

    value: int = 0


@dataclass(frozen=True, eq=False)
class Plain:
    """One without slots, which is equal to itself only."""

    value: int

    def __post_init__(self) -> None:
        if self.value < 0:
            raise ValueError("negative")


@dataclass(frozen=True, slots=True)
class Compared:
    """One with an equality of its own."""

    value: int

    def __eq__(self, other: object) -> bool:
        return True


def test_fields_are_taken_by_position_by_name_and_by_default():
    assert ("x", "y", "tags", "note", "name") == names_of(Named)
    assert (1, 5, [], "", "n") == dataclasses.astuple(Named(1, y=5))
    with pytest.raises(TypeError, match=r"Named.__init__\(\) missing 1 required"):
        Named()  # type: ignore[call-arg]


def test_a_factory_makes_a_value_for_each_instance():
    assert Point(1).tags is not Point(1).tags


def test_a_frozen_one_refuses_to_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'x'"):
        Point(1).x = 2  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot delete field 'x'"):
        del Point(1).x


def test_one_with_slots_takes_no_other_name():
    counter = Counter()
    counter.value = 3

    with pytest.raises(AttributeError):
        counter.other = 3  # type: ignore[attr-defined]
    assert not hasattr(Named(1), "__dict__")


def test_it_is_written_as_the_call_that_makes_it_without_what_is_hidden():
    assert "Named(x=1, y=2, tags=[], name='n')" == repr(Named(1, note="hidden"))


def test_one_that_holds_itself_can_be_written():
    point = Point(1)
    point.tags.append(point)  # type: ignore[arg-type]

    assert "Point(x=1, y=2, tags=[...])" == repr(point)


def test_equal_ones_have_the_same_class_and_the_same_compared_fields():
    assert Point(1, tags=["a"]) == Point(1) != Point(2)
    assert hash(Point(1, tags=["a"])) == hash(Point(1))
    assert Point(1) != Named(1)
    assert Counter() == Counter()
    assert Plain(1) != Plain(1)
    with pytest.raises(TypeError, match="unhashable"):
        hash(Counter())


def test_a_method_that_the_class_defines_itself_stays():
    assert Compared(1) == 3
    assert hash(Compared(1)) == hash(Compared(1))


def test_a_copy_with_other_values_is_checked_as_a_new_one():
    assert Named(1, 7, name="m") == replace(Named(1, 7), name="m")
    assert Named(1, 7, name="m") == dataclasses.replace(Named(1, 7), name="m")
    with pytest.raises(ValueError, match="negative"):
        replace(Plain(1), value=-1)


def test_copies_and_pickles_are_equal_and_frozen():
    point = Named(1, tags=["a"], note="n")
    for again in copy.deepcopy(point), pickle.loads(pickle.dumps(point)), copy.copy(point):
        assert again == point
        assert ["a"] == again.tags
        with pytest.raises(AttributeError):
            again.x = 3  # type: ignore[misc]


def test_a_pattern_matches_it_by_position():
    match Named(1, 5):
        case Named(x, y):
            assert (1, 5) == (x, y)


def test_a_class_that_no_instance_was_made_of_has_a_signature_and_fields():
    @dataclass(frozen=True, slots=True)
    class Unused:
        x: int
        y: str = "a"

    names = [one.name for one in dataclasses.fields(Unused)]

    assert ["x", "y"] == names
    assert "(x: 'int', y: 'str' = 'a') -> None" == str(inspect.signature(Unused))
    assert {"x": int, "y": str, "return": type(None)} == typing.get_type_hints(Unused.__init__)


def test_a_dataclass_of_the_standard_library_can_derive_from_it():
    @dataclasses.dataclass(frozen=True)
    class Mine(Retry):
        why: str = ""

    assert "because" == Mine(attempts=3, why="because").why
    assert 3 == Mine(attempts=3).attempts


def test_others_see_a_dataclass():
    assert {"x": 1, "y": 2, "tags": [], "note": ""} == msgspec.to_builtins(Point(1))
    assert Point(5) == msgspec.convert({"x": 5}, Point)
    assert {"x": 1, "y": 2, "tags": [], "note": ""} == plain(Point(1))
    assert "Point(x=1, y=2, tags=[])" == foreign.repr_of(Point(1))
    assert dataclasses.is_dataclass(Point)


def test_a_default_that_all_instances_would_share_and_change_is_refused():
    with pytest.raises(ValueError, match="a default that can change"):

        @dataclass(frozen=True, slots=True)
        class Wrong:
            many: list[int] = []  # noqa: RUF012


def test_nothing_is_compiled_for_a_class_that_is_not_used():
    code = (
        "import sys; from chasqui.engine.events import records; "
        "print('__init__' in vars(records.TaskFailed), 'dataclasses' in sys.modules, "
        "type(vars(records.TaskFailed)['__init__']).__name__)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "True False _LateInit\n" == ran.stdout
