"""What cannot be a task type is refused at @task, with the function, its place, all mistakes."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import pytest

from chasqui import Between, Context, Engine, Help, InvalidParameters, Retry, task
from chasqui.errors import InvalidTaskType, NeverRan
from tests.engine.types import declared

if TYPE_CHECKING:
    from collections import OrderedDict

WAIT = 10.0
HERE = __file__


def rows(n: int):
    yield n


async def stream(n: int):
    yield n


@contextlib.contextmanager
def opened(n: int):
    yield n


@contextlib.asynccontextmanager
async def opened_later(n: int):
    yield n


class Job:
    def run(self, n: int) -> int:
        return n

    def __call__(self, n: int) -> int:
        return n


def endless() -> None: ...


endless.__wrapped__ = endless  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (rows, "rows: it is a generator function, whose body would never run"),
        (stream, "stream: it is a generator function"),
        (opened, "opened: it is a generator function"),
        (opened_later, "opened_later: it is a generator function"),
        (Job, "Job: it is a class"),
        (Job(), "it is an object that can be called; write a function that calls it"),
        (Job().run, "Job.run: it is a method of an object; write a function that calls it"),
        (Job.run, "Job.run: it is a method; a task type is a plain function"),
        (functools.partial(rows, 1), "it is a partial; write a function that calls it"),
        (staticmethod(endless), "it is a staticmethod; write @staticmethod above @task"),
        (classmethod(rows), "it is a classmethod"),  # type: ignore[arg-type]
        (print, "print: it is not written in Python"),
        (endless, "endless: it is not written in Python"),
        (task(declared.fine), "it is a task type already"),
        (lambda: 1, "<lambda>: it is a lambda, whose parameters have no types; write a def"),
        (3, "3: it is not a function; @task goes above a def"),
        ("add", "'add': it is a text; a name is given as @task(name='add')"),
        (None.__class__, "NoneType: it is a class"),
    ],
)
def test_what_is_no_function_of_its_own_is_refused(function, words):
    with pytest.raises(InvalidTaskType) as refused:
        task(function)

    assert words in str(refused.value)


def test_the_error_says_where_the_function_stands():
    with pytest.raises(InvalidTaskType) as refused:
        task(rows)

    assert f"(at {HERE}:{rows.__code__.co_firstlineno})" in str(refused.value)


def test_all_mistakes_of_a_declaration_are_told_at_once():
    def wrong(a, b: complex, *c: int, d: Annotated[int, Between(1, 5)] = 9, **e: int) -> None: ...

    with pytest.raises(InvalidTaskType) as refused:
        task(name="not a name", time_limit=-1)(wrong)

    for words in (
        "wrong: 'not a name' cannot name a task type; ",
        "; not a name: time_limit must be more than 0 seconds, got -1; ",
        "; parameter 'a' needs an annotation, such as str or Path; ",
        "; parameter 'b': complex cannot be a parameter: complex has no JSON form; ",
        "; parameter 'c' must be an ordinary parameter, not *c: int; take a list; ",
        "; parameter 'd': its default must be between 1 and 5, got 9; ",
        "; parameter 'e' must be an ordinary parameter, not **e: int; take a dict (at ",
    ):
        assert words.replace("*c: int", "*c: 'int'").replace("**e: int", "**e: 'int'") in str(
            refused.value
        )


def test_a_parameter_before_a_slash_is_refused():
    def wrong(a: int, /) -> None: ...

    with pytest.raises(InvalidTaskType, match="'a' must be an ordinary parameter, not before a /"):
        task(wrong)


@pytest.mark.parametrize("function", [declared.wrapped, declared.cached, declared.collected])
def test_a_function_that_a_decorator_has_wrapped_is_one(function):
    engine = Engine(1)
    engine.register(task(function))

    with engine:
        name = f"app.{function.__name__}"
        assert [0, 1, 2] == engine.submit(name, {"n": 3}).result(WAIT)


@pytest.mark.parametrize(
    ("function", "what"),
    [
        (declared.hidden_rows, "a generator"),
        (declared.hidden_stream, "an async generator"),
        (declared.late_rows, "a generator"),
        (declared.late_coroutine, "a coroutine"),
    ],
)
def test_a_body_that_returns_what_has_still_to_run_has_failed(function, what):
    engine = Engine(1)
    engine.register(task(function))

    with engine:
        one = engine.submit(f"app.{function.__name__}", {"n": 3})
        assert one.wait(WAIT)

    assert ("failed", NeverRan) == (one.state, type(one.error))
    assert f"app.{function.__name__} returned {what}, so its body has not run" in str(one.error)


def test_a_coroutine_that_a_plain_function_returns_is_run():
    @task
    def later(n: int) -> object:
        async def body() -> int:
            await asyncio.sleep(0)
            return n

        return body()

    engine = Engine(1)
    engine.register(later)
    with engine:
        assert 3 == engine.submit("app.later", {"n": 3}).result(WAIT)


def test_a_method_in_a_class_is_refused_and_a_static_one_is_fine():
    with pytest.raises(
        InvalidTaskType, match=r"K\.m: it is a method; a task type is a plain function"
    ):

        class K:
            @task
            def m(self, x: int) -> int: ...  # type: ignore[empty-body]

    class Fine:
        @staticmethod
        @task
        def m(x: int) -> int:
            return x

    assert 3 == Fine.m(3)


def test_names_that_are_local_where_the_function_stands_can_be_annotations():
    @dataclass
    class Size:
        width: int = 1

    def make():
        @dataclass
        class Inner:
            height: int = 2

        @task
        def resize(ctx: Context, size: Size, inner: Inner) -> str: ...  # type: ignore[empty-body]

        return resize

    arguments = make().parameters.parse({"size": {"width": 3}, "inner": {}})

    assert (3, 2) == (arguments["size"].width, arguments["inner"].height)


def lost(x: Missing) -> None: ...  # type: ignore[name-defined]  # noqa: F821


@pytest.mark.parametrize("function", [lost, declared.lost])
def test_a_name_of_somebody_elses_locals_is_no_annotation(function):
    Missing = int  # noqa: F841, N806 - the function stands elsewhere

    with pytest.raises(InvalidTaskType, match="lost: parameter 'x': the annotation 'Missing' "):
        task(function)


def test_an_annotation_without_meaning_hides_no_other_mistake():
    def wrong(x: OrderedDict[str, int], y: complex, z: Unheard) -> None: ...  # type: ignore[name-defined]  # noqa: F821

    with pytest.raises(InvalidTaskType) as refused:
        task(wrong)

    for words in (
        "wrong: parameter 'x': the annotation 'OrderedDict' cannot be resolved: no such name",
        "parameter 'y': complex cannot be a parameter",
        "parameter 'z': the annotation 'Unheard' cannot be resolved",
        f"(at {HERE}:",
    ):
        assert words in str(refused.value)


def test_a_name_that_is_imported_for_checking_only_is_told():
    def wrong(x: OrderedDict[str, int]) -> None: ...

    with pytest.raises(InvalidTaskType, match="import it at run time, not under TYPE_CHECKING"):
        task(wrong)


@pytest.mark.parametrize("annotation", declared.STRANGE)
def test_an_annotation_that_breaks_when_it_is_looked_at_is_refused_in_words(annotation):
    def strange(x) -> None: ...

    strange.__annotations__["x"] = annotation
    with pytest.raises(InvalidTaskType, match=r"strange: .*\(at ") as refused:
        task(strange)

    told = ("parameter 'x'", "an annotation cannot be evaluated", "the annotation 'Nowhere' cannot")
    assert any(words in str(refused.value) for words in told)


@pytest.mark.parametrize(
    "bounds",
    [(10, 1), (1, 0.5), (float("nan"), 1), ("a", "b"), (True, 5), (0, 10**400), (0, float("inf"))],
)
def test_bounds_between_which_nothing_is_are_refused_where_they_are_made(bounds):
    with pytest.raises(
        (ValueError, TypeError), match=r"no number is between|a bound of Between must be a "
    ):
        Between(*bounds)


@pytest.mark.parametrize(
    ("bounds", "wrong", "told"),
    [
        (Between(0), -1, "must be at least 0, got -1"),
        (Between(le=5), 6, "must be at most 5, got 6"),
    ],
)
def test_a_bound_may_be_left_out(bounds, wrong, told):
    def count(x: int) -> int:
        return x

    count.__annotations__["x"] = Annotated[int, bounds]
    counted = task(count)

    counted.work_from({"x": 3})
    with pytest.raises(InvalidParameters, match=told):
        counted.work_from({"x": wrong})


def test_between_without_any_bound_is_refused():
    with pytest.raises(ValueError, match="Between needs a bound"):
        Between()


def test_one_class_of_errors_is_as_good_as_a_tuple_of_one():
    assert (ValueError,) == Retry(on=ValueError).on == Retry(on=[ValueError]).on  # type: ignore[arg-type]
    wrong: Any
    for wrong in (5, None, "ValueError", int, (ValueError, 3)):
        with pytest.raises(ValueError, match="on must hold classes of errors, got "):
            Retry(on=wrong)


def test_a_help_that_is_no_text_is_refused():
    with pytest.raises(TypeError, match="Help takes a text, got 5"):
        Help(5)  # type: ignore[arg-type]
