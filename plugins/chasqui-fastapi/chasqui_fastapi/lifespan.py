"""The life of an engine within that of a server: started before the first request, drained last."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from chasqui import Engine

STATE: Final = "chasqui_engine"  # where the engine is in the state of a request

Lifespan = Callable[[Any], AbstractAsyncContextManager[Mapping[str, Any] | None]]


def lifespan(
    engine: Engine | Callable[[], Engine],
    within: Lifespan | None = None,
    *,
    timeout: float | None = 30.0,
) -> Callable[[Any], AbstractAsyncContextManager[dict[str, Any]]]:
    """Make the ``lifespan`` of an application, which starts an engine and drains it at the end.

    Args:
        engine: the engine, or a function that makes it. An engine starts once; a function serves
            an application that is started several times, as tests do.
        within: the application's own lifespan. It begins before the engine and ends after it, so
            that what it opens is there until the last task has ended.
        timeout: how many seconds the drain may take; None: as the engine says.
    """

    @asynccontextmanager
    async def with_engine(app: Any) -> AsyncIterator[dict[str, Any]]:
        if within is None:
            async with _running(engine, timeout) as state:
                yield state
            return
        async with within(app) as own, _running(engine, timeout) as state:
            yield {**(own or {}), **state}

    return with_engine


def engine_of(connection: HTTPConnection) -> Engine:
    """Return the engine that the server of this request or websocket has started.

    Raises:
        RuntimeError: it has started none.
    """
    found = getattr(connection.state, STATE, None)
    if found is None:
        raise RuntimeError(
            "this application runs no engine: make it with "
            "FastAPI(lifespan=chasqui_fastapi.lifespan(engine)), and in tests enter its lifespan: "
            "with TestClient(app) as client"
        )
    return found  # type: ignore[no-any-return]


@asynccontextmanager
async def _running(
    engine: Engine | Callable[[], Engine], timeout: float | None
) -> AsyncIterator[dict[str, Any]]:
    running = engine if isinstance(engine, Engine) else engine()
    running.start()
    try:
        yield {STATE: running}
    finally:
        # In a thread: what still runs may need the loop of the server to end.
        await run_in_threadpool(running.shutdown, timeout)
