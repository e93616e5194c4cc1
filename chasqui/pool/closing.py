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

from chasqui.pool import deadlock
from chasqui.pool.backend import Worker
from chasqui.pool.handles import Handles
from chasqui.pool.ledger import Fate, Ledger
from chasqui.pool.task import Task

GRACE_SECONDS = 0.5  # after the deadline, for running tasks that heed being asked to stop
JOIN_SECONDS = 0.3  # for threads that are on their way out; with the grace, under the one second


def shut_down(
    pools: Sequence[Closing], timeout: float | None = None, *, drain: bool = True
) -> list[Ledger]:
    """Bring pools to their end at the same time, and return the ledger of each.

    It returns within ``timeout`` seconds plus one, however many they are; else as `Pool.shutdown`.
    """
    going = [(pool, pool._monotonic()) for pool in pools if not pool._is_over()]
    dropped = [(pool, pool._accept_no_more(began, timeout, drain)) for pool, began in going]
    for pool, tasks in dropped:
        for task in tasks:
            pool._tell_cancelled(task)
            pool._settle(task)
    late = _await_quiet([(pool, began, None) for pool, began in going])
    for pool, _ in late:
        pool._ask_all_to_stop()
    grace = [(pool, began, pool._monotonic() + GRACE_SECONDS) for pool, began in late]
    stuck = _await_quiet(grace)
    until = time.monotonic() + JOIN_SECONDS
    for pool, _ in going:
        pool._backend.close(max(0.0, until - time.monotonic()))
        pool._timer.close(max(0.0, until - time.monotonic()))
    for pool, began in stuck:
        pool._settle_ledger(began)
    return [ledger for pool in pools if (ledger := pool._ledger) is not None]


def _await_quiet(
    going: Sequence[tuple[Closing, float, float | None]],
) -> list[tuple[Closing, float]]:
    """Wait until no pool has workers left, each until a moment; return those that have.

    A pool that is quiet is ended at once. Without a moment, it is the deadline of the pool.
    """
    late: list[tuple[Closing, float]] = []
    while going:
        still = []
        for pool, began, until in going:
            if pool._ends_quiet(began):
                continue
            if pool._is_late(until):
                late.append((pool, began))
            else:
                still.append((pool, began, until))
        if still:
            pool, _, until = still[0]
            pool._rest_a_while(until)  # whichever ends last is the first of those left in the end
        going = still
    return late


class Closing(Handles):
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
            scheduled = bool(self._scheduled)
            if self._ledger is not None:
                return []  # somebody else has ended it meanwhile
            self._turn = None
            self._open = False
            self._awaited = scheduled  # before workers see that it stops; the review knows better
            self._stopping = "cancel" if self._stopping == "cancel" or not drain else "drain"
            self._paused = False
            self._crew.recall()
            if timeout is not None:
                deadline = began + max(0.0, timeout)
                self._deadline = min(deadline, self._deadline or deadline)
            dropped = self._locked_drop_all() if self._stopping == "cancel" else []
            self._locked_review()
            self._locked_rouse_all()
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

    def _is_late(self, until: float | None) -> bool:
        until = self._deadline if until is None else until
        return until is not None and self._monotonic() >= until

    def _rest_a_while(self, until: float | None) -> None:
        """Wait until something may have changed, or the moment comes; see `Clock.wait`."""
        with self._lock:
            if self._locked_pending(deadlock.current(self)) and not self._is_late(until):
                self.clock.wait(self._quiet, self._deadline if until is None else until)

    def _ask_all_to_stop(self) -> None:
        with self._lock:
            self._stopped = True  # from here on nothing more starts
            self._locked_rouse_all()
            running = [worker.task for worker in self._crew.workers if worker.task is not None]
        for task in running:
            self._ask_to_stop(task)

    def _locked_drop_all(self) -> list[Task]:
        waiting = [*self._queued.values(), *self._scheduled.values()]
        return [task for task in waiting if self._locked_drop(task)]

    def _settle_ledger(self, began: float) -> Ledger:
        with self._lock:
            while self._ledger is None:
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
            self._locked_rouse_all()
        for more in left:
            on_left, more.on_left = more.on_left, None
            if on_left is not None:
                on_left()
        return self._ledger

    def _locked_ledger(self, abandoned: tuple[Fate, ...], seconds: float) -> Ledger:
        tallies = self._crew.tallies()
        return Ledger(
            accepted=self._accepted,
            completed=sum(one.completed for one in tallies),
            failed=sum(one.failed for one in tallies),
            cancelled=self._dropped + sum(one.cancelled for one in tallies),
            left=tuple(Fate(task.number, task.name, task.state) for task in self._locked_left()),
            abandoned=abandoned,
            seconds=seconds,
        )

    def _locked_left(self) -> list[Task]:
        return [*self._backlog, *self._scheduled.values()]

    def _locked_pending(self, own: Worker | None) -> bool:
        """Whether there are workers to wait for: they go when nothing is left to do.

        Not the caller's own, and none that this very thread was about to bring to life when a
        signal handler came between.
        """
        here = threading.get_ident()
        return any(
            worker is not own and not (worker.phase == "starting" and worker.launcher == here)
            for worker in self._crew.workers
        )
