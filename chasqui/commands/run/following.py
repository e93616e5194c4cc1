"""What follows the lines of a run beside its output, such as the file of what is unfinished."""

from __future__ import annotations

from collections.abc import Sequence

from chasqui.commands.run.line_keys import LineKey
from chasqui.commands.writing import Row
from chasqui.engine.types.task_type import TypedWork
from chasqui.pool.task import Task


class Follower:
    """Is called for what becomes of each line; one that does not care leaves a method out.

    A line is accepted before it can end. What was accepted and has not ended when the run ends is
    left, or still runs.
    """

    @property
    def problem(self) -> str:
        """What could not be written of what was asked for, in words; empty if nothing."""
        return ""

    def begin(self) -> None:
        """Open what it needs; raises Usage."""

    def accepted(self, key: LineKey, task: Task) -> None:
        """Note that a line has become a task. The thread that reads."""

    def ended(self, key: LineKey, task: Task, row: Row) -> None:
        """Note a task's end and its row. Any thread."""

    def refused(self, key: LineKey, row: Row) -> None:
        """Note a line that could not become a task, and its row. The thread that reads."""

    def not_accepted(self, key: LineKey, work: TypedWork) -> None:
        """Note a line that was read when the run was to stop. The thread that reads."""

    def close(self) -> None:
        """Write what is left; nothing ends after that."""


class Followers(Follower):
    """All of them, in order."""

    def __init__(self, followers: Sequence[Follower]) -> None:
        self._all = tuple(followers)

    def problems(self) -> list[str]:
        """Return what each could not write."""
        return [one.problem for one in self._all if one.problem]

    def begin(self) -> None:
        """Open what they need; raises Usage."""
        for one in self._all:
            one.begin()

    def accepted(self, key: LineKey, task: Task) -> None:
        """Note that a line has become a task."""
        for one in self._all:
            one.accepted(key, task)

    def ended(self, key: LineKey, task: Task, row: Row) -> None:
        """Note a task's end and its row."""
        for one in self._all:
            one.ended(key, task, row)

    def refused(self, key: LineKey, row: Row) -> None:
        """Note a line that could not become a task, and its row."""
        for one in self._all:
            one.refused(key, row)

    def not_accepted(self, key: LineKey, work: TypedWork) -> None:
        """Note a line that was read when the run was to stop."""
        for one in self._all:
            one.not_accepted(key, work)

    def close(self) -> None:
        """Write what is left."""
        for one in self._all:
            one.close()
