"""Callbacks of tasks that belong together, which can be told of many ends in one call.

A shutdown that drops a million tasks has a fraction of a second to tell everybody. A group, such as
a batch or the index of keys, gives each of its tasks the same callback, and hears of all at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from chasqui.pool.task import Task


class Group(Protocol):
    """Hears of the ends of tasks; what it does must be its own and quick."""

    def ended(self, task: Task) -> object:
        """Hear that a task is final."""
        ...

    def all_ended(self, tasks: Sequence[Task]) -> object:
        """Hear that tasks are final."""
        ...


class OfGroup:
    """The callback of each task of a group."""

    __slots__ = ("group",)

    def __init__(self, group: Group) -> None:
        self.group = group

    def __call__(self, task: Task) -> None:
        """Tell the group of one task."""
        self.group.ended(task)
