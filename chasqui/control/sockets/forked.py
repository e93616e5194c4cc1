"""What a forked child has of its parent's sockets and locks: nothing.

A lock by flock and a listening socket belong to all processes that have them open. A child that
kept its copy would hold the lock after the parent's end, so each copy is closed in the child.
"""

from __future__ import annotations

import os
from typing import Protocol
from weakref import WeakSet


class Forks(Protocol):
    """Has something open that a child must not keep."""

    def forked(self) -> None:
        """Close the child's copy, and do nothing to what the parent has."""


_watched: WeakSet[Forks] = WeakSet()


def watch(owner: Forks) -> None:
    """Call ``forked`` of this object in each child that is forked while it exists."""
    _watched.add(owner)


def _close_copies() -> None:
    global _watched
    found = list(_watched)
    _watched = WeakSet()  # another thread may have been in the middle of going through it
    for owner in found:
        owner.forked()


os.register_at_fork(after_in_child=_close_copies)
