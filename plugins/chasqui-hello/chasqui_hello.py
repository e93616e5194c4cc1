"""A plugin with one task type: the template to copy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from chasqui import Help, TaskType, hookimpl, task


@task
def greet(name: Annotated[str, Help("whom to greet")] = "world") -> str:
    """Greet somebody."""
    return f"hello {name}"


@hookimpl
def chasqui_tasks() -> Iterable[TaskType]:
    """Offer the task types of this plugin; they are called hello.NAME."""
    return [greet]
