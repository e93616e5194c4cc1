"""Engines whose bodies run in child processes."""

from __future__ import annotations

import pytest

from chasqui import Engine
from tests.processes import bodies, hostile


@pytest.fixture
def make_engine():
    """Return a function that starts an engine over processes, which knows all the bodies."""
    made = []

    def make(workers=1, **settings):
        engine = Engine(workers, backend="processes", **settings)
        for body in [*vars(bodies).values(), *vars(hostile).values()]:
            if isinstance(body, type(bodies.add)) or type(body).__name__.endswith("Task"):
                engine.register(body)
        engine.start()
        made.append(engine)
        return engine

    yield make
    for engine in made:
        engine.shutdown(5)


@pytest.fixture
def engine(make_engine):
    """Return a running engine with a single child."""
    return make_engine()
