"""Handles: what a task's handle asks of its pool, waiting for it, cancelling it, following it."""

from __future__ import annotations

from collections.abc import Callable

from chasqui.errors import WouldDeadlock
from chasqui.pool import deadlock
from chasqui.pool.limits import Limits
from chasqui.pool.states import FINAL, WAITING
from chasqui.pool.task import Task


class Handles(Limits):
    """The part of a pool that the methods of `Task` end in."""

    __slots__ = ()

    def wait_for(self, task: Task, timeout: float | None) -> bool:
        """Wait at most ``timeout`` seconds for a task's final state; see `Task.wait`."""
        self._check_fork()
        self._timer.relieve()  # it may be a retry that is waited for
        # The condition is made before the first look at the state: the worker writes the state
        # first and looks whether somebody waits after, so one of the two sees the other.
        with self._lock:
            return self._locked_wait_for(task, timeout)

    def _locked_wait_for(self, task: Task, timeout: float | None) -> bool:
        wake = self._locked_wake(task)
        deadline = None if timeout is None else self._monotonic() + timeout
        while task.state not in FINAL:
            if self.is_left(task):
                return False
            if deadline is not None and self._monotonic() >= deadline:
                return False
            here = deadlock.current(self)
            if here is not None and here.task is task:
                raise WouldDeadlock(f"task {task.number} waits for itself")
            what = f"task {task.number} of its own pool {self.name!r}"
            self._locked_sleep_on(wake, deadline, what, task)
        return True

    def sleep(self, task: Task, until: float | None, is_over: Callable[[], bool]) -> None:
        """Sleep, for a task's body, until a monotonic moment or until the task should stop."""
        with self._lock:
            self._locked_sleep(task, until, is_over)

    def _locked_sleep(self, task: Task, until: float | None, is_over: Callable[[], bool]) -> None:
        self._check_fork()
        wake = self._locked_wake(task)
        while not (task.stop_asked or is_over()):
            if until is not None and self._monotonic() >= until:
                return
            self.clock.wait(wake, until)

    def cancel(self, task: Task) -> bool:
        """Cancel a waiting task, ask a running one to stop; see `Task.cancel`."""
        return self.withdraw(task) or (task.state == "running" and self._ask_to_stop(task))

    def withdraw(self, task: Task) -> bool:
        """Cancel a task that waits, and leave alone one that was started."""
        with self._lock:
            self._check_fork()
            dropped = self._locked_drop(task)
            if dropped:
                self._backlog_changed()
        if dropped:
            self._tell_cancelled(task)
            self._settle(task)
            if task._more is not None and task._more.alarm:
                self._timer.forget(task._more.alarm)
        return dropped

    def add_done_callback(self, task: Task, callback: Callable[[Task], object]) -> None:
        """Call back once a task is final; see `Task.add_done_callback`."""
        with self._lock:
            self._check_fork()
            more = self.particulars(task)
            if more.callbacks is None:
                more.callbacks = []
            more.callbacks.append(callback)
        if task.state in FINAL:
            self._settle(task)

    def is_left(self, task: Task) -> bool:
        """Tell whether a task will never start, since the pool has come to its end without it."""
        return self._ledger is not None and task.state in WAITING

    def _locked_drop(self, task: Task) -> bool:
        """Cancel a task that still waits for a worker that may come; False when it does not."""
        number = task.number
        while True:
            now = self._monotonic()
            turn = self._locked_freeze()
            dropped = False
            waits = self._scheduled if number in self._scheduled else self._queued
            # What the ledger calls left stays so.
            if self._turn is turn and number in waits and self._ledger is None:
                lane = task._lane
                # The husk first: `Backlog.wanted` must not count it as a task that is held.
                lane.husks += waits is self._queued
                lane.scheduled -= waits is self._scheduled
                lane.dropped += 1
                del waits[number]
                self._dropped += 1
                task._ended_at = now
                task.state = "cancelled"
                dropped = True
            undisturbed = self._turn is turn
            self._locked_thaw()
            if dropped or undisturbed:
                return dropped

    def _backlog_changed(self) -> None:
        """See to what a smaller backlog means to others."""
        if self._locked_look(self._backlog.has_many_husks):
            self._locked_sweep()
        self._room.notify()
        if self._stopping:
            self._locked_review()
            self._locked_rouse_all()

    def asked_for(self, task: Task) -> float | None:
        """Return how many seconds ago a task was asked to stop that still runs, else None."""
        asked = None if task._more is None else task._more.stop_asked
        if asked is None or task.state != "running":
            return None
        return max(0.0, self._monotonic() - asked)

    def _ask_to_stop(self, task: Task) -> bool:
        """Ask a running task to stop; its own code looks at the request when it will."""
        with self._lock:
            wake, more = self._locked_wake(task), self.particulars(task)
            if more.stop_asked is None:
                more.stop_asked = self._monotonic()
            wake.notify_all()
            on_stop = more.on_stop
        if on_stop is not None:
            on_stop()
        return True
