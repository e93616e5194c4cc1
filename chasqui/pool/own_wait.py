"""A wait of a task for its own pool, as a look for a deadlock sees it; see `deadlock`."""

from __future__ import annotations

from collections.abc import Callable, Collection

from chasqui.pool.task import Task


class Wait:
    """A wait for what only the workers of a pool can bring: the end of tasks, or room.

    Args:
        what: what it is for, as the error names it.
        deadline: when it ends by itself, on the pool's monotonic clock; None: never.
        is_over: tells whether what it is for has come.
        awaited: the tasks it is for, if any: the end of the first ends it.
    """

    __slots__ = ("awaited", "deadline", "is_begun", "is_over", "what")

    def __init__(
        self,
        what: str,
        deadline: float | None,
        is_over: Callable[[], object],
        awaited: Collection[Task] = (),
    ) -> None:
        self.what = what
        self.deadline = deadline
        self.is_over = is_over
        self.awaited = awaited
        self.is_begun = False
        """Whether it was allowed to wait before, and now only looks again."""

    def ends_by(self, moment: float) -> bool:
        """Tell whether it is over, or ends by itself by a given moment."""
        return (self.deadline is not None and self.deadline <= moment) or bool(self.is_over())
