"""A backend for django.tasks that runs tasks on an engine of Chasqui, within the server's process.

`ChasquiBackend` is for ``django.tasks`` where Django has it (6.0 and later), else for the package
``django_tasks``. `chasqui_django.backport.ChasquiBackend` is always for the package.
"""

from __future__ import annotations

from typing import Any

from chasqui_django.lifespan import with_lifespan as with_lifespan
from chasqui_django.runners import engine_of as engine_of
from chasqui_django.runners import shutdown as shutdown

__all__ = ["ChasquiBackend", "engine_of", "shutdown", "with_lifespan"]


def __getattr__(name: str) -> Any:
    """Make the backend when the settings name it: by then Django can be imported."""
    if name != "ChasquiBackend":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import django

    if django.VERSION >= (6, 0):
        from chasqui_django.native import ChasquiBackend
    else:
        from chasqui_django.backport import ChasquiBackend
    return ChasquiBackend
