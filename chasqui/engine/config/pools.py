"""The tables [pools.NAME] of a config: how many workers a pool has, and how many tasks may wait."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from chasqui import arguments, numbers
from chasqui.keywords import hinting
from chasqui.pool.backends import check_backend

if TYPE_CHECKING:
    from chasqui.engine.config.bounds import BackendName, Waiting, Workers


@hinting
@dataclass(frozen=True, slots=True)
class PoolConfig:
    """A table [pools.NAME].

    Example: `chasqui-tui help limits`.
    """

    backend: BackendName = "threads"
    workers: Workers = 8
    queue_size: Waiting = 1000
    settings: Mapping[str, Any] = field(default_factory=dict)
    """What the backend itself takes."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "backend", check_backend(self.backend))
        workers = numbers.workers("workers", self.workers)
        queue_size = numbers.count("queue_size", self.queue_size, 0, numbers.MOST_WAITING)
        object.__setattr__(self, "workers", workers)
        settings = arguments.mapping("settings", self.settings, "a table")
        object.__setattr__(self, "settings", dict(settings))
        object.__setattr__(self, "queue_size", queue_size)
