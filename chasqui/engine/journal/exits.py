"""Exits: what becomes of journals that are still open when their program ends.

The pools were ended just before: their hook is in place before an engine can open a journal.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from chasqui.pool import forking

if TYPE_CHECKING:
    from chasqui.engine.journal.journal import Journal

_open: weakref.WeakSet[Journal] = weakref.WeakSet()


def watch(journal: Journal) -> None:
    """Close an open journal at the latest when the program ends."""
    forking.arm()
    _open.add(journal)


def _forget_in_child() -> None:
    """Forget the journals of the parent, whose files are its own."""
    global _open
    _open = weakref.WeakSet()


def _close_at_exit() -> None:
    """Write the ends of the last tasks, which would run again: the threads that do so end here."""
    for journal in list(_open):
        journal.close()


forking.in_child(_forget_in_child)
forking.at_exit(_close_at_exit)
