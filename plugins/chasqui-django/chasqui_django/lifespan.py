"""Lifespan: draining the engines when an ASGI server stops.

uvicorn lets the signal end its process, so Python's exit handlers do not run. Before that, it sends
the application a lifespan event. Django does not handle that event, so this module does.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import sync_to_async

from chasqui_django.runners import shutdown

Application = Callable[[Any, Any, Any], Awaitable[None]]


def with_lifespan(application: Application) -> Application:
    """Wrap Django's ASGI application: when its server stops, the engines are drained.

    ``application = with_lifespan(get_asgi_application())``
    """

    async def wrapped(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await application(scope, receive, send)
            return
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            else:
                # In a thread: what still runs may need this loop to end.
                await sync_to_async(shutdown, thread_sensitive=False)()
                await send({"type": "lifespan.shutdown.complete"})
                return

    return wrapped
