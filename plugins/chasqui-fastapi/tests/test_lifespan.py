"""An engine starts and drains with its application."""

from __future__ import annotations

import threading
from contextlib import asynccontextmanager

import pytest
from fastapi import FastAPI, Request

from chasqui import Engine
from chasqui_fastapi import BackgroundTasks, engine_of, lifespan


def test_the_engine_runs_while_the_application_does_and_is_drained_at_its_end(running):
    engine = Engine(1)
    app = FastAPI(lifespan=lifespan(engine))
    gate = threading.Event()
    ran: list[int] = []

    def work(number):
        gate.wait(10)
        ran.append(number)

    @app.post("/")
    async def endpoint(tasks: BackgroundTasks):
        for number in range(3):
            tasks.add_task(work, number)
        return

    async def test(client):
        assert "running" == engine.state
        await client.post("/")
        threading.Timer(0.05, gate.set).start()

    running(app, test)
    assert "stopped" == engine.state
    assert [0, 1, 2] == ran


def test_what_the_application_opens_itself_is_there_until_the_last_task_has_ended(running):
    order = []

    @asynccontextmanager
    async def own(app):
        order.append("opened")
        yield {"database": "db"}
        order.append("closed")

    app = FastAPI(lifespan=lifespan(Engine(1), own))

    @app.post("/")
    async def endpoint(request: Request, tasks: BackgroundTasks):
        tasks.add_task(order.append, request.state.database)
        return

    async def test(client):
        await client.post("/")

    running(app, test)
    assert ["opened", "db", "closed"] == order


def test_a_function_makes_an_engine_for_each_start(running):
    engines = []
    app = FastAPI(lifespan=lifespan(lambda: engines.append(Engine(1)) or engines[-1]))

    @app.post("/")
    async def endpoint(request: Request):
        assert engine_of(request) is engines[-1]
        return

    async def test(client):
        assert 200 == (await client.post("/")).status

    running(app, test)
    running(app, test)
    assert ["stopped", "stopped"] == [engine.state for engine in engines]


def test_a_drain_keeps_its_timeout(running):
    engine, gate = Engine(1), threading.Event()
    app = FastAPI(lifespan=lifespan(engine, timeout=0))

    @app.post("/")
    async def endpoint(tasks: BackgroundTasks):
        tasks.add_task(gate.wait, 10)
        tasks.add_task(gate.wait, 10)
        return

    async def test(client):
        await client.post("/")

    running(app, test)
    gate.set()
    assert not engine.shutdown().clean


def test_an_application_without_an_engine_says_how_to_give_it_one(running):
    app = FastAPI()

    @app.post("/")
    async def endpoint(tasks: BackgroundTasks):
        return None

    async def test(client):
        with pytest.raises(RuntimeError, match=r"lifespan=chasqui_fastapi\.lifespan\(engine\)"):
            await client.post("/")

    running(app, test)
