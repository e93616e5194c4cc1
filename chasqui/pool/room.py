"""Room: how submitters wait for it, and how they come to hear of it.

A submitter that waits for room is notified by a worker that took a task, but only one worker goes
to the trouble for it: the flag ``wanted`` comes down with the notification, and goes up again when
that submitter is through, has put a task in, and others still wait. So one submitter is on its way
at a time, and it fills all the room that workers have made meanwhile before the next one wakes.
"""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass
from typing import Final

from chasqui import numbers
from chasqui.errors import BacklogFull, PoolClosed, WouldDeadlock
from chasqui.pool import deadlock
from chasqui.pool.locks import Condition
from chasqui.pool.task import Task
from chasqui.pool.waking import Waking

OWN: Final = "chasqui."  # modules whose frames are not the submitter's own


@dataclass(frozen=True, slots=True)
class Blocked:
    """A submitter that waits for room."""

    thread: str
    site: str
    """The file and line that called."""
    since: float
    """When it began to wait, in seconds since the epoch."""


class Room(Waking):
    """The part of a pool that submitters wait in."""

    __slots__ = ()

    _submitters: dict[object, Blocked]  # those that wait for room, longest first

    def blocked(self) -> tuple[Blocked, ...]:
        """List the submitters that wait for room, longest first."""
        with self._lock:
            self._check_fork()
            return tuple(self._submitters.values())

    def full_for(self) -> float:
        """Return for how many seconds submissions have found no room, one or the other."""
        with self._lock:
            return self._fullness.seconds(
                self._monotonic(),
                queued=len(self._queued),
                size=self.queue_size,
                waits=bool(self._submitters),
            )

    def await_room(self, timeout: float | None = None) -> None:
        """Wait until the backlog has room, which somebody else may fill at once.

        Raises:
            BacklogFull, PoolClosed, WouldDeadlock: as `submit`; a submission is counted as refused.
        """
        timeout = numbers.wait("timeout", timeout)
        with self._lock:
            deadline = None if timeout is None else self._monotonic() + timeout
            try:
                self._locked_await_room(deadline)
            except (BacklogFull, PoolClosed, WouldDeadlock):
                self._rejected += 1
                raise

    def _locked_size(self) -> int:
        """How many may be queued; without a backlog, as many as there are workers to take them."""
        return self.queue_size or len(self._idle)

    def _locked_await_room(self, deadline: float | None) -> None:
        if self._open and len(self._queued) < self._locked_size():
            return
        me = object()
        try:
            self._locked_stay(me, deadline)
        except BaseException:
            self._submitters.pop(me, None)
            self._wanted = bool(self._submitters)
            if self._submitters:
                self._room.notify()  # what this one was told, another may still make use of
            raise
        # Whoever takes the task that comes in now will tell the next.
        self._submitters.pop(me, None)
        self._wanted = bool(self._submitters)

    def _locked_stay(self, me: object, deadline: float | None) -> None:
        while True:
            self._check_fork()
            if not self._open:
                raise PoolClosed(f"pool {self.name!r} is {self.state} and accepts no more work")
            self._wanted = True  # before the look at the room, or a worker may not tell of it
            if len(self._queued) < self._locked_size():
                self._fullness.left(self._monotonic())
                return
            if self._idle and not self._waking:
                self._wake()  # for what this batch has put in already
            self._fullness.found(self._monotonic(), others_wait=bool(self._submitters))
            if deadline is not None and self._monotonic() >= deadline:
                raise BacklogFull(self._full_text())
            if me not in self._submitters:
                self._submitters[me] = self._blocked_here()
            self._locked_sleep_on(self._room, deadline, f"its own full pool {self.name!r}")

    def _full_text(self) -> str:
        """Say that no room is left, how much waits, and what helps."""
        helps = "wait, or raise queue_size or workers"
        if not self.queue_size:
            helps = "with queue_size=0 it accepts only what an idle worker takes at once"
        return f"task queue is full: pool {self.name}, {len(self._queued):,} waiting; {helps}"

    def _blocked_here(self) -> Blocked:
        name = threading.current_thread().name
        return Blocked(name, _call_site(), self.epoch + self._monotonic())

    def _give_room(self) -> None:
        """Tell submitters that there is room, on the thread of the worker that made it."""
        with self._lock:
            self._wanted = False
            self._room.notify(max(1, self._locked_size() - len(self._queued)))

    def _locked_sleep_on(
        self, condition: Condition, deadline: float | None, what: str, awaited: Task | None = None
    ) -> None:
        """Wait once, unless this is a worker and no other would be left to end the wait."""
        here = deadlock.current(self)
        if here is not None:
            deadlock.refuse_if_last(here, self._crew.workers, what, self._paused, awaited)
            here.blocked = True
        try:
            self._turn = None  # others may do anything meanwhile
            self.clock.wait(condition, deadline)
        finally:
            if here is not None:
                here.blocked = False


def _call_site() -> str:
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith(OWN):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
