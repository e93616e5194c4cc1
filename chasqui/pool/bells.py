"""Bells: how a submitter that must not sleep learns of room in the backlog.

A thread that serves many clients cannot sleep in a submission. It leaves a bell where a submitter
would sleep. Whatever wakes sleeping submitters rings all bells too: a worker that took a task, a
cancelled task, a pool that closes. A bell is rung with the pool's lock held, on the thread that
made the room, so it must neither wait nor take a lock; writing to a descriptor does.

A coroutine stands in the line of those that sleep, by a place, and is called when its turn comes:
so threads and coroutines get room in the order in which they came. A thread or a place that was
called in vain, since another submitter was quicker, stands at the front the next time, in order.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from chasqui.pool.locks import Condition

Bell = Callable[[], object]

GONE: Final = 64  # places that were left and may lie in the line, however short it is

numbers: Final = itertools.count(1)
"""Of those who wait for room, threads and coroutines: the lower, the earlier it came."""


class Place:
    """A place in the line, which takes it for the lock that a thread sleeps on."""

    __slots__ = ("_ring", "called", "number", "stands")

    def __init__(self, ring: Bell) -> None:
        self._ring = ring
        self.number = next(numbers)
        """The lower, the earlier it came."""
        self.stands = False
        """Whether a coroutine stands here that has not been called."""
        self.called = False
        """Whether it was called before."""

    def release(self) -> None:
        """Call the coroutine that stands here; raises RuntimeError if that does not reach it."""
        if not self.stands:
            raise RuntimeError("it was left, or called before")
        self.stands = False
        self.called = True
        self._ring()


class BellCondition(Condition):
    """A condition that rings bells as well when it wakes those that sleep."""

    def __init__(self, lock: Any) -> None:
        super().__init__(lock)
        self.bells: dict[object, Bell] = {}

    def notify(self, n: int = 1) -> None:
        """Wake at most ``n`` that sleep, and ring every bell."""
        super().notify(n)
        for ring in tuple(self.bells.values()):
            ring()


class RoomCondition(BellCondition):
    """The condition of submitters that wait for room, asleep, in a place or with a bell."""

    def __init__(self, lock: Any) -> None:
        super().__init__(lock)
        self.enough: dict[object, int] = {}
        """How many free places are worth a ring, by whose bell it is; 1 unless it stands here."""
        self.again: int | None = None
        """The number of the thread that sleeps next, if it was woken in vain.

        It is set before each sleep, with the lock held from then on.
        """
        self._woken: dict[Any, int] = {}  # the number of such a thread, by what it sleeps on
        self._gone = 0  # how many places were left since the line was last swept

    def least(self) -> int:
        """Return how many free places are worth waking anything that waits here."""
        if self._sleepers or not self.bells:
            return 1
        return min(self.enough.get(me, 1) for me in tuple(self.bells))

    def line_up(self, place: Place) -> None:
        """Stand in the line, unless it does already."""
        if not place.stands:
            place.stands = True
            if place.called:
                self._sleepers.insert(self._turn_of(place.number), place)
            else:
                self._sleepers.append(place)

    def _line_up(self, waiter: Any) -> None:
        if (number := self.again) is None:
            super()._line_up(waiter)
        else:
            self._woken[waiter] = number
            self._sleepers.insert(self._turn_of(number), waiter)

    def _forget(self, waiter: Any) -> None:
        self._woken.pop(waiter, None)

    def _turn_of(self, number: int) -> int:
        """Return how many in the line were called before and came earlier than this one."""
        at = 0
        with suppress(IndexError):  # a signal handler has woken some meanwhile
            while (before := self._called(self._sleepers[at])) and before < number:
                at += 1
        return at

    def _called(self, waiter: Any) -> int | None:
        """Return the number of one that was called before; None for any other."""
        if isinstance(waiter, Place):
            return waiter.number if waiter.called else None
        return self._woken.get(waiter)

    def tidy(self) -> None:
        """Forget a place that was left; all of a long line can leave in no time."""
        self._gone += 1
        if self._gone > max(GONE, len(self._sleepers) // 2):
            self._gone = 0
            self._sweep()

    def _sweep(self) -> None:
        """Go once round the line; a signal handler in the middle finds all who stand there."""
        for _ in range(len(self._sleepers)):
            first = self._sleepers[0] if self._sleepers else None
            if isinstance(first, Place) and not first.stands:
                with suppress(ValueError):
                    self._sleepers.remove(first)
            else:
                self._sleepers.rotate(-1)
