"""A runtime folder for each test, short enough for the path of a socket, and a host in it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator

import pytest

from chasqui import ChasquiError, Context, Engine, task
from chasqui.control.host import server
from chasqui.control.host.host import Host


@pytest.fixture(autouse=True)
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="cq") as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield folder


@task
def note(ctx: Context, text: str = "") -> str:
    """Return the text."""
    return text


@task
def say(ctx: Context, text: str) -> None:
    """Write the text to the log of the task."""
    ctx.log.info(text)


@task
def block(ctx: Context) -> None:
    """Run until it is asked to stop."""
    while not ctx.cancelled:
        ctx.sleep(60)


@task
def fail(message: str) -> None:
    """Fail."""
    raise ValueError(message)


@task
def big(size: int) -> list[int]:
    """Return as many numbers."""
    return list(range(size))


@task
def reject(size: int) -> None:
    """Fail with as many numbers as details."""
    error = ChasquiError("rejected")
    error.details = {"numbers": list(range(size))}
    raise error


@pytest.fixture
def engine(runtime: str) -> Iterator[Engine]:
    """Return a running engine with two workers and room for ten tasks."""
    engine = Engine(2, 10, shutdown_timeout=5)
    for one in (note, say, block, fail, big, reject):
        engine.register(one)
    engine.start()
    yield engine
    engine.shutdown(0, drain=False)


@pytest.fixture
def host(engine: Engine) -> Iterator[Host]:
    """Return a host of the engine."""
    host = Host(engine)
    yield host
    host.close()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have clients looked at often."""
    monkeypatch.setattr(server, "LOOK_SECONDS", 0.02)
