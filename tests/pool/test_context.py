"""The context of a body: a protocol, which a stand-in for another process satisfies as well."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import threading

import pytest

from chasqui import Cancelled, Context, Engine, TimeLimit, task
from chasqui.pool.coroutines import Coroutines
from tests.pool.conftest import WAIT
from tests.present import present


class Elsewhere:
    """A context that belongs to no pool."""

    task = None
    deadline = None
    cancelled = False
    attempt, redelivered, idempotency_key = 1, False, "elsewhere:1"
    log = logging.LoggerAdapter(logging.getLogger("elsewhere"))

    def __init__(self):
        self.reported = []

    def raise_if_cancelled(self):
        pass

    def sleep(self, seconds):
        return True

    def progress(self, done, total=None, message=""):
        self.reported.append((done, total, message))


class Asked:
    """The run of a coroutine that no pool knows of."""

    number, time_limit = 7, None

    def __init__(self, left=None):
        self.variables = contextvars.Context()
        self.stop_asked, self.stop, self._left = False, None, left
        self.time_limit = left

    def seconds_left(self):
        return self._left

    def begin(self, stop):
        self.stop = stop

    def end(self, stop):
        assert self.stop is stop
        self.stop = None


@pytest.fixture
def coroutines():
    loop = Coroutines()
    yield loop
    loop.close()


def test_a_body_is_given_a_context(make_pool, call):
    assert make_pool(1).submit(call(lambda ctx: isinstance(ctx, Context))).result(WAIT)


def test_anything_with_the_methods_of_a_context_is_one():
    assert isinstance(Elsewhere(), Context)
    assert not isinstance(object(), Context)


def test_a_task_function_runs_with_a_context_of_another_kind():
    @task
    def report(ctx: Context, done: int) -> bool:
        ctx.progress(done, 10, "half")
        return ctx.sleep(1)

    elsewhere = Elsewhere()

    assert report(elsewhere, 5)  # type: ignore[arg-type]
    assert [(5, 10, "half")] == elsewhere.reported


def test_a_context_is_handed_in_by_its_annotation_and_by_that_of_a_subclass():
    class Own(Context):
        pass

    @task
    def first(where: Context, text: str) -> str:
        return f"{text} {where.task.number}"

    @task
    def second(where: Own, text: str) -> str:
        return f"{text} {where.task.number}"

    with Engine(workers=1) as engine:
        engine.register(first)
        engine.register(second)
        assert "a 1" == engine.submit("app.first", {"text": "a"}).result(WAIT)
        assert "b 2" == engine.submit("app.second", {"text": "b"}).result(WAIT)


def test_a_coroutine_of_another_process_is_stopped_by_what_its_run_was_given(coroutines):
    run, begun = Asked(), threading.Event()

    async def body():
        begun.set()
        await asyncio.sleep(3600)

    def stop():
        assert begun.wait(WAIT)
        run.stop_asked = True
        present(run.stop)()

    asker = threading.Thread(target=stop)
    asker.start()
    with pytest.raises(Cancelled, match="task 7 was asked to stop"):
        coroutines.run(body(), run)
    asker.join(WAIT)
    assert run.stop is None


def test_a_coroutine_that_was_asked_before_it_began_does_not_get_past_its_first_wait(coroutines):
    run, passed = Asked(), []
    run.stop_asked = True

    async def body():
        await asyncio.sleep(0)
        passed.append(True)

    with pytest.raises(Cancelled):
        coroutines.run(body(), run)
    assert [] == passed


def test_a_coroutine_of_another_process_ends_at_the_limit_of_its_run(coroutines):
    with pytest.raises(TimeLimit, match=r"0\.01 s"):
        coroutines.run(asyncio.sleep(3600), Asked(left=0.01))
