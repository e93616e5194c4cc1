"""Places: where a body is in its own code, without the frames that led there."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from traceback import FrameSummary
from types import ModuleType
from typing import Final

import chasqui

_HERE: Final = str(Path(chasqui.__file__).parent)
LED_BY: Final = tuple(
    str(Path(_HERE, *path))
    for path in (
        ("processes", "serving.py"),
        ("pool", "body.py"),
        ("pool", "coroutines.py"),
        ("engine", "types", "task_type.py"),
    )
)
"""The files that call a task's body; nothing outside of them belongs to the task."""


@lru_cache(maxsize=256)
def module_of(file: str) -> str:
    """Return the module of a file, by which its code is known as a plugin's; empty if unknown.

    A child says only files. What it runs is mostly imported here too.
    """
    for name, module in list(sys.modules.items()):
        if type(module) is ModuleType and vars(module).get("__file__") == file:
            return name
    return ""


def own_places(places: Sequence[FrameSummary]) -> list[FrameSummary]:
    """Return the places of a task's own code, the innermost last; nothing between two tasks."""
    led = [at for at, place in enumerate(places) if place.filename in LED_BY]
    own = list(places[led[-1] + 1 :] if led else places)
    return [] if own and own[-1].filename.endswith("frames.py") and not led else own
