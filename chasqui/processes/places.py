"""Places: where a body is in its own code, without the frames that led there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from traceback import FrameSummary
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


def own_places(places: Sequence[FrameSummary]) -> list[FrameSummary]:
    """Return the places of a task's own code, the innermost last; nothing between two tasks."""
    led = [at for at, place in enumerate(places) if place.filename in LED_BY]
    own = list(places[led[-1] + 1 :] if led else places)
    return [] if own and own[-1].filename.endswith("frames.py") and not led else own
