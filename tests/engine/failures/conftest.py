"""An engine whose tasks fail, and the clock that it runs on."""

from __future__ import annotations

from typing import Any

import pytest

from chasqui import task
from chasqui.engine.engine import BaseEngine as PlainEngine
from tests.engine.failures.failing import WAIT, Switch, explode, other


@pytest.fixture
def switch():
    switch = Switch()
    yield switch
    switch.gate.set()


@pytest.fixture
def engine(clock, switch):
    @task
    def fragile(value: Any = None, number: int = 0) -> None:
        switch.got.append(value)
        switch.numbers.append(number)
        if not switch.mended:
            raise RuntimeError(f"not mended, {number}")

    @task
    def wait() -> None:
        switch.gate.wait(WAIT)

    with PlainEngine(1, clock=clock) as engine:
        for type in (explode, other, fragile, wait):
            engine.register(type)
        yield engine
        switch.gate.set()
