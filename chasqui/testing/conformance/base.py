"""What the tests of a backend have in common: engines over it, and waiting."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar, Final

from chasqui.engine.config.pools import PoolConfig
from chasqui.engine.types.task_type import TaskType
from chasqui.plugins.engine import Engine
from chasqui.pool.backend import Backend
from chasqui.pool.pool import Pool
from chasqui.pool.state import state_of
from chasqui.pool.task import Task
from chasqui.testing.conformance import bodies

WAIT: Final = 30.0  # real seconds until something counts as hung
LOOK: Final = 0.002  # seconds between two looks
LEAVE: Final = 5.0  # seconds for an engine to end after its test


class BackendSuite:
    """Engines over the backend under test, which end with their test."""

    backend: ClassVar[str]
    settings: ClassVar[Mapping[str, Any]]
    warm: ClassVar[Engine]
    """Runs as long as the tests, so that what a backend has once for all is started once."""

    @classmethod
    def setup_class(cls) -> None:
        """Start what all tests share."""
        cls.warm = cls._made(1)
        cls.warm.start()
        cls.warm.call(bodies.adds, 1, 2).result(WAIT)

    @classmethod
    def teardown_class(cls) -> None:
        """End it."""
        cls.warm.shutdown(LEAVE)

    def setup_method(self) -> None:
        """Begin a test."""
        self._engines: list[Engine] = []

    def teardown_method(self) -> None:
        """End the engines of a test."""
        for engine in self._engines:
            engine.shutdown(LEAVE, drain=False)

    def engine(self, workers: int = 1, **settings: Any) -> Engine:
        """Return a running engine over the backend, which knows all bodies."""
        engine = self._made(workers, **settings)
        self._engines.append(engine)
        engine.start()
        return engine

    @classmethod
    def pool(cls, workers: int) -> PoolConfig:
        """Return the settings of a pool over the backend."""
        return PoolConfig(backend=cls.backend, workers=workers, settings=cls.settings)

    @classmethod
    def _made(cls, workers: int, **settings: Any) -> Engine:
        pools = {"default": cls.pool(workers), **settings.pop("pools", {})}
        engine = Engine(pools=pools, serve=False, **settings)
        for one in vars(bodies).values():
            if isinstance(one, TaskType):
                engine.register(one)
        return engine


def ended(task: Task) -> Task:
    """Wait for the end of a task, and return it."""
    assert task.wait(WAIT), f"{task.name} has not ended; it is {task.state}"
    return task


def traceback_of(task: Task) -> str:
    """Wait for the end of a task, and return its traceback."""
    return ended(task).traceback or ""


def until(holds: Callable[[], object]) -> None:
    """Look again and again until something holds."""
    deadline = time.monotonic() + WAIT
    while not holds():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(LOOK)


def begun(*tasks: Task) -> None:
    """Wait until the bodies of tasks have reported progress."""
    until(lambda: all(task.progress is not None for task in tasks))


def opened(gate: Path) -> Path:
    """Let the bodies go on that wait for a file, and return it."""
    gate.touch()
    return gate


def backend_of(pool: Pool) -> Backend:
    """Return the backend of a pool."""
    backend: Backend = state_of(pool).backend
    return backend
