"""A task type that runs commands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from chasqui import hookimpl
from chasqui.engine.tasktype import TaskType
from chasqui_shell.run import Settings, run_with


@hookimpl
def chasqui_tasks(settings: Mapping[str, Any]) -> Iterable[TaskType]:
    """Offer it, as the settings say."""
    return [run_with(Settings(**settings))]
