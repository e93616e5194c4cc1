"""Filters of lists: their fields, and the engine's own completion, for consoles, which know none.

Each list has the fields that its rows have. A filter by another field selects nothing, and that is
said.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from chasqui.control.safe_text import SafeText, safe_line
from chasqui.engine.filters.completion import Completion as Completion
from chasqui.engine.filters.completion import complete as complete
from chasqui.engine.filters.filter import Filter

FAILURE_FIELDS: Final = (
    *("type", "state", "err", "age", "attempt", "number", "group", "key", "params", "plugin"),
    *("pool", "ran", "waited", "worker"),
)
BACKLOG_FIELDS: Final = (
    *("type", "age", "priority", "key", "params", "number", "state", "attempt", "plugin", "pool"),
)
FINISHED_FIELDS: Final = (*(field for field in FAILURE_FIELDS if field != "group"), "cpu", "mem")
WORKER_FIELDS: Final = ("type", "worker", "number", "age", "pool")
TYPE_FIELDS: Final = ("type", "plugin", "pool")
EVENT_FIELDS: Final = ("type", "age", "number")
NOTE: Final = 200  # characters


def note_of(found: Filter, fields: Collection[str]) -> SafeText:
    """Say what of a filter was not understood, or is about a field that the list does not have."""
    lacking = dict.fromkeys(term.field for term in found.terms if term.field)
    notes = [f"{field}: this list has no such field" for field in lacking if field not in fields]
    return safe_line("; ".join((*found.notes, *notes)), NOTE)
