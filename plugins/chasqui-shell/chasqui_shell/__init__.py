"""A task type that runs commands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from chasqui import Between, Parameter, TaskType, hookimpl
from chasqui_shell.run import Settings, run_with

GRACE = Annotated[float, Between(0, 60)]
KEEP = Annotated[int, Between(0, 16 * 1024**2)]


@hookimpl
def chasqui_settings() -> Iterable[Parameter]:
    """Declare what [plugin.shell] may say."""
    usual = Settings()
    yield Parameter("pass_env", list[str], default=[], help="variables that commands get too")
    yield Parameter("allow", list[str], default=[], help="if any: the only programs to run")
    yield Parameter("grace", GRACE, default=usual.grace, help="seconds from asking to killing")
    yield Parameter(
        "keep_bytes", KEEP, default=usual.keep_bytes, help="of each end of an output, if unsaid"
    )


@hookimpl
def chasqui_tasks(settings: Mapping[str, Any]) -> Iterable[TaskType]:
    """Offer it, as the settings say."""
    return [run_with(Settings(**settings))]
