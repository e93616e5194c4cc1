"""Event loops for tests: asyncio, uvloop and trio, each by its own means or by those of anyio."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

Run = Callable[[Callable[[], Awaitable[Any]]], Any]

KINDS = ("asyncio", "uvloop", "trio")


def runner(kind: str) -> Run:
    """Return what runs a coroutine function to its end, on a new loop of a kind."""
    anyio = pytest.importorskip("anyio", reason="anyio is not installed")
    if kind != "asyncio":
        pytest.importorskip(kind, reason=f"{kind} is not installed")
    backend = "trio" if kind == "trio" else "asyncio"
    options = {"use_uvloop": True} if kind == "uvloop" else {}

    def run(main: Callable[[], Awaitable[Any]]) -> Any:
        return anyio.run(main, backend=backend, backend_options=options)

    return run
