"""Events as rows of a list, and as a line of facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from chasqui.console.model.columns import Cell, Column, TableRow
from chasqui.console.model.format import Glyphs, plain
from chasqui.console.model.line import Span
from chasqui.control.port import EventView
from chasqui.durations import DAY, age

COLUMNS = (
    Column("", 1, 0),
    Column("AT", 8, 0),
    Column("AGO", 5, 4, right=True),
    Column("TIMES", 5, 1, right=True),
    Column("EVENT", 40, 0, flexible=True, least=20),
    Column("BY", 30, 3),
)
ROLES: Final[Mapping[str, str]] = {"error": "error", "warning": "warn"}


def row(event: EventView, now: float, glyphs: Glyphs) -> TableRow:
    """Return an event as a row; its key is its number."""
    role = ROLES.get(event.level, "")
    return TableRow(
        event.number,
        (
            Cell(mark(event, glyphs), role or "dim"),
            Cell(moment(event.at, now), "dim"),
            Cell(age(now - event.at), "dim"),
            Cell(f"{event.count:,}" if event.count > 1 else ""),
            Cell(event.text, role),
            Cell(event.by, "dim"),
        ),
    )


def mark(event: EventView, glyphs: Glyphs) -> str:
    """Return the glyph of an event's level."""
    return {"error": glyphs.cross, "warning": glyphs.warning}.get(event.level, glyphs.dot)


def moment(at: float, now: float) -> str:
    """Write when something happened: the time of day, or the day if that is long ago."""
    when = datetime.fromtimestamp(at).astimezone()
    return when.strftime("%H:%M:%S" if now - at < DAY else "%d %b")


def facts(event: EventView, now: float, glyphs: Glyphs) -> list[Span]:
    """Describe an event in a line, with what the row has no room for."""
    often = f"{event.count:,} times in {age(event.at - event.first)}"
    return [
        Span(event.level, ROLES.get(event.level, "title")),
        Span(f"{age(now - event.at)} ago", priority=3),
        Span(often if event.count > 1 else "", priority=2),
        Span(plain(event.text, glyphs)),
        Span(f"by {plain(event.by, glyphs)}" if event.by else "", "dim", priority=1),
    ]
