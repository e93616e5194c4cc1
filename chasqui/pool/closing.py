"""Closing: bringing everything that was accepted to an end, in time.

A shutdown goes through three stages, each with the lock held only to decide: accept no more and, if
asked, cancel what waits; wait until the workers have gone, which they do when nothing is left to
take; at the deadline start nothing more, ask what runs to stop, and give it a moment. Then the
ledger is written, once. Any number of shutdowns may be under way, from any thread, from a task, or
from a signal handler inside another: they share the deadline, which only ever comes nearer, and the
ledger.
"""

from __future__ import annotations

import threading

from chasqui.pool import deadlock
from chasqui.pool.backend import Worker
from chasqui.pool.handles import Handles
from chasqui.pool.ledger import Fate, Ledger
from chasqui.pool.task import Task

GRACE_SECONDS = 0.5  # after the deadline, for running tasks that heed being asked to stop
JOIN_SECONDS = 0.3  # for threads that are on their way out; with the grace, under the one second


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
        began = self._monotonic()
        with self._lock:
            self._check_fork()
            if self._ledger is not None:
                return self._ledger
            scheduled = bool(self._scheduled)
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
        for task in dropped:
            self._tell_cancelled(task)
            self._settle(task)
        self._await_end()
        self._backend.close(JOIN_SECONDS)
        self._timer.close(JOIN_SECONDS)
        return self._settle_ledger(began)

    def _locked_drop_all(self) -> list[Task]:
        waiting = [*self._queued.values(), *self._scheduled.values()]
        return [task for task in waiting if self._locked_drop(task)]

    def _await_end(self) -> None:
        own = deadlock.current(self)
        with self._lock:
            while self._locked_pending(own) and not self._locked_late():
                self.clock.wait(self._quiet, self._deadline)
            self._stopped = True  # from here on nothing more starts
            self._locked_rouse_all()
            running = [worker.task for worker in self._crew.workers if worker.task is not None]
        for task in running:
            self._ask_to_stop(task)
        with self._lock:
            grace = self._monotonic() + GRACE_SECONDS
            while self._locked_pending(own) and self._monotonic() < grace:
                self.clock.wait(self._quiet, grace)

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

    def _locked_late(self) -> bool:
        return self._deadline is not None and self._monotonic() >= self._deadline
