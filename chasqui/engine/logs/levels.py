"""The level from which lines of bodies are kept, changed while the engine runs.

Only the tasks' logs follow it: what the loggers' own levels hold back does not reach them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chasqui.errors import ChasquiError

if TYPE_CHECKING:
    from chasqui.engine.engine import BaseEngine
    from chasqui.engine.logs.task_log import Level


class NothingKept(ChasquiError):
    """What bodies log is not kept, so no level of it can be set."""


def kept_from(engine: BaseEngine) -> Level | None:
    """Return the lowest level of lines that are kept; None: what bodies log is not kept."""
    return engine._parts.task_logs.keeps_from


def keep_from(engine: BaseEngine, level: Level) -> None:
    """Keep lines of a level and above from now on.

    Raises:
        NothingKept: this engine keeps none.
    """
    logs = engine._parts.task_logs
    if logs.keeps_from is None:
        raise NothingKept("what bodies log is not kept: log.capture in the config is off")
    logs.keep_from(level)
