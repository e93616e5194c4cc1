"""What a stranger's plugin or program gets wrong, and what it is told."""

from __future__ import annotations

import concurrent.futures
import copy
import dataclasses
import multiprocessing
import pickle
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec

from chasqui import (
    ChasquiError,
    Context,
    Dispatcher,
    Engine,
    InvalidParameters,
    Pool,
    PoolExecutor,
    Retry,
    UnknownPool,
    UnknownType,
    task,
)


@task
def add(a: int) -> int:
    """Add."""
    return a


class Job:
    id = name = "job"

    def execute(self, ctx: Context) -> int:
        return 1


def _refusal(call: object) -> Exception:
    try:
        call()  # type: ignore[operator]
    except (ChasquiError, TypeError, ValueError) as error:
        return error
    raise AssertionError("it was accepted")


def case_what_is_no_work_is_refused() -> None:
    with Pool(workers=1) as pool:
        for what in (print, "text", None, Job, add):
            _refusal(lambda what=what: pool.submit(what))
            _refusal(lambda what=what: pool.try_submit(what))
            _refusal(lambda what=what: pool.submit_batch([Job(), what]))
        assert 0 == pool.metrics().accepted
    with Engine(workers=1) as engine:
        wrong: tuple[Any, ...] = (print, None, 3, Job)
        for what in wrong:
            _refusal(partial(engine.submit, what))
        _refusal(lambda: engine.register(print))  # type: ignore[type-var]
        assert 0 == engine.metrics().accepted


def case_errors_travel() -> None:
    @task(time_limit=0.05)
    def slow(ctx: Context) -> None:
        while True:
            ctx.sleep(1)
            ctx.raise_if_cancelled()

    with Engine(workers=1) as engine:
        engine.register(add)
        engine.register(slow)
        calls = (
            lambda: engine.submit("app.add", {"b": 1}),
            lambda: engine.submit("app.ad", {}),
            lambda: engine.submit("app.add", {"a": 1}, pool="x"),
            lambda: engine.submit("app.slow").result(),
        )
        kinds = (InvalidParameters, UnknownType, UnknownPool, Exception)
        for call, kind in zip(calls, kinds, strict=True):
            error = _refusal(call)
            assert isinstance(error, kind)
            for other in (
                pickle.loads(pickle.dumps(error)),
                copy.copy(error),
                copy.deepcopy(error),
            ):
                assert (type(error), str(error)) == (type(other), str(other))
        for reading in (engine.metrics(), engine.snapshot(), engine.pool.metrics()):
            pickle.loads(pickle.dumps(reading))
            copy.deepcopy(reading)
        dataclasses.asdict(engine.metrics())


def _child() -> None:
    with Engine(workers=1) as engine:
        engine.register(add)
        engine.submit("app.add", {"b": 1})


def case_errors_out_of_other_processes() -> None:
    spawn = multiprocessing.get_context("spawn")
    with spawn.Pool(1) as pool:
        assert "b is not a parameter" in str(_refusal(pool.apply_async(_child).get))
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=spawn) as executor:
        assert "b is not a parameter" in str(_refusal(executor.submit(_child).result))


@dataclass
class Size:
    width: int = 128


class Stamp(msgspec.Struct):
    opacity: float = 0.5


@task
def thumb(size: Size = Size(), stamp: Stamp = Stamp()) -> str:  # noqa: B008
    """Make a thumb."""
    return f"{size} {stamp}"


@task
def collect(items: list[str] = [], size: Size = Size()) -> str:  # noqa: B006, B008
    """Collect."""
    items.append("x")
    size.width += 1
    return f"{items} {size}"


def case_nested_unknown_keys() -> None:
    with Engine(workers=1) as engine:
        engine.register(thumb)
        for params, near in (
            ({"size": {"widht": 9}}, "width"),
            ({"stamp": {"opacty": 1.0}}, "opacity"),
        ):
            error = _refusal(lambda params=params: engine.submit("app.thumb", params))
            assert isinstance(error, InvalidParameters) and near in str(error), error


def case_mutable_defaults() -> None:
    with Engine(workers=1) as engine:
        engine.register(collect)
        first, second = (engine.submit("app.collect").result(5) for _ in range(2))
        assert first == second == "['x'] Size(width=129)", (first, second)
        mine = ["a"]
        engine.submit("app.collect", {"items": mine}).wait(5)
        assert ["a"] == mine


def case_generators_are_no_bodies() -> None:
    def rows(n: int):
        yield n

    async def arows(n: int):
        yield n

    for one in (rows, arows):
        assert one.__name__ in str(_refusal(lambda one=one: task(one)))

    @task
    def late(n: int) -> object:
        async def inner() -> int:
            return n

        return inner()

    class Yields:
        id = name = "yields"

        def execute(self, ctx: Context):
            yield 1

    with Engine(workers=1) as engine:
        engine.register(late)
        tried = engine.submit(late, {"n": 1})
        tried.wait(5)
        assert "failed" == tried.state or tried.result() == 1
    with Pool(workers=1) as pool:
        try:
            tried = pool.submit(Yields())
            tried.wait(5)
        except TypeError:
            return
        assert "failed" == tried.state


def case_messages_name_what_is_wrong() -> None:
    with Pool(workers=1) as pool, Engine(workers=1, plugins=["demo"]) as engine:
        told = {
            "priority": lambda: pool.submit(Job(), priority="5"),  # type: ignore[call-overload]
            "tiemout": lambda: engine.submit("demo.fail", tiemout=1),  # type: ignore[call-overload]
            "demo.fail": lambda: engine.submit("demo.fail", at="tomorrow"),  # type: ignore[call-overload]
            "submit_batch": lambda: engine.submit_batch("demo.sleep", {"seconds": 1}),  # type: ignore[dict-item]
            "print": lambda: engine.register(print),  # type: ignore[type-var]
            "Engine": lambda: PoolExecutor(engine).submit(abs, 1),  # type: ignore[arg-type]
            "nope": lambda: engine.submit("nope"),
        }
        for word, call in told.items():
            text = str(_refusal(call))
            raw = ("unary", "has no attribute", "not iterable", "object is not")
            assert not any(one in text for one in raw), text
            if word != "demo.fail" and word != "submit_batch":
                assert word in text, (word, text)
        try:
            assert (ValueError,) == Retry(on=ValueError).on
        except TypeError as error:
            assert "not iterable" not in str(error), error
        wrong: Any = Dispatcher  # which a type checker refuses
        assert "type=" in str(_refusal(lambda: wrong(engine)))
        assert "type='x'" in str(_refusal(lambda: wrong(pool, type="x")))
