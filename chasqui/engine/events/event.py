"""What all events have in common, and the event that every engine publishes.

The others are in `chasqui.engine.events.records`. Publishers import them when the first of them
happens, because eighteen dataclasses take 10 ms to make and most programs meet few of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

Level = Literal["debug", "info", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened."""

    level: ClassVar[Level] = "info"

    at: float

    def __str__(self) -> str:
        return type(self).__name__


@dataclass(frozen=True, slots=True)
class EngineChanged(Event):
    """The engine was started, paused, resumed, resized or told to stop."""

    what: str

    def __str__(self) -> str:
        return f"engine {self.what}"
