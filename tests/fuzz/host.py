"""A host to try: an engine with a few types that do little."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from chasqui import Context, Engine, task
from chasqui.control.host import allowance
from chasqui.control.host.host import Host


@task
def note(ctx: Context, text: str = "", n: int = 0) -> int:
    """Return the number."""
    return n


@task
def fail(ctx: Context, message: str = "no") -> None:
    """Raise."""
    raise ValueError(message)


@task
def nap(ctx: Context, seconds: float = 0.001) -> None:
    """Sleep for a moment."""
    ctx.sleep(min(seconds, 0.01))


@contextmanager
def hosted(queue_size: int = 50) -> Iterator[Host]:
    """Give a host of an engine with these types; the runtime folder must be a test's."""
    with patch.object(allowance, "MOST", 1e9), Engine(2, queue_size, shutdown_timeout=5) as engine:
        for one in (note, fail, nap):
            engine.register(one)
        host = engine.serve()
        assert isinstance(host, Host)
        yield host
        engine.resume()
