"""The intake: how work is accepted, and how submitters wait for room.

Accepting is one decision, written twice: once for the common case, a single piece of work and room
for it, where each microsecond counts, and once for all others. Its stores are the index, the count
and the level, in this order and with no call in between; see `Core`.

A submitter that waits for room is notified by a worker that took a task, but only one worker goes
to the trouble for it: the flag ``wanted`` comes down with the notification, and goes up again when
that submitter is through, has put a task in, and others still wait. So one submitter is on its way
at a time, and it fills all the room that workers have made meanwhile before the next one wakes.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, suppress
from contextvars import Context as Variables
from dataclasses import dataclass
from typing import Final

from chasqui.errors import BacklogFull, PoolClosed, WouldDeadlock
from chasqui.pool import deadlock
from chasqui.pool.lane import Lane
from chasqui.pool.task import Particulars, Task
from chasqui.pool.waking import Waking
from chasqui.pool.work import Work

new: Final = object.__new__
OWN: Final = "chasqui."  # modules whose frames are not the submitter's own


@dataclass(frozen=True, slots=True)
class Blocked:
    """A submitter that waits for room."""

    thread: str
    site: str
    """The file and line that called."""
    since: float
    """When it began to wait, in seconds since the epoch."""


class Intake(Waking):
    """The part of a pool that submitters meet."""

    __slots__ = ()

    _variables: Callable[[], Variables]
    _submitters: dict[object, Blocked]  # those that wait for room, longest first

    def submit(
        self,
        work: Work,
        *,
        priority: int = 0,
        timeout: float | None = None,
        time_limit: float | None = None,
        lane: Lane | None = None,
    ) -> Task:
        """Accept one piece of work, waiting for room at most ``timeout`` seconds (None: for ever).

        Higher priorities start first. ``time_limit`` bounds how long the body may run, in seconds.
        Within a priority the lanes take turns; `Pool.lane` makes one.

        Raises:
            BacklogFull: no room came in time.
            PoolClosed: the pool is stopping or stopped.
            WouldDeadlock: called from a task, and no worker would be left to make room.
        """
        # As `Task(…)` would; without the call it takes a third less.
        task = new(Task)
        task.work = work
        task.variables = self._variables() or None
        task.state = "queued"
        task._pool = self
        task._queued_at = self._monotonic()
        task._lane = lane = lane or self._lane
        task._more = None
        if priority or time_limit is not None:
            task._more = self._particulars(priority, time_limit)
        # As `with self._lock`, which takes three times as long. An exception may mean that the
        # wait for the lock itself was interrupted.
        try:
            self._lock.acquire()
            before = self._accepted
            queue = None if priority else lane.normal
            if (
                queue is not None
                and len(self._queued) < self.queue_size
                and self._open
                and self._accepted == before
            ):
                self._turn = None
                task.number = self._accepted = number = before + 1
                self._queued[number] = task
                queue.append(number)
            else:
                self._locked_accept((task,), priority, timeout)
        except BaseException:
            with suppress(RuntimeError):
                self._lock.release()
            raise
        self._lock.release()
        if self._idle and not self._waking and not (lane.limited and self._is_shut(lane)):
            self._wake()
        return task

    def submit_with(
        self,
        work: Work,
        more: Particulars,
        timeout: float | None = None,
        lane: Lane | None = None,
    ) -> Task:
        """Accept one piece of work with particulars of its own; else as `submit`."""
        if more.time_limit is not None:
            self._timer.start()
        task = Task(self, work, self._variables() or None, self._monotonic(), lane)
        task._more = more
        with self._lock:
            self._locked_accept((task,), more.priority, timeout)
        if self._idle and not self._waking:
            self._wake()
        return task

    def await_room(self, timeout: float | None = None) -> None:
        """Wait until the backlog has room, which somebody else may fill at once; see `submit`."""
        with self._lock:
            deadline = None if timeout is None else self._monotonic() + timeout
            self._locked_await_room(deadline)

    def try_submit(self, work: Work, *, priority: int = 0, time_limit: float | None = None) -> Task:
        """Accept one piece of work now, or raise BacklogFull at once."""
        return self.submit(work, priority=priority, timeout=0.0, time_limit=time_limit)

    def submit_batch(
        self,
        works: Iterable[Work],
        *,
        priority: int = 0,
        timeout: float | None = None,
        time_limit: float | None = None,
        lane: Lane | None = None,
    ) -> list[Task]:
        """Accept many pieces of work in order, waiting for room as `submit` does.

        Raises:
            BacklogFull, PoolClosed, WouldDeadlock: it stopped early; the error's ``accepted``
                holds the tasks that got in.
        """
        now, variables, lane = self._monotonic(), self._variables, lane or self._lane
        tasks: list[Task] = []
        for work in works:
            task = new(Task)  # as in `submit`
            task.work = work
            task.variables = variables() or None
            task.state = "queued"
            task._pool = self
            task._queued_at = now
            task._lane = lane
            task._more = None
            tasks.append(task)
        if priority or time_limit is not None:
            for task in tasks:
                task._more = self._particulars(priority, time_limit)
        with self._lock:
            self._locked_accept(tasks, priority, timeout)
        if self._idle and not self._waking:
            self._wake()
        return tasks

    def submit_batch_with(
        self,
        works: Sequence[Work],
        many: Sequence[Particulars],
        timeout: float | None = None,
        lane: Lane | None = None,
    ) -> list[Task]:
        """Accept works of one priority, each with particulars of its own; as `submit_batch`."""
        if any(more.time_limit is not None for more in many):
            self._timer.start()
        now, tasks = self._monotonic(), []
        for work, more in zip(works, many, strict=True):
            task = Task(self, work, self._variables() or None, now, lane)
            task._more = more
            tasks.append(task)
        with self._lock:
            self._locked_accept(tasks, many[0].priority if many else 0, timeout)
        if self._idle and not self._waking:
            self._wake()
        return tasks

    def blocked(self) -> tuple[Blocked, ...]:
        """List the submitters that wait for room, longest first."""
        with self._lock:
            return tuple(self._submitters.values())

    def _locked_accept(self, tasks: Sequence[Task], priority: int, timeout: float | None) -> None:
        """Accept tasks in order, as many at a time as there is room for."""
        deadline = None if timeout is None else self._monotonic() + timeout
        done = 0
        try:
            while done < len(tasks):
                self._locked_await_room(deadline)
                done += self._locked_enqueue(tasks, done, priority)
        except (BacklogFull, PoolClosed, WouldDeadlock) as error:
            self._rejected += len(tasks) - done
            error.accepted = tuple(tasks[:done])
            raise

    def _locked_enqueue(self, tasks: Sequence[Task], done: int, priority: int) -> int:
        """Put in as many as there is room for, of those from ``done`` on, and count them."""
        turn = self._turn = object()
        room = self._locked_size() - len(self._queued)
        first = self._accepted + 1
        numbers = list(range(first, first + min(room, len(tasks) - done)))
        chunk = tasks[done : done + len(numbers)]
        for task, number in zip(chunk, numbers, strict=True):
            task.number = number
        fresh = dict(zip(numbers, chunk, strict=True))
        queued, count = self._queued, len(numbers)
        queue = self._backlog.queue(tasks[done]._lane, priority)
        if not (self._open and self._turn is turn):
            return 0
        self._accepted += count
        queued |= fresh
        queue += numbers
        return count

    def _locked_size(self) -> int:
        """How many may be queued; without a backlog, as many as there are workers to take them."""
        return self.queue_size or len(self._idle)

    def _locked_await_room(self, deadline: float | None) -> None:
        if self._open and len(self._queued) < self._locked_size():
            return
        me = object()
        try:
            while True:
                self._check_fork()
                if not self._open:
                    raise PoolClosed(f"pool {self.name!r} is {self.state} and accepts no more work")
                self._wanted = True  # before the look at the room, or a worker may not tell of it
                if len(self._queued) < self._locked_size():
                    return
                if self._idle and not self._waking:
                    self._wake()  # for what this batch has put in already
                if deadline is not None and self._monotonic() >= deadline:
                    raise BacklogFull("task queue is full")
                if me not in self._submitters:
                    self._submitters[me] = self._blocked_here()
                with self._refused_if_last(f"its own full pool {self.name!r}"):
                    self.clock.wait(self._room, deadline)
        except BaseException:
            if len(self._submitters) > 1:
                self._room.notify()  # what this one was told, another may still make use of
            raise
        finally:
            self._submitters.pop(me, None)
            # Whoever takes the task that comes in now will tell the next.
            self._wanted = bool(self._submitters)

    def _blocked_here(self) -> Blocked:
        name = threading.current_thread().name
        return Blocked(name, _call_site(), self.epoch + self._monotonic())

    def _give_room(self) -> None:
        """Tell submitters that there is room, on the thread of the worker that made it."""
        with self._lock:
            self._wanted = False
            self._room.notify(max(1, self._locked_size() - len(self._queued)))

    def _particulars(self, priority: int, time_limit: float | None) -> Particulars:
        if time_limit is not None:
            if not time_limit > 0:
                raise ValueError(f"time_limit must be more than 0 seconds, got {time_limit}")
            self._timer.start()  # it will look whether the limit is heeded
        return Particulars(priority, time_limit)

    def _refused_if_last(
        self, what: str, awaited: Task | None = None
    ) -> AbstractContextManager[None]:
        here, workers = deadlock.current(self), self._crew.workers
        return deadlock.blocked(here, workers, what, self._paused, awaited)


def _call_site() -> str:
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith(OWN):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
