"""A task type looks like its function, is called like it, and is one object in every engine."""

from __future__ import annotations

import asyncio
import copy
import gc
import inspect
import pickle
import pydoc
import sys
import weakref
from pathlib import Path
from typing import Any

import pytest

from chasqui import Context, Engine, InvalidParameters, task
from chasqui.engine.types.task_type import AsyncContextTask, AsyncTask, ContextTask, PlainTask

WAIT = 10.0


@task
def add(left: int, right: int = 2) -> int:
    """Add two numbers.

    They may be negative.
    """
    return left + right


@task(name="shrink", time_limit=5)
def thumbnail(ctx: Context, path: Path, width: int = 256) -> str:
    """Shrink a picture."""
    return f"{path} {width}"


@task
async def fetch(url: str) -> str:
    return f"page of {url}"


@task
async def fetch_slowly(ctx: Context, url: str) -> str:
    return f"page of {url}"


class Sums:
    @task
    def double(number: int) -> int:  # noqa: N805 - it is no method
        """Double a number."""
        return 2 * number


@pytest.mark.parametrize(
    ("type", "kind"),
    [
        (add, PlainTask),
        (thumbnail, ContextTask),
        (fetch, AsyncTask),
        (fetch_slowly, AsyncContextTask),
    ],
)
def test_its_class_says_whether_it_takes_a_context_and_is_awaited(type, kind):
    assert kind is type.__class__


def test_it_has_the_name_the_text_and_the_signature_of_its_function():
    assert ("add", "add", __name__) == (add.__name__, add.__qualname__, add.__module__)
    assert "(left: 'int', right: 'int' = 2) -> 'int'" == str(inspect.signature(add))
    assert add.__wrapped__ is add.function  # type: ignore[attr-defined]
    assert "Add two numbers.\n\nThey may be negative." == inspect.getdoc(add)
    assert "(ctx: 'Context', path: 'Path', width: 'int' = 256)" in str(inspect.signature(thumbnail))


def test_help_shows_the_function():
    shown = pydoc.plain(pydoc.render_doc(sys.modules[__name__]))

    assert "add(left: 'int', right: 'int' = 2) -> 'int'\n        Add two numbers." in shown


def test_attributes_of_the_function_do_not_overwrite_those_of_the_type():
    def body() -> str:
        return "ran"

    body.name, body.parameters = "other", None  # type: ignore[attr-defined]

    assert ("body", ()) == (task(body).name, task(body).parameters.fields)


def test_frameworks_see_that_a_task_type_is_a_coroutine_function():
    assert inspect.iscoroutinefunction(fetch.__call__)
    assert inspect.iscoroutinefunction(fetch) == (sys.version_info >= (3, 12))
    assert "page of x" == asyncio.run(fetch("x"))
    assert not inspect.iscoroutinefunction(add)


@pytest.mark.parametrize("again", [lambda one: pickle.loads(pickle.dumps(one)), copy.deepcopy])
@pytest.mark.parametrize("type", [add, Sums.double])
def test_a_copy_is_the_type_itself(again, type):
    assert type is again(type)


def test_it_can_stand_in_a_class_and_is_the_same_from_an_object():
    assert 6 == Sums.double(3) == Sums().double(3)
    assert Sums.double is Sums().double


def test_the_context_may_be_given_by_its_name(tmp_path):
    assert "a 256" == thumbnail(ctx=None, path=Path("a"))  # type: ignore[call-arg]


def test_pytest_does_not_take_a_type_for_a_test():
    assert add.__test__ is False


def test_registering_returns_the_type_itself_and_changes_nothing_of_it():
    engine = Engine(1)

    assert add is engine.register(add) is engine.type("app.add") is engine.types["app.add"]
    assert "add" == add.name


@pytest.mark.slow
def test_a_type_that_is_made_again_of_its_function_takes_the_place_of_the_former():
    engine = Engine(1)
    engine.register(add)
    dropped = weakref.ref(engine.register(task(add.function)))
    newest = engine.register(task(add.function))
    gc.collect()

    assert (None, newest) == (dropped(), engine.type("app.add"))


def test_engines_call_the_same_type_by_their_own_names():
    class Plugin:
        def types(self):
            return {"math.add": add}

        types_loaded = types

        def type(self, name):
            return self.types().get(name)

        def explain(self, name):
            return None

    from chasqui.engine.engine import BaseEngine

    with BaseEngine(1) as own, BaseEngine(1, types=Plugin()) as plugged:
        assert "app.add" == own.submit(add, {"left": 1}).name
        assert "math.add" == plugged.submit(add, {"left": 1}).name
        assert "math.add" == plugged.submit(add.work(left=1)).name
        plugged.register(add)
        assert ["app.add", "math.add"] == list(plugged.types)
        assert "app.add" == plugged.submit(add, {"left": 1}).name


def test_wrong_parameters_are_reported_under_the_name_that_was_given():
    engine = Engine(1)
    engine.register(add)

    with pytest.raises(InvalidParameters, match=r"^app\.add: left is required"):
        engine.submit("app.add", {})
    with pytest.raises(InvalidParameters, match=r"^add: left is required"):
        add.work()  # type: ignore[call-arg]


def test_a_context_before_a_slash_is_passed():
    @task
    def place(ctx: Context, /, path: str) -> str:
        return f"{path} of {ctx.task.name}"

    with Engine(1) as engine:
        assert "a of app.place" == engine.submit(place, {"path": "a"}).result(WAIT)


def test_an_annotation_of_the_result_may_be_known_to_type_checkers_only():
    def body(number: int) -> Nowhere: ...  # type: ignore[name-defined]  # noqa: F821

    made: Any = task(body)

    assert ["number"] == [field.name for field in made.parameters.fields]
