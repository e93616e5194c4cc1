"""From a config to the arguments of an engine."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from chasqui.engine.config.tables import Config, LogConfig
from chasqui.engine.logs.task_log import LogCapture
from chasqui.engine.pools import DEFAULT


def arguments_of(config: Config, **parts: Any) -> dict[str, Any]:
    """Return the arguments for an engine with these settings, and with ``parts`` in their place."""
    pools = dict(config.pools)
    default = pools.pop(DEFAULT)
    if default.settings and "backend" not in parts:
        # Of the default pool an engine takes all but these by arguments of their own.
        said = {key: parts[key] for key in ("workers", "queue_size") if key in parts}
        pools[DEFAULT] = replace(default, **said)
    return {
        "workers": default.workers,
        "queue_size": default.queue_size,
        "backend": default.backend,
        "pools": pools,
        "name": config.engine.name,
        "shutdown_timeout": config.engine.shutdown_timeout,
        "keep_failures": config.failures,
        "keep_history": config.history,
        "policies": config.types,
        "schedules": config.schedule,
        "capture": capture_of(config.log),
        **_journal(config),
        **parts,
    }


def _journal(config: Config) -> dict[str, Any]:
    """Return what is said of the journal; without a path only a host keeps one."""
    said = config.journal
    return {
        "journal": config.beside(said.path) if said.path else None,
        "journal_mode": said.mode,
        "journal_keep_days": said.keep_days,
        "journal_keep_rows": said.keep_rows,
    }


def capture_of(config: LogConfig) -> LogCapture:
    """Return the capture that a config asks for."""
    return LogCapture(
        logging=config.capture,
        prints=config.capture_prints,
        level=config.level,
        lines_per_task=config.lines_per_task,
        bytes_per_task=config.bytes_per_task,
        bytes_in_all=config.bytes_in_all,
    )
