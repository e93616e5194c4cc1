"""A claim: a submission that is settled once, by whoever comes upon it.

Nobody who finds a claim open may wait for the one who made it: that may be the very thread in whose
middle a signal handler has found it. So each may settle it, under the lock of its pool: it gets a
task, or is closed. The pool stores that with the other stores of the decision, which a turn guards;
see `Core`.
"""

from __future__ import annotations

from contextvars import Context as Variables

from chasqui.pool.task import Task


class Claim:
    """What was claimed, with the context variables of its submitter, and what has come of it."""

    __slots__ = ("closed", "error", "task", "variables")

    def __init__(self, variables: Variables | None) -> None:
        self.variables = variables
        self.task: Task | None = None
        """What was accepted; once it is there, the claim is settled."""
        self.closed = False
        """Whether it is settled without a task."""
        self.error: Exception | None = None
        """Why; None: there was no room, which may come."""
