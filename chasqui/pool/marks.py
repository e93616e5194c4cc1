"""Marks: where ever growing numbers stood at a moment, so that rates can look back to it."""

from __future__ import annotations

from typing import NamedTuple


class Mark(NamedTuple):
    """Where ever growing numbers stood at a moment."""

    at: float
    ended: int
    taken: float
    """Seconds that tasks had taken."""
