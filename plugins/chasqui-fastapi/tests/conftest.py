"""An application of FastAPI or Starlette on the loop of the test, with its lifespan entered."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import pytest

WAIT = 10.0


class Answer(NamedTuple):
    """What an application answered, and what it did afterwards."""

    status: int
    headers: dict[str, str]
    body: Any


class Served:
    """An application that was started, as a server sees it."""

    def __init__(self, app: Any, state: dict[str, Any]) -> None:
        self._app = app
        self._state = state

    async def post(self, path: str, sent: Callable[[], object] = lambda: None) -> Answer:
        """Make a request; ``sent`` is called when the whole response has been sent."""
        head: dict[str, Any] = {}
        body = b""

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            nonlocal body
            if message["type"] == "http.response.start":
                head.update(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    sent()

        path, _, query = path.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [],
            "scheme": "http",
            "server": ("test", 80),
            "client": ("test", 1),
            "root_path": "",
            "state": self._state.copy(),
        }
        await self._app(scope, receive, send)
        headers = {name.decode(): value.decode() for name, value in head["headers"]}
        return Answer(head["status"], headers, json.loads(body or b"null"))


@asynccontextmanager
async def served(app: Any) -> AsyncIterator[Served]:
    """Start an application, and stop it at the end, as a server does."""
    asked: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    state: dict[str, Any] = {}
    scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": state}
    life = asyncio.ensure_future(app(scope, asked.get, said.put))
    try:
        await asked.put({"type": "lifespan.startup"})
        assert "lifespan.startup.complete" == (await said.get())["type"]
        yield Served(app, state)
    finally:
        await asked.put({"type": "lifespan.shutdown"})
        await asyncio.wait_for(life, WAIT)


@pytest.fixture
def running() -> Callable[[Any, Callable[[Served], Coroutine[Any, Any, None]]], None]:
    """Run a coroutine with a started application."""

    def running(app: Any, test: Callable[[Served], Awaitable[None]]) -> None:
        async def run() -> None:
            async with served(app) as client:
                await asyncio.wait_for(test(client), WAIT)

        asyncio.run(run())

    return running
