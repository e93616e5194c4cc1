"""Framework: what the backend needs of ``django.tasks`` or of ``django_tasks``, which are alike."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple


class Framework(NamedTuple):
    """The classes, signals and functions of one of the two."""

    base: Any
    """The class that backends derive from."""
    result: Any
    error: Any
    context: Any
    status: Any
    unknown: Any
    """The error for a result that is not there."""
    enqueued: Any
    started: Any
    finished: Any
    as_json: Callable[[Any], Any]
    """Checks that a value can be JSON, and returns it as JSON would give it back."""


def framework(package: str) -> Framework:
    """Import a framework by the name of its package."""
    base = import_module(f"{package}.base")
    signals = import_module(f"{package}.signals")
    return Framework(
        base=import_module(f"{package}.backends.base").BaseTaskBackend,
        result=base.TaskResult,
        error=base.TaskError,
        context=base.TaskContext,
        status=base.TaskResultStatus,
        unknown=import_module(f"{package}.exceptions").TaskResultDoesNotExist,
        enqueued=signals.task_enqueued,
        started=signals.task_started,
        finished=signals.task_finished,
        as_json=base.normalize_json,
    )
