"""Parameters are copied: what a body does to its own reaches neither other tasks nor submitters."""

from __future__ import annotations

import dataclasses
import threading
from collections import OrderedDict
from typing import Any

import attrs
import msgspec
import pytest

from chasqui import Context, Engine, Parameter, Retry, task
from chasqui.engine.types.copying import fresh
from chasqui.engine.types.parameters import declared
from chasqui.errors import InvalidTaskType

WAIT = 10.0


@dataclasses.dataclass
class Size:
    width: int = 1
    tags: list[str] = dataclasses.field(default_factory=list)


class Stamp(msgspec.Struct):
    lines: list[str] = []
    size: Size | None = None


@attrs.define
class Ink:
    colours: list[str] = attrs.field(factory=list)


def change(value: Any) -> None:
    """Change whatever is in a value."""
    if isinstance(value, bytearray):
        value.append(65)
    elif isinstance(value, list):
        value.append("x")
    elif isinstance(value, dict):
        value["x"] = 1
    elif isinstance(value, set):
        value.add("x")
    elif isinstance(value, Size):
        value.width += 1
        value.tags.append("x")
    elif isinstance(value, Stamp):
        value.lines.append("x")
        value.size = Size(99)
    elif isinstance(value, Ink):
        value.colours.append("x")
    elif isinstance(value, tuple):
        for one in value:
            change(one)


KINDS: dict[str, tuple[Any, Any]] = {
    "list": (list[str], ["a"]),
    "list of anything": (list, [["a"], {"b": []}]),
    "dict": (dict[str, int], {"a": 1}),
    "dict of lists": (dict[str, list[str]], {"a": ["b"]}),
    "set": (set[str], {"a"}),
    "tuple of lists": (tuple[list[str], ...], (["a"], ["b"])),
    "bytearray": (bytearray, bytearray(b"a")),
    "anything, a list": (Any, ["a"]),
    "anything, a dict": (Any, {"a": ["b"]}),
    "anything, a record": (Any, Size(1, ["a"])),
    "dataclass": (Size, Size(1, ["a"])),
    "struct": (Stamp, Stamp(["a"], Size(2))),
    "attrs": (Ink, Ink(["a"])),
    "list of dataclasses": (list[Size], [Size(1), Size(2)]),
    "optional": (list[str] | None, ["a"]),
}


def typed(annotation: Any, default: Any = dataclasses.MISSING, **policy: Any) -> Any:
    """Return a task type that tells its parameter, and changes it."""

    def body(ctx: Context, it):
        told = repr(it)
        change(it)
        for one in it if isinstance(it, list) else it.values() if isinstance(it, dict) else ():
            change(one)
        if policy and ctx.task.attempts < 2:
            raise OSError("again")
        return told

    body.__annotations__["it"] = annotation
    if default is not dataclasses.MISSING:
        body.__defaults__ = (default,)
    return task(**policy)(body)


@pytest.fixture
def run():
    engines = []

    def run(kind, *params):
        engine = Engine(1)
        engines.append(engine)
        engine.register(kind)
        engine.start()
        return [engine.submit("app.body", one).result(WAIT) for one in params]

    yield run
    for engine in engines:
        engine.shutdown(WAIT)


@pytest.mark.parametrize("name", KINDS)
def test_a_default_is_a_fresh_copy_for_each_task(run, name):
    annotation, default = KINDS[name]
    as_declared = repr(default)

    assert [as_declared] * 3 == run(typed(annotation, default), {}, {}, {})
    assert as_declared == repr(default)


@pytest.mark.parametrize("name", KINDS)
def test_what_is_submitted_stays_as_it_is(run, name):
    annotation, mine = KINDS[name]
    given = repr(mine)

    assert [given] * 2 == run(typed(annotation), {"it": mine}, {"it": mine})
    assert given == repr(mine)


@pytest.mark.parametrize("name", KINDS)
def test_a_later_attempt_sees_the_values_as_given(run, name):
    annotation, mine = KINDS[name]

    again = Retry(attempts=2, base=0)
    assert [repr(mine)] == run(typed(annotation, retry=again), {"it": mine})
    assert [repr(mine)] == run(typed(annotation, mine, retry=again), {})


@pytest.mark.parametrize("name", [one for one in KINDS if not one.startswith("tuple")])
def test_what_the_submitter_changes_later_does_not_reach_the_task(name):
    annotation, mine = KINDS[name]
    mine = fresh(mine)
    given = repr(mine)
    work = typed(annotation).work(it=mine)

    change(mine)

    assert given == repr(work.params["it"])


def test_a_failure_tells_the_parameters_as_given():
    @task
    def spoil(items: list[str]) -> None:
        items.append("x")
        raise ValueError("no")

    engine = Engine(1)
    engine.register(spoil)
    with engine:
        engine.submit("app.spoil", {"items": ["a"]}).wait(WAIT)
        (failure,) = engine.failures

    assert 'items=["a"]' == failure.params


def test_an_object_that_is_no_value_is_handed_on_as_it_is(run):
    lock, sentinel = threading.Lock(), object()

    @task
    def body(it: Any, other: Any = sentinel) -> bool:
        return it["lock"] is lock and other is sentinel

    assert [True] == run(body, {"it": {"lock": lock}})


@dataclasses.dataclass
class Uncopied:
    lock: Any = dataclasses.field(default_factory=threading.Lock)


def test_what_cannot_be_copied_is_handed_on_when_it_is_given_and_refused_as_a_default():
    mine = Uncopied()
    kind = typed(Any)

    assert mine is kind.work(it=mine).params["it"]
    with pytest.raises(InvalidTaskType, match="its default cannot be copied for each task: TypeEr"):
        typed(Any, mine)


def test_values_that_hold_each_other_or_themselves_are_copied_as_they_are():
    inner: list[Any] = []
    value = {"one": inner, "two": inner, "odd": OrderedDict(a=inner)}
    inner.append(value)

    twin = fresh(value)

    assert twin is not value
    assert twin["one"] is twin["two"] is twin["odd"]["a"]
    assert twin["one"][0] is twin


def test_a_value_that_doubles_at_each_level_is_copied_once():
    value: list[Any] = []
    for _ in range(60):
        value = [value, value]

    twin = fresh(value)

    assert twin is not value
    assert twin[0] is twin[1]


@pytest.mark.slow
def test_a_value_that_is_too_deep_for_a_copy_is_handed_on():
    value: list[Any] = []
    for _ in range(100_000):
        value = [value]

    assert value is fresh(value)


def test_a_plugin_gets_a_default_of_its_own():
    settings = declared("it", [Parameter("names", list[str], ["a"])])
    settings.filled({}, "plugin.x")["names"].append("b")

    assert {"names": ["a"]} == settings.filled({}, "plugin.x")


def test_parameters_that_no_body_can_change_are_not_copied():
    @task
    def plain(a: int, b: str = "x", c: tuple[int, ...] = (1,)) -> None: ...

    params = plain.work(a=1).params

    assert params is plain.parameters.for_attempt(params)
