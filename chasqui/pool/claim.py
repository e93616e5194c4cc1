"""A claim: a submission that is settled once, by any thread that finds it open.

A thread that finds a claim open must not wait for its maker: a signal handler may have found it in
the middle of the maker's own call. So every thread may settle it, under the lock of its pool: the
claim gets a task, or is closed. `chasqui.pool.commits` stores that with the rest of the decision.
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
