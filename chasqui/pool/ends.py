"""Ends: the ends of many tasks, as one thread or one coroutine takes them.

The thread that ends a task notes it here, perhaps more than once. These orders keep the two sides
together:

1. An end is noted, then the bell of the side that waits is rung, if there is one.
2. The side that waits stores its bell, then looks at what was noted, and then sleeps.

Everything but what was noted belongs to the side that takes, which is one thread at a time.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Generic, TypeVar

from chasqui.errors import WaitTimeout, WouldDeadlock
from chasqui.pool import clock, deadlock, unstarted
from chasqui.pool.awaiting import block, unblock
from chasqui.pool.backend import Worker
from chasqui.pool.event_loops import bell_here, is_rung
from chasqui.pool.locks import is_held
from chasqui.pool.own_wait import Wait
from chasqui.pool.state import State
from chasqui.pool.task import Task
from chasqui.pool.waiters import is_over, leave_call, take_back
from chasqui.pool.wakeup import Wakeup

T = TypeVar("T")


class Ends(Generic[T]):
    """The ends of tasks, each of which is taken once.

    Args:
        tasks: each is given once.
        timeout: how many seconds all of them together may take; None: for ever.
    """

    def __init__(self, tasks: Sequence[Task[T]], timeout: float | None) -> None:
        self._open = dict.fromkeys(tasks, True)  # not taken
        self._pools = Counter([_pool_of(task) for task in tasks])  # of those
        self._noted: deque[Task[T]] = deque()
        self._bell: Callable[[], object] | None = None
        self._timeout = timeout
        self._watched: list[tuple[State, int]] = []  # see `chasqui.pool.unstarted`
        self._total = len(tasks)
        self._clock = _pool_of(tasks[0]).clock if tasks else clock.SYSTEM_CLOCK
        self._deadline = None if timeout is None else self._clock.monotonic() + timeout
        # On a worker. It holds no reference to this, which would outlive its last use with one.
        self._wait = Wait("", self._deadline, self._noted.__len__, self._open)
        for task in tasks:
            self._follow(task)

    @property
    def left(self) -> int:
        """How many tasks have not been taken."""
        return len(self._open)

    def _follow(self, task: Task[T]) -> None:
        pool = _pool_of(task)
        if not is_over(pool, task):
            leave_call(pool, task, self, self._note)
        self._note(task)

    def _note(self, task: Task[T]) -> None:
        if is_over(_pool_of(task), task):
            self._noted.append(task)
            bell = self._bell
            if bell is not None:
                bell()

    def take(self) -> Task[T] | None:
        """Take a task that is over; None if there is none now."""
        while self._noted:
            task = self._noted.popleft()
            if self._open.pop(task, False):  # else it was noted twice
                take_back(task, self)
                self._pools[_pool_of(task)] -= 1
                if self._watched:
                    self._watch_no_more()
                return task
        return None

    def is_late(self) -> bool:
        """Tell whether the time is over."""
        return self._deadline is not None and self._clock.monotonic() >= self._deadline

    def too_late(self) -> WaitTimeout:
        """Make the error that says how many tasks have not ended."""
        text = f"{self.left:,} of {self._total:,} tasks have not ended after {self._timeout:g} s"
        return WaitTimeout(text, self._timeout, self.left)

    def sleep(self) -> None:
        """Wait until an end is noted, in a thread; may return early.

        Raises:
            WouldDeadlock: this is a task, and no worker would be left to run any of these.
        """
        place = self._place_to_wait()
        wakeup = Wakeup(place.lock, self._clock)
        self._watch()
        self._bell = wakeup.fire
        try:
            if self._noted:
                return
            if is_held(place.lock):
                place.turn = None  # others may do anything meanwhile; see `chasqui.pool.commits`
            if (here := self._worker_here()) is None:
                wakeup.wait_until(self._deadline)
                return
            wait = self._block(place, here)
            try:
                wakeup.wait_until(self._deadline)
            finally:
                unblock(place, here, wait)
        finally:
            self._bell = None

    async def sleep_async(self) -> None:
        """Wait as `sleep` does, in a coroutine."""
        place = self._place_to_wait()
        bell = bell_here()
        self._watch()
        self._bell = partial(is_rung, bell)
        try:
            if self._noted:
                return
            left = None
            if self._deadline is not None:
                left = max(0.0, self._deadline - self._clock.monotonic())
            if (here := self._worker_here()) is None:
                await bell.wait(left)
                return
            wait = self._block(place, here)
            try:
                look = clock.LOOK_SECONDS
                await bell.wait(look if left is None else min(left, look))
            finally:
                unblock(place, here, wait)
        finally:
            self._bell = None

    def close(self) -> None:
        """Leave nothing with the tasks that have not ended."""
        self._watch_no_more()
        for task in self._open:
            take_back(task, self)

    def _watch(self) -> None:
        """Have a warning logged if no end comes for long and a pool was not started."""
        new = [pool for pool, count in self._pools.items() if count and not pool.started]
        if new and not self._watched:
            self._watched = [
                (pool, unstarted.watch(pool, self._one_of(pool), self._timeout)) for pool in new
            ]

    def _watch_no_more(self) -> None:
        watched, self._watched = self._watched, []
        for pool, alarm in watched:
            unstarted.forget(pool, alarm)

    def _one_of(self, pool: State) -> Task[T]:
        return next(task for task in self._open if _pool_of(task) is pool)

    def _place_to_wait(self) -> State:
        """Return the pool at whose lock to wait: one that this thread holds, if there is one."""
        place: State | None = None
        for pool, count in self._pools.items():
            pool.check_fork()
            pool.timer.relieve()  # it may be a retry that is waited for
            if count and (place is None or is_held(pool.lock)):
                place = pool
        assert place is not None
        return place

    def _worker_here(self) -> Worker | None:
        """Return the worker that the calling thread is, if only its own pool can end the wait."""
        pools = [pool for pool, count in self._pools.items() if count]
        return deadlock.current(pools[0]) if len(pools) == 1 else None

    def _block(self, pool: State, here: Worker) -> Wait:
        if self.left == 1 and here.task is not None and here.task in self._open:
            raise WouldDeadlock(f"task {here.task.number} waits for itself")
        wait = self._wait
        wait.what = f"{self.left:,} tasks of its own pool {pool.name!r}"
        block(pool, here, wait)
        return wait


def _pool_of(task: Task[Any]) -> State:
    pool: Any = task._pool
    return pool  # type: ignore[no-any-return]
