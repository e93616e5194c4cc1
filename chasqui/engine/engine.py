"""Engine: typed tasks over a pool, with a failure log.

It may be used from any thread, and everything that the pool promises holds for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self

from chasqui.engine.config import Config, load
from chasqui.engine.failures import FailureLog
from chasqui.engine.places import overrides_file
from chasqui.engine.registry import Registry, TypeSource
from chasqui.engine.tasktype import TaskType, TypedWork
from chasqui.pool.clock import SYSTEM_CLOCK, Clock
from chasqui.pool.ledger import Ledger
from chasqui.pool.metrics import Metrics
from chasqui.pool.pool import Pool, PoolState
from chasqui.pool.task import Task
from chasqui.pool.threads import StartThread, start_daemon
from chasqui.pool.work import Work

EngineState = PoolState


class Engine:
    """Task types and a pool that runs them.

    Args:
        workers: how many tasks run at once.
        queue_size: how many accepted tasks may wait.
        name: shown in consoles and logs; part of where its files lie.
        types: where task types come from, beside those registered here.
        keep_failures: how many failures the log keeps.
        shutdown_timeout: seconds that `shutdown` takes at most when none are given.
    """

    def __init__(
        self,
        workers: int = 8,
        queue_size: int = 1000,
        *,
        name: str = "default",
        types: TypeSource | None = None,
        keep_failures: int = 1000,
        shutdown_timeout: float | None = None,
        clock: Clock = SYSTEM_CLOCK,
        start_thread: StartThread = start_daemon,
    ) -> None:
        self.name = name
        self.failures = FailureLog(keep_failures)
        self.shutdown_timeout = shutdown_timeout
        self.clock = clock
        self._registry = Registry(types)
        self.pools = {
            "default": Pool(
                workers,
                queue_size,
                clock=clock,
                start_thread=start_thread,
                on_failed=self.failures.record,
            )
        }

    @classmethod
    def from_config(cls, path: str | Path | None = None, **parts: Any) -> Self:
        """Make an engine from a config file and its overrides; without a path, the defaults.

        Raises:
            ConfigError: with every problem of the file.
        """
        file = None if path is None else Path(path)
        config = load(file)
        return cls.from_settings(load(file, overrides_file(config.engine.name, file)), **parts)

    @classmethod
    def from_settings(cls, config: Config, **parts: Any) -> Self:
        """Make an engine from settings already read."""
        pool = config.pools["default"]
        settings = {
            "workers": pool.workers,
            "queue_size": pool.queue_size,
            "name": config.engine.name,
            "shutdown_timeout": config.engine.shutdown_timeout,
        }
        return cls(**{**settings, **parts})

    @property
    def pool(self) -> Pool:
        """The default pool."""
        return self.pools["default"]

    # Task types

    @property
    def types(self) -> Mapping[str, TaskType]:
        """Every task type by its full name."""
        return self._registry.all()

    def type(self, name: str) -> TaskType:
        """Return the task type of this name; raises UnknownType with the nearest names."""
        return self._registry.get(name)

    def register(self, type: TaskType) -> TaskType:
        """Offer a type of the application itself as ``app.NAME``, and return it by that name."""
        return self._registry.register(type)

    # Accepting

    def submit(
        self,
        type: str | TaskType | Work,
        params: Mapping[str, Any] | None = None,
        *,
        priority: int = 0,
        timeout: float | None = None,
        time_limit: float | None = None,
    ) -> Task:
        """Accept a task, waiting for room at most ``timeout`` seconds (None: for ever).

        Raises:
            UnknownType: no type has this name.
            InvalidParameters: with every wrong parameter.
            BacklogFull, PoolClosed, WouldDeadlock: as `Pool.submit`.
        """
        work = self._work(type, params)
        return self.pool.submit(work, priority=priority, timeout=timeout, time_limit=time_limit)

    def try_submit(
        self,
        type: str | TaskType | Work,
        params: Mapping[str, Any] | None = None,
        *,
        priority: int = 0,
        time_limit: float | None = None,
    ) -> Task:
        """Accept a task now, or raise BacklogFull at once; else as `submit`."""
        work = self._work(type, params)
        return self.pool.try_submit(work, priority=priority, time_limit=time_limit)

    def submit_batch(
        self,
        type: str | TaskType,
        many: Iterable[Mapping[str, Any]],
        *,
        priority: int = 0,
        timeout: float | None = None,
        time_limit: float | None = None,
    ) -> list[Task]:
        """Accept many tasks of one type; all are validated before the first is accepted."""
        works = [self._work(type, params) for params in many]
        return self.pool.submit_batch(
            works, priority=priority, timeout=timeout, time_limit=time_limit
        )

    # Life

    @property
    def state(self) -> EngineState:
        """One of new, running, paused, stopping, stopped."""
        return self.pool.state

    def start(self) -> None:
        """Start the workers; raises PoolClosed a second time or after a shutdown."""
        self.pool.start()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.shutdown()

    def pause(self) -> None:
        """Start no more tasks; running ones go on."""
        self.pool.pause()

    def resume(self) -> None:
        """Start tasks again."""
        self.pool.resume()

    def resize(self, workers: int) -> None:
        """Set the number of workers."""
        self.pool.resize(workers)

    def metrics(self) -> Metrics:
        """Return one consistent reading."""
        return self.pool.metrics()

    def shutdown(self, timeout: float | None = None, *, drain: bool = True) -> Ledger:
        """Stop, and report each accepted task's fate; see `Pool.shutdown`."""
        if timeout is None:
            timeout = self.shutdown_timeout
        return self.pool.shutdown(timeout, drain=drain)

    def __repr__(self) -> str:
        return f"<Engine {self.name} over {self.pool!r}>"

    def _work(self, type: str | TaskType | Work, params: Mapping[str, Any] | None) -> Work:
        if isinstance(type, str):
            return self._registry.get(type).work_from(params or {})
        if isinstance(type, TaskType):
            return self._registry.resolve(type).work_from(params or {})
        if params is not None:
            raise TypeError(f"parameters go with a task type; {type!r} has its own")
        if isinstance(type, TypedWork) and "." not in type.type.name:
            return TypedWork(self._registry.resolve(type.type), type.params, type.id)
        return type
