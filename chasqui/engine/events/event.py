"""What all events have in common, and those that a start, a cancel and a shutdown publish.

The others are in `chasqui.engine.events.records`. Publishers import them when the first of them
happens, because sixteen dataclasses take 10 ms to make and most programs meet few of them. These
here must be ready: a signal handler may cancel or shut down while the same thread imports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

Level = Literal["debug", "info", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    Example: `chasqui-tui help events`.
    """

    level: ClassVar[Level] = "info"
    is_logged: ClassVar[bool] = False
    """Whether another logger has a line about it already, so that the log book needs none."""

    at: float

    def __str__(self) -> str:
        return type(self).__name__


@dataclass(frozen=True, slots=True)
class EngineChanged(Event):
    """The engine was started, paused, resumed, resized or told to stop."""

    what: str

    def __str__(self) -> str:
        return f"engine {self.what}"


@dataclass(frozen=True, slots=True)
class TaskEvent(Event):
    """A step in the life of a task."""

    number: int
    type: str

    def __str__(self) -> str:
        return f"task {self.number} {self.type}: {self.what}"

    @property
    def what(self) -> str:
        """The step in words."""
        return type(self).__name__.removeprefix("Task").lower()


@dataclass(frozen=True, slots=True)
class TaskCancelled(TaskEvent):
    """A task was cancelled."""
