"""Bells: how a submitter that must not wait is told that there may be room.

A thread that serves many clients cannot sleep in a submission. It leaves a bell where a submitter
would sleep. Whatever wakes sleeping submitters rings all bells too: a worker that took a task, a
cancelled task, a pool that closes. A bell is rung with the pool's lock held, on the thread that
made the room, so it must neither wait nor take a lock; writing to a descriptor does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chasqui.pool.locks import Condition

Bell = Callable[[], object]


class RoomCondition(Condition):
    """The condition of submitters that wait for room, asleep or with a bell."""

    def __init__(self, lock: Any) -> None:
        super().__init__(lock)
        self.bells: dict[object, Bell] = {}

    def notify(self, n: int = 1) -> None:
        """Wake at most ``n`` that sleep, and ring every bell."""
        super().notify(n)
        for ring in tuple(self.bells.values()):
            ring()
