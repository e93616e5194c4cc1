"""The records of what has happened to an engine, as a list shows them."""

from __future__ import annotations

from typing import Literal

from chasqui.control.record import Record
from chasqui.control.safe_text import SafeText

EventLevel = Literal["info", "warning", "error"]


class EventView(Record, frozen=True, kw_only=True):
    """A step of note; the newest is listed first."""

    number: int  # counts the events
    at: float  # when it happened last
    level: EventLevel
    text: SafeText
    by: SafeText = SafeText("")  # which client asked for it, and why; empty: none, or not known
    count: int = 1  # how often it happened, the same each time
    first: float = 0.0  # when it happened first
    type: SafeText = SafeText("")  # the type that it is about
    task: int | None = None  # the task that it is about
