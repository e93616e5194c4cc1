"""Closing: bringing everything that was accepted to an end, in time, in one pool or in many.

A shutdown goes through stages, each for all its pools, and each with a pool's lock held only to
decide: accept no more and, if asked, cancel what waits; wait until the workers have gone, which
they do when nothing is left to take; at the deadline start nothing more, ask what runs to stop, and
give it a moment. Then the ledger of each is written, once. The deadline, the moment and the wait
for threads on their way out are shared, so many pools take no longer than one. A pool that has come
to its end before the others gets its ledger then, and whoever waits for what it left is told.

Any number of shutdowns may be under way, from any thread, from a task, or from a signal handler
inside another: they share the deadline of a pool, which only ever comes nearer, and its ledger.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from chasqui import numbers
from chasqui.pool import deadlock
from chasqui.pool.backend import Worker
from chasqui.pool.bell import Bell
from chasqui.pool.dropping import Dropping
from chasqui.pool.ledger import Fate, Ledger, Left
from chasqui.pool.locks import is_held
from chasqui.pool.task import Particulars, Task

GRACE_SECONDS = 0.5  # after the deadline, for running tasks that heed being asked to stop
LEAST_SECONDS = 0.05  # of either, however late it is
JOIN_SECONDS = 0.3  # for threads that are on their way out; with the grace, under the one second


def shut_down(
    pools: Sequence[Closing], timeout: float | None = None, *, drain: bool = True
) -> list[Ledger]:
    """Bring pools to their end at the same time, and return the ledger of each.

    It returns within ``timeout`` seconds plus one, however many they are; else as `Pool.shutdown`.
    """
    timeout = numbers.wait("timeout", timeout)
    began = time.monotonic()
    going = [Course(pool, pool._monotonic()) for pool in pools if not pool._is_over()]
    for one in going:
        one.pool._timer.relieve()  # what this waits for may want calls of the very thread it is on
    dropped = [(one.pool, one.pool._accept_no_more(one.began, timeout, drain)) for one in going]
    for pool, tasks in dropped:
        pool._see_to_dropped(tasks)
    stuck = _await_end(going)
    now = time.monotonic()
    until = now + JOIN_SECONDS
    if timeout is not None:  # what has taken long before is made up for here
        until = min(until, max(now + LEAST_SECONDS, began + timeout + GRACE_SECONDS + JOIN_SECONDS))
    for one in going:
        one.pool._backend.close(max(0.0, until - time.monotonic()))
        one.pool._timer.close(max(0.0, until - time.monotonic()))
    for one in stuck:
        one.pool._settle_ledger(one.began)
    return [ledger for pool in pools if (ledger := pool._ledger) is not None]


@dataclass(slots=True)
class Course:
    """How far one shutdown has come with one pool."""

    pool: Closing
    began: float
    grace: float | None = None
    """Until when it waits for bodies that were asked to stop; None before the deadline."""

    @property
    def until(self) -> float | None:
        """When the present stage is over at the latest; None: never."""
        return self.pool._deadline if self.grace is None else self.grace

    def has_ended(self) -> bool:
        """Take it as far as it has come; tell whether there is nothing more to wait for."""
        if self.pool._is_over():
            return True  # another shutdown was asked earlier, and has given up
        return self.pool._ends_quiet(self.began) or (self._is_late() and self._gives_up())

    def _is_late(self) -> bool:
        until = self.until
        return until is not None and self.pool._monotonic() >= until

    def _gives_up(self) -> bool:
        """Ask what runs to stop, the first time, and tell whether it was asked before."""
        if self.grace is not None:
            return True
        self.pool._ask_all_to_stop()
        now = self.pool._monotonic()
        deadline = now if self.pool._deadline is None else self.pool._deadline
        self.grace = max(now + LEAST_SECONDS, min(now, deadline) + GRACE_SECONDS)
        return False


def _await_end(going: Sequence[Course]) -> list[Course]:
    """Wait until each pool has ended, or is too late; return those that are."""
    waiting = list(going)
    while waiting:
        bell = Bell(_place_to_wait(waiting)._lock, waiting[0].pool.clock)
        hung = waiting
        try:
            waiting = _await_change(hung, bell)
        finally:
            for one in hung:
                one.pool._take_down(bell)
    return [one for one in going if one.pool._ledger is None]


def _await_change(waiting: Sequence[Course], bell: Bell) -> list[Course]:
    """Wait for a bell, and return those that had not ended when they were looked at before."""
    for one in waiting:
        one.pool._hang(bell)
    left = [one for one in waiting if not one.has_ended()]
    if left:
        moments = [one.until for one in left if one.until is not None]
        bell.await_ring(min(moments, default=None))
    return left


def _place_to_wait(waiting: Sequence[Course]) -> Closing:
    """Return the pool at whose lock to wait.

    A signal handler may be in the middle of something in one of them, whose workers could not leave
    while it waits elsewhere.
    """
    pools = [one.pool for one in waiting]
    return next((pool for pool in pools if is_held(pool._lock)), pools[0])


class Closing(Dropping):
    """The part of a pool that ends it."""

    __slots__ = ()

    def shutdown(self, timeout: float | None = None, *, drain: bool = True) -> Ledger:
        """Stop accepting, bring accepted tasks to an end, and report each one's fate.

        With ``drain`` queued tasks still run, else they are cancelled; running tasks are left
        alone until the deadline, then asked to stop. It returns within ``timeout`` seconds (None:
        no deadline) plus one. A later call may only sharpen one under way: drop the queue, or
        bring the deadline forward. May be called from a task, which then does not wait for itself.
        """
        (ledger,) = shut_down((self,), timeout, drain=drain)
        return ledger

    # The stages

    def _is_over(self) -> bool:
        self._check_fork()
        return self._ledger is not None

    def _accept_no_more(self, began: float, timeout: float | None, drain: bool) -> list[Task]:
        """Begin the end, or sharpen the one under way; return the tasks that were cancelled."""
        with self._lock:
            if drain:
                # What is due already runs: whether the timer has come to it by now is chance.
                self._locked_bring_in()
            scheduled = list(self._scheduled.values())
            self._turn = None
            self._open = False
            # Before workers see that it stops; the review knows better.
            self._awaited = scheduled[0] if scheduled else None
            self._stopping = "cancel" if self._stopping == "cancel" or not drain else "drain"
            self._paused = False
            self._crew.recall()
            if timeout is not None:
                deadline = began + timeout
                self._deadline = min(deadline, self._deadline or deadline)
            dropped = self._locked_drop_all() if self._stopping == "cancel" else []
            self._locked_review()
            self._locked_rouse_all()
        self._ring()
        return dropped

    def _ends_quiet(self, began: float) -> bool:
        """End a pool whose workers have gone; False while there are any to wait for."""
        with self._lock:
            if self._locked_pending(deadlock.current(self)):
                return False
        self._ask_all_to_stop()  # which is the caller's own task, if any
        self._timer.close(0.0)
        self._settle_ledger(began)
        return True

    def _hang(self, bell: Bell) -> None:
        """Have a bell ring whenever something changes that a shutdown waits for."""
        with self._lock:
            self._bells = (*self._bells, bell)

    def _take_down(self, bell: Bell) -> None:
        """Have it ring no more."""
        with self._lock:
            self._locked_take_down(bell)

    def _locked_take_down(self, bell: Bell) -> None:
        while bell in self._bells:
            before = self._bells
            left = tuple([one for one in before if one is not bell])
            if self._bells is before:
                self._bells = left

    def _ask_all_to_stop(self) -> None:
        with self._lock:
            self._stopped = True  # from here on nothing more starts
            self._locked_rouse_all()
            running = self._crew.running()
        for task in running:
            self._ask_to_stop(task)

    def _settle_ledger(self, began: float) -> Ledger:
        with self._lock:
            ledger, left = self._locked_settle_ledger(began)
            self._locked_rouse_all()
        self._ring()
        for more in left:
            on_left, more.on_left = more.on_left, None
            if on_left is not None:
                on_left()
        return ledger

    def _locked_settle_ledger(self, began: float) -> tuple[Ledger, list[Particulars]]:
        """Write the ledger, once, and wake those who wait for what it leaves."""
        while (ledger := self._ledger) is None:
            turn = self._locked_freeze()
            now = self._monotonic()
            ledger = self._locked_ledger(self._crew.abandon(now), now - began)
            if self._turn is turn and self._ledger is None:
                self._ledger = ledger
            self._locked_thaw()
        left = [task._more for task in self._locked_left() if task._more is not None]
        for more in left:
            if more.wake is not None:
                more.wake.notify_all()
        return ledger, left

    def _locked_ledger(self, abandoned: tuple[Fate, ...], seconds: float) -> Ledger:
        tallies = self._crew.tallies()
        return Ledger(
            accepted=self._accepted,
            completed=sum(one.completed for one in tallies),
            failed=sum(one.failed for one in tallies),
            cancelled=self._dropped + sum(one.cancelled for one in tallies),
            left=Left(("", self._locked_left())),
            abandoned=abandoned,
            seconds=seconds,
        )

    def _locked_left(self) -> list[Task]:
        # In one call each, since a signal handler may look at them in between.
        return [*self._queued.copy().values(), *self._scheduled.copy().values()]

    def _locked_pending(self, own: Worker | None) -> bool:
        """Whether there are workers to wait for: they go when nothing is left to do.

        Not the caller's own, and none that this very thread was about to bring to life when a
        signal handler came between, or is about to give up, and asks its observer.
        """
        here = threading.get_ident()
        return any(
            worker is not own
            and not (worker.phase == "starting" and worker.launcher == here)
            and not (worker.ending == "limit" and worker.ender == here)
            for worker in self._crew.workers
        )
