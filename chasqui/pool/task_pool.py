"""What a task needs of its pool. The state of a pool has it; it is known here by protocols only."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from chasqui.pool.clock import Clock
from chasqui.pool.particulars import Particulars

if TYPE_CHECKING:
    from concurrent.futures import Future


class LoggedLine(Protocol):
    """A line that a body has logged; see `chasqui.engine.logs.task_log.LogLine`."""

    @property
    def at(self) -> float: ...
    @property
    def level(self) -> str: ...
    @property
    def text(self) -> str: ...


class TaskPool(Protocol):
    """A pool, as its tasks see it."""

    @property
    def name(self) -> str: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def state(self) -> str: ...
    @property
    def epoch(self) -> float: ...
    @property
    def tries_again(self) -> bool: ...
    @property
    def is_forked(self) -> bool: ...

    @property
    def handles(self) -> Handles: ...
    @property
    def log_of(self) -> Callable[[int], tuple[LoggedLine, ...]]: ...
    @property
    def key_prefix(self) -> Callable[[], str]: ...

    def particulars(self, task: Any) -> Particulars: ...


class Handles(Protocol):
    """What is done in a pool with one of its tasks: the functions of `chasqui.pool.handles`."""

    def wait_for(self, pool: Any, task: Any, timeout: float | None) -> bool: ...
    def sleep(
        self, pool: Any, task: Any, until: float | None, is_over: Callable[[], bool]
    ) -> None: ...
    def cancel(self, pool: Any, task: Any) -> bool: ...
    def withdraw(self, pool: Any, task: Any) -> bool: ...
    def future_of(self, pool: Any, task: Any) -> Future[Any]: ...
    async def wait_async(
        self, pool: Any, task: Any, timeout: float | None, cancel: bool
    ) -> bool: ...
    def add_done_callback(
        self, pool: Any, task: Any, callback: Callable[[Any], object]
    ) -> None: ...
    def remove_done_callback(
        self, pool: Any, task: Any, callback: Callable[[Any], object]
    ) -> int: ...
