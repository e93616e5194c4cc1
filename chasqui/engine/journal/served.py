"""The journal of an engine, for those who show the engine to others."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chasqui.engine.engine import BaseEngine
    from chasqui.engine.journal.parked import ParkedTasks


def name_socket(engine: BaseEngine, socket: str) -> None:
    """Note the socket of an engine's host in the lock of its journal, if it has one.

    Others that find the journal in use learn it from there.
    """
    journal = engine._parts.journal
    if journal is not None:
        journal.name_socket(socket)


def parked_of(engine: BaseEngine) -> ParkedTasks | None:
    """Return the tasks of an engine that are in its journal only; None without a journal."""
    return engine._parts.parked
