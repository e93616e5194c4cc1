"""Background tasks of real applications of FastAPI and Starlette, on an engine."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import threading

import pytest
from fastapi import BackgroundTasks as OfFastAPI
from fastapi import Depends, FastAPI, HTTPException
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from chasqui import BacklogFull, Engine, InvalidParameters, PoolClosed, Retry, task
from chasqui_fastapi import BackgroundTasks, EngineTasks, engine_of, lifespan, too_busy

VARIABLE: contextvars.ContextVar[str] = contextvars.ContextVar("VARIABLE")


@pytest.fixture
def engine():
    return Engine(2, 10)


@pytest.fixture
def app(engine):
    app = FastAPI(lifespan=lifespan(engine))
    app.add_exception_handler(BacklogFull, too_busy)
    app.add_exception_handler(PoolClosed, too_busy)
    return app


def test_a_task_runs_on_a_worker_once_the_response_has_been_sent(app: FastAPI, engine, running):
    ran: list[str] = []

    @app.post("/")
    async def endpoint(tasks: BackgroundTasks):
        tasks.add_task(ran.append, "a plain one")
        tasks.add_task(lambda: ran.append(threading.current_thread().name))
        return {"done": True}

    async def test(client):
        sent = []
        answer = await client.post("/", lambda: sent.append(engine.metrics().accepted))
        assert (200, {"done": True}, [0]) == (answer.status, answer.body, sent)

    running(app, test)
    assert "a plain one" in ran
    assert any("chasqui" in name or "w0" in name for name in ran)
    assert 2 == engine.shutdown().completed


def test_an_endpoint_that_raises_runs_none_of_its_tasks(app: FastAPI, engine, running):
    @app.post("/")
    async def endpoint(tasks: BackgroundTasks):
        tasks.add_task(print, "never")
        raise HTTPException(409)

    async def test(client):
        assert 409 == (await client.post("/")).status

    running(app, test)
    assert 0 == engine.shutdown().accepted


def test_a_coroutine_runs_on_the_loop_of_the_server_and_a_drain_waits_for_it(
    app: FastAPI, engine, running
):
    loops: list[object] = []

    async def work(event):
        await event.wait()
        await asyncio.sleep(0)
        loops.append(asyncio.get_running_loop())

    @app.post("/")
    async def endpoint(tasks: BackgroundTasks):
        event = asyncio.Event()  # which belongs to this loop
        tasks.add_task(work, event)
        tasks.add_task(functools.partial(work, event))
        asyncio.get_running_loop().call_later(0.05, event.set)
        return

    async def test(client):
        await client.post("/")
        loops.append(asyncio.get_running_loop())

    running(app, test)
    assert 3 == len(loops)
    assert 1 == len(set(loops))
    assert engine.shutdown().clean


def test_a_cancel_cancels_the_coroutine(app: FastAPI, engine, running):
    began, cancelled = threading.Event(), threading.Event()

    async def work():
        began.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    @app.post("/")
    async def endpoint(tasks: BackgroundTasks):
        tasks.add_task(work)
        return

    async def test(client):
        await client.post("/")
        await asyncio.to_thread(began.wait, 10)
        engine.find(1).cancel()
        await asyncio.to_thread(cancelled.wait, 10)

    running(app, test)
    assert 1 == engine.shutdown().cancelled


def test_a_failure_ends_no_other_task_and_is_kept(app: FastAPI, engine, running):
    ran: list[str] = []

    @app.post("/")
    def endpoint(tasks: BackgroundTasks):
        tasks.add_task(int, "no number")
        tasks.add_task(ran.append, "the next")
        return

    async def test(client):
        assert 200 == (await client.post("/")).status

    running(app, test)
    assert ["the next"] == ran
    assert ["ValueError"] == [failure.exception for failure in engine.failures]
    assert ["builtins.int"] == [failure.type for failure in engine.failures]


def test_a_task_type_keeps_its_retries_and_the_checks_of_its_parameters(
    app: FastAPI, engine, running
):
    tries: list[int] = []

    @task(retry=Retry(attempts=3, base=0.001))
    def flaky(number: int) -> int:
        tries.append(number)
        if len(tries) < 3:
            raise OSError("not yet")
        return number

    engine.register(flaky)

    @app.post("/")
    async def endpoint(tasks: BackgroundTasks):
        with pytest.raises(InvalidParameters, match="number"):
            tasks.add_task(flaky, "no number")  # type: ignore[arg-type]
        tasks.add_task(flaky, number=7)
        return

    async def test(client):
        await client.post("/")

    running(app, test)
    assert [7, 7, 7] == tries
    assert 1 == engine.shutdown().completed


def test_a_full_backlog_is_503_with_retry_after_and_runs_nothing_of_that_request(running):
    engine, gate = Engine(1, 1), threading.Event()
    app = FastAPI(lifespan=lifespan(engine))
    app.add_exception_handler(BacklogFull, too_busy)

    @app.post("/")
    async def endpoint(tasks: BackgroundTasks, several: int = 1):
        for _ in range(several):
            tasks.add_task(gate.wait, 10)
        return

    async def test(client):
        assert 503 == (await client.post("/?several=3")).status
        assert 200 == (await client.post("/")).status
        while engine.metrics().running == 0:
            await asyncio.sleep(0.001)
        assert 200 == (await client.post("/")).status
        refused = await client.post("/")
        assert (503, "1") == (refused.status, refused.headers["retry-after"])
        assert refused.body["detail"].startswith("task queue is full: pool default")
        gate.set()

    running(app, test)
    ledger = engine.shutdown()
    assert (2, 2) == (ledger.accepted, ledger.completed)
    assert 2 <= engine.metrics().rejected


def test_a_task_that_finds_no_room_after_the_response_waits_without_blocking_the_loop(running):
    engine, gate = Engine(1, 1), threading.Event()
    app = FastAPI(lifespan=lifespan(engine))

    @task
    def other() -> None:
        gate.wait(10)

    engine.register(other)

    @app.post("/")
    async def endpoint(tasks: BackgroundTasks):
        tasks.add_task(gate.wait, 10)
        engine.submit("app.other")  # which takes the room that there was
        return

    async def test(client):
        engine.submit("app.other")
        while engine.metrics().running == 0:
            await asyncio.sleep(0.001)
        sent = asyncio.Event()
        request = asyncio.ensure_future(client.post("/", sent.set))
        await sent.wait()
        assert (2, False) == (engine.metrics().accepted, request.done())
        gate.set()
        await request

    running(app, test)
    assert 3 == engine.shutdown().completed


def test_what_the_request_has_set_in_context_variables_is_seen_by_its_tasks(
    app: FastAPI, engine, running
):
    seen: list[str | None] = []

    @app.post("/")
    async def endpoint(tasks: BackgroundTasks):
        VARIABLE.set("of this request")
        tasks.add_task(lambda: seen.append(VARIABLE.get(None)))
        return

    async def test(client):
        await client.post("/")

    running(app, test)
    assert ["of this request"] == seen


def test_a_dependency_may_add_tasks_and_fastapi_s_own_go_on_beside_them(
    app: FastAPI, engine, running
):
    ran: list[str] = []

    def dependency(tasks: BackgroundTasks):
        tasks.add_task(ran.append, "of the dependency")

    @app.post("/", dependencies=[Depends(dependency)])
    async def endpoint(tasks: BackgroundTasks, own: OfFastAPI):
        tasks.add_task(ran.append, "of the endpoint")
        own.add_task(ran.append, "of FastAPI")
        return

    async def test(client):
        await client.post("/")

    running(app, test)
    assert {"of the dependency", "of the endpoint", "of FastAPI"} == set(ran)
    assert 2 == engine.shutdown().accepted


def test_starlette_alone_takes_them_as_the_background_of_a_response(engine, running):
    ran: list[str] = []

    async def endpoint(request):
        tasks = EngineTasks(engine_of(request))
        tasks.add_task(ran.append, request.query_params["word"])
        return JSONResponse({}, background=tasks)

    app = Starlette(routes=[Route("/", endpoint, methods=["POST"])], lifespan=lifespan(engine))

    async def test(client):
        await client.post("/?word=hello")

    running(app, test)
    assert ["hello"] == ran
