"""Background work in threads, with an operations console that people trust.

Names resolve when they are first used, so that importing the package costs next to nothing and a
program that only wants a `Pool` never loads what the engine and the plugins need.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from chasqui.version import VERSION

if TYPE_CHECKING:
    from pathlib import Path

    from chasqui.engine.batches.batch import Batch as Batch
    from chasqui.engine.config.pools import PoolConfig as PoolConfig
    from chasqui.engine.failures.log import Retention as Retention
    from chasqui.engine.logs.task_log import LogCapture as LogCapture
    from chasqui.engine.logs.task_log import LogLine as LogLine
    from chasqui.engine.logs.task_log import LogPage as LogPage
    from chasqui.engine.metrics.findings import Finding as Finding
    from chasqui.engine.metrics.reading import Reading as Reading
    from chasqui.engine.policy.breaker import Breaker as Breaker
    from chasqui.engine.policy.retry import Retry as Retry
    from chasqui.engine.types.annotations import Between as Between
    from chasqui.engine.types.annotations import Help as Help
    from chasqui.engine.types.parameters import Parameter as Parameter
    from chasqui.engine.types.task_type import task as task
    from chasqui.errors import BacklogFull as BacklogFull
    from chasqui.errors import Cancelled as Cancelled
    from chasqui.errors import ChasquiError as ChasquiError
    from chasqui.errors import ConfigError as ConfigError
    from chasqui.errors import Expired as Expired
    from chasqui.errors import InvalidParameters as InvalidParameters
    from chasqui.errors import PoolClosed as PoolClosed
    from chasqui.errors import PoolForked as PoolForked
    from chasqui.errors import SecretMissing as SecretMissing
    from chasqui.errors import TimeLimit as TimeLimit
    from chasqui.errors import UnknownPool as UnknownPool
    from chasqui.errors import UnknownType as UnknownType
    from chasqui.errors import WouldDeadlock as WouldDeadlock
    from chasqui.plugins.engine import Engine as Engine
    from chasqui.plugins.hookspecs import hookimpl as hookimpl
    from chasqui.pool.context import Context as Context
    from chasqui.pool.dispatcher import Dispatcher as Dispatcher
    from chasqui.pool.executor import PoolExecutor as PoolExecutor
    from chasqui.pool.ledger import Ledger as Ledger
    from chasqui.pool.metrics import Metrics as Metrics
    from chasqui.pool.pool import Pool as Pool
    from chasqui.pool.rate import Rate as Rate
    from chasqui.pool.signals import wait_for_signal as wait_for_signal
    from chasqui.pool.task import Task as Task
    from chasqui.pool.work import Work as Work
    from chasqui.secret import Secret as Secret

    def console(
        engine: Engine,
        *,
        theme: str = "chasqui-dark",
        refresh: float = 4.0,
        read_only: bool = False,
        overrides: Path | None = None,
    ) -> None:
        """Open the console over an engine; see `chasqui.commands.embedded`."""


__version__ = VERSION

_HOMES = {
    # the pool
    "Pool": "chasqui.pool.pool",
    "Work": "chasqui.pool.work",
    "Task": "chasqui.pool.task",
    "Context": "chasqui.pool.context",
    "Dispatcher": "chasqui.pool.dispatcher",
    "PoolExecutor": "chasqui.pool.executor",
    "Ledger": "chasqui.pool.ledger",
    "Metrics": "chasqui.pool.metrics",
    "Rate": "chasqui.pool.rate",
    "wait_for_signal": "chasqui.pool.signals",
    # the engine
    "Engine": "chasqui.plugins.engine",
    "task": "chasqui.engine.types.task_type",
    "Batch": "chasqui.engine.batches.batch",
    "PoolConfig": "chasqui.engine.config.pools",
    "Retention": "chasqui.engine.failures.log",
    "Finding": "chasqui.engine.metrics.findings",
    "Reading": "chasqui.engine.metrics.reading",
    "Breaker": "chasqui.engine.policy.breaker",
    "LogCapture": "chasqui.engine.logs.task_log",
    "LogLine": "chasqui.engine.logs.task_log",
    "LogPage": "chasqui.engine.logs.task_log",
    "Retry": "chasqui.engine.policy.retry",
    "Help": "chasqui.engine.types.annotations",
    "Between": "chasqui.engine.types.annotations",
    "Secret": "chasqui.secret",
    # the console
    "console": "chasqui.console",
    # plugins
    "hookimpl": "chasqui.plugins.hookspecs",
    "Parameter": "chasqui.engine.types.parameters",
    # errors
    "BacklogFull": "chasqui.errors",
    "Cancelled": "chasqui.errors",
    "ChasquiError": "chasqui.errors",
    "ConfigError": "chasqui.errors",
    "Expired": "chasqui.errors",
    "InvalidParameters": "chasqui.errors",
    "PoolClosed": "chasqui.errors",
    "PoolForked": "chasqui.errors",
    "SecretMissing": "chasqui.errors",
    "TimeLimit": "chasqui.errors",
    "UnknownPool": "chasqui.errors",
    "UnknownType": "chasqui.errors",
    "WouldDeadlock": "chasqui.errors",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(home)
    # The package of the console can be called itself.
    value = module if home == f"{__name__}.{name}" else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
