"""A claim: a submission that may be brought to its end by whoever comes upon it, once.

Nobody who finds a claim open may wait for the one who made it: that may be the very thread whose
signal handler has found it, in the middle. So each may settle it, under the lock of its pool: it
gets a task, or is closed because there is no room. The pool stores that with the other stores of
the decision, which a turn guards; see `Core`.
"""

from __future__ import annotations

from chasqui.pool.task import Task


class Claim:
    """What is claimed, and what has come of it."""

    __slots__ = ("closed", "task")

    def __init__(self) -> None:
        self.task: Task | None = None
        """What was accepted; this rules, whatever else is said."""
        self.closed = False
        """Whether nothing will be accepted any more."""
