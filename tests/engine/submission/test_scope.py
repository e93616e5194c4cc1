"""`TaskType.submit` goes to the engine in scope, and says so where there is none."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import threading
import weakref
from typing import Any

import pytest

from chasqui import Context, Engine, InvalidParameters, NoEngine, Pool, Task, task

WAIT = 10.0
OTHER: contextvars.ContextVar[int] = contextvars.ContextVar("OTHER")


@task
def add(left: int, right: int = 2) -> int:
    return left + right


@task
def again(ctx: Context) -> str:
    """Return the engine that a body submits to, by the name of the pool of its task."""
    return engine_of(add.submit(1))


@task
async def later() -> str:
    return engine_of(add.submit(1))


def engine_of(one: Task[Any]) -> str:
    return one._pool.owner().name  # type: ignore[attr-defined, no-any-return]


def make(name: str, workers: int = 2) -> Engine:
    return Engine(workers, name=name)


def none_here() -> bool:
    with pytest.raises(NoEngine, match=r"no engine is in scope for add\.submit\(\): call it in"):
        add.submit(1)
    return True


def test_a_call_within_an_engine_goes_to_that_engine():
    with make("own"):
        one = add.submit(1, right=4)

        assert (5, "app.add", "own") == (one.result(WAIT), one.name, engine_of(one))
        with pytest.raises(InvalidParameters, match=r"app\.add: left "):
            add.submit("one")  # type: ignore[arg-type]
    assert none_here()


def test_without_an_engine_in_scope_the_error_says_what_to_do():
    engine = make("started")
    engine.start()
    assert none_here()
    engine.shutdown()


def test_the_innermost_engine_counts():
    with make("outer"):
        with make("inner"):
            assert "inner" == engine_of(add.submit(1))
        assert "outer" == engine_of(add.submit(1))


@pytest.mark.parametrize("body", [again, later])
def test_a_body_submits_to_the_engine_that_runs_it(body):
    other = make("other")
    other.start()
    with make("submits"):
        assert "other" == other.call(body).result(WAIT)
    assert "other" == other.call(body).result(WAIT)
    other.shutdown()


def test_a_body_with_an_engine_of_its_own_submits_to_that_one():
    @task
    def nested() -> list[str]:
        names = [engine_of(add.submit(1))]
        with make("inner"):
            names.append(engine_of(add.submit(1)))
        return [*names, engine_of(add.submit(1))]

    with make("outer"):
        assert ["outer", "inner", "outer"] == nested.submit().result(WAIT)


def test_a_body_that_another_body_submitted_within_its_own_engine_does_not_go_there():
    other = make("other")

    @task
    def crossing() -> str:
        with make("inner"):
            return other.call(again).result(WAIT)

    with other, make("outer") as outer:
        assert "other" == outer.call(crossing).result(WAIT)


@pytest.mark.parametrize("others", [False, True], ids=["no-variables", "variables"])
def test_what_a_body_hands_to_a_thread_belongs_to_no_engine(others):
    @task
    async def handing() -> bool:
        return await asyncio.to_thread(none_here)

    def run() -> None:
        if others:
            OTHER.set(1)
        with make("own"):
            assert handing.submit().result(WAIT)

    contextvars.Context().run(run)


def test_a_call_of_a_function_on_a_pool_belongs_to_no_engine():
    with make("own"), Pool(1) as pool:
        assert pool.call(none_here).result(WAIT)


def test_a_callback_on_a_worker_belongs_to_the_engine_of_the_worker():
    told: list[str] = []
    called = threading.Event()
    entered = threading.Event()

    @task
    def gated() -> None:
        assert entered.wait(WAIT)

    def callback(one: Task[None]) -> None:
        told.append(engine_of(add.submit(1)))
        called.set()

    with make("own"):
        gated.submit().add_done_callback(callback)
        entered.set()
        assert called.wait(WAIT)

    assert ["own"] == told


def test_another_thread_belongs_to_no_engine():
    told: list[bool] = []
    with make("own"):
        thread = threading.Thread(target=lambda: told.append(none_here()), daemon=True)
        contextvars.Context().run(thread.start)
        thread.join(WAIT)

    assert [True] == told


def test_coroutines_side_by_side_each_have_their_own_engine():
    async def run(name: str, arrived: asyncio.Barrier) -> str:
        with make(name):
            await arrived.wait()
            return engine_of(add.submit(1))

    async def both() -> list[str]:
        arrived = asyncio.Barrier(2)
        return list(await asyncio.gather(run("one", arrived), run("two", arrived)))

    assert ["one", "two"] == asyncio.run(both())


def test_an_engine_can_be_left_in_another_context_than_it_was_entered_in():
    engine = make("fixture")
    contextvars.Context().run(engine.__enter__)

    engine.__exit__(None, None, None)

    assert "stopped" == engine.state


def test_the_scope_is_no_variable_of_a_task():
    def run() -> tuple[Task[int], Task[int]]:
        with make("own") as engine:
            plain = engine.call(add, 1)
            OTHER.set(1)
            return plain, engine.call(add, 1)

    plain, other = contextvars.Context().run(run)

    assert plain.variables is None or not list(plain.variables)
    assert [(OTHER, 1)] == [one for one in (other.variables or {}).items() if one[1] is not None]


@pytest.mark.slow
def test_a_context_keeps_no_engine_alive():
    def run() -> weakref.ref[Engine]:
        engine = make("dropped")
        engine.__enter__()  # and never left
        engine.shutdown()
        return weakref.ref(engine)

    inside = contextvars.copy_context()
    dropped = inside.run(run)
    gc.collect()

    assert dropped() is None
    assert inside.run(none_here)
