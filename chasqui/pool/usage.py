"""What the body of a task has used of the machine, where a backend can measure that."""

from __future__ import annotations

from typing import NamedTuple


class TaskUsage(NamedTuple):
    """What a task has used. Example: `chasqui-tui help processes`."""

    cpu: float
    """Seconds of CPU time."""
    peak: int
    """Bytes of memory that its process had at most meanwhile; 0 if that is unknown."""
