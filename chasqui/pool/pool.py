"""Pool: a bounded backlog and the workers that serve it.

What it promises, whatever tasks do:

- Every accepted task ends in exactly one final state, or is named in the ledger.
- ``accepted = queued + scheduled + running + completed + failed + cancelled`` in every reading.
- What a task raises is that task's failure and nothing else's.
- `shutdown` returns within its timeout plus one second.

How it stays true: one re-entrant lock guards the state, the backlog, the counters and the roster,
and every change moves one task between two terms under it. Task bodies, callbacks, observers and
thread starts run with the lock released. All methods may be called from any thread.
"""

from __future__ import annotations

import logging
import os
import threading
import weakref
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Literal

from chasqui.errors import BacklogFull, Cancelled, PoolClosed, PoolForked, TimeLimit, WouldDeadlock
from chasqui.pool import deadlock, trace
from chasqui.pool.backend import Backend, Worker
from chasqui.pool.books import Books
from chasqui.pool.clock import SYSTEM_CLOCK, Clock
from chasqui.pool.context import Context
from chasqui.pool.ledger import Ledger
from chasqui.pool.metrics import Metrics
from chasqui.pool.roster import Roster
from chasqui.pool.task import FINAL, Task, TaskState
from chasqui.pool.threads import StartThread, ThreadBackend, start_daemon
from chasqui.pool.work import Work

log = logging.getLogger("chasqui.pool")

PoolState = Literal["new", "running", "paused", "stopping", "stopped"]

GRACE_SECONDS = 0.5  # after the deadline, for running tasks that heed being asked to stop
JOIN_SECONDS = 0.3  # for threads that are on their way out; with the grace, under the one second

_pools: weakref.WeakSet[Pool] = weakref.WeakSet()


class Pool:
    """A worker pool with a bounded backlog.

    Args:
        workers: how many tasks run at once, at least 1.
        queue_size: how many accepted tasks may wait; 0 accepts a task only if a worker is idle.
        name: shown in thread names and in logs.
        on_end: called with each task that ends and its final state, on the thread that ends it;
            for one that ran, before anybody can see that state. What it raises is logged.
    """

    def __init__(
        self,
        workers: int = 4,
        queue_size: int = 1000,
        *,
        name: str = "default",
        clock: Clock = SYSTEM_CLOCK,
        start_thread: StartThread = start_daemon,
        on_end: Callable[[Task, TaskState], None] | None = None,
    ) -> None:
        if workers < 1:
            raise ValueError(f"workers must be at least 1, got {workers}")
        if queue_size < 0:
            raise ValueError(f"queue_size must be 0 or more, got {queue_size}")
        self.name = name
        self.queue_size = queue_size
        self._clock = clock
        self._on_end = on_end
        self._backend: Backend = ThreadBackend(name, start_thread)
        # The lock guards everything below. Its conditions say who waits for what.
        self._lock = threading.RLock()
        self._ready = threading.Condition(self._lock)  # workers: a task, or the end
        self._room = threading.Condition(self._lock)  # submitters: room in the backlog
        self._quiet = threading.Condition(self._lock)  # shutdowns: nothing left to run
        self._stopping: Literal["", "drain", "cancel"] = ""
        self._started = False
        self._stopped = False
        self._paused = False
        self._forked = False
        self._idle = 0  # workers that wait for a task
        self._numbered = 0
        self._roster = Roster(workers, clock)
        self._books = Books()
        self._deadline: float | None = None  # monotonic; of the shutdown under way
        self._ledger: Ledger | None = None
        _pools.add(self)

    # Life

    @property
    def state(self) -> PoolState:
        """One of new, running, paused, stopping, stopped."""
        if self._stopped:
            return "stopped"
        if self._stopping:
            return "stopping"
        if self._paused:
            return "paused"
        return "running" if self._started else "new"

    def start(self) -> None:
        """Start the workers.

        Raises:
            PoolClosed: it was started already, or has been shut down.
            RuntimeError: not one worker could be started.
        """
        with self._lock:
            self._check_fork()
            if self._started or self._stopping:
                raise PoolClosed(f"pool {self.name!r} cannot start: it is {self.state}")
            self._started = True
            fresh = self._roster.enlist()
        self._backend.start(self, fresh)
        if not self._roster.workers:
            raise RuntimeError(f"pool {self.name!r} could not start any of {len(fresh)} workers")

    def __enter__(self) -> Pool:
        self.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.shutdown()

    def pause(self) -> None:
        """Start no more tasks; running ones go on. Submitting still works."""
        with self._lock:
            self._check_open("pause")
            self._paused = True

    def resume(self) -> None:
        """Start tasks again."""
        with self._lock:
            self._check_open("resume")
            self._paused = False
            self._ready.notify_all()

    def resize(self, workers: int) -> None:
        """Set the number of workers; surplus ones stop once their task has ended."""
        if workers < 1:
            raise ValueError(f"workers must be at least 1, got {workers}")
        with self._lock:
            self._check_open("resize")
            self._roster.wanted = workers
            self._roster.retire_surplus()
            fresh = self._roster.enlist() if self._started else []
            self._ready.notify_all()
        self._backend.start(self, fresh)

    def shutdown(self, timeout: float | None = None, *, drain: bool = True) -> Ledger:
        """Stop accepting, bring accepted tasks to an end, and report each one's fate.

        With ``drain`` queued tasks still run, else they are cancelled; running tasks are left
        alone until the deadline, then asked to stop. It returns within ``timeout`` seconds (None:
        no deadline) plus one. A later call may only sharpen one under way: drop the queue, or
        bring the deadline forward. May be called from a task, which then does not wait for itself.
        """
        began = self._clock.monotonic()
        with self._lock:
            self._check_fork()
            if self._ledger is not None:
                return self._ledger
            self._stopping = "cancel" if self._stopping == "cancel" or not drain else "drain"
            if timeout is not None:
                deadline = began + max(0.0, timeout)
                self._deadline = min(deadline, self._deadline or deadline)
            dropped = self._books.backlog.clear() if self._stopping == "cancel" else []
            for task in dropped:
                self._locked_finish(task, "cancelled")
            self._locked_wake_all()
        self._tell(dropped, "cancelled")
        with self._lock:
            while self._locked_pending() and not self._locked_late():
                self._clock.wait(self._quiet, self._deadline)
            self._stopped = True  # from here on nothing more starts
            for task in self._books.running.values():
                self._locked_ask_to_stop(task)
            self._locked_wake_all()
            grace = self._clock.monotonic() + GRACE_SECONDS
            while self._locked_pending() and self._clock.monotonic() < grace:
                self._clock.wait(self._quiet, grace)
        self._backend.close(JOIN_SECONDS)
        with self._lock:
            if self._ledger is None:
                seconds = self._clock.monotonic() - began
                self._ledger = self._books.ledger(self._roster.abandon(), seconds)
                self._locked_wake_all()  # whoever waits for a task that is left
            return self._ledger

    # Accepting

    def submit(
        self,
        work: Work,
        *,
        priority: int = 0,
        timeout: float | None = None,
        time_limit: float | None = None,
    ) -> Task:
        """Accept one piece of work, waiting for room at most ``timeout`` seconds (None: for ever).

        Higher priorities start first. ``time_limit`` bounds how long the body may run, in seconds.

        Raises:
            BacklogFull: no room came in time.
            PoolClosed: the pool is stopping or stopped.
            WouldDeadlock: called from a task, and no worker would be left to make room.
        """
        return self._accept([work], priority, timeout, time_limit)[0]

    def try_submit(self, work: Work, *, priority: int = 0, time_limit: float | None = None) -> Task:
        """Accept one piece of work now, or raise BacklogFull at once."""
        return self._accept([work], priority, 0.0, time_limit)[0]

    def submit_batch(
        self,
        works: Iterable[Work],
        *,
        priority: int = 0,
        timeout: float | None = None,
        time_limit: float | None = None,
    ) -> list[Task]:
        """Accept many pieces of work in order, waiting for room as `submit` does.

        Raises:
            BacklogFull, PoolClosed, WouldDeadlock: it stopped early; the error's ``accepted``
                holds the tasks that got in.
        """
        return self._accept(list(works), priority, timeout, time_limit)

    def _accept(
        self, works: Sequence[Work], priority: int, timeout: float | None, limit: float | None
    ) -> list[Task]:
        if limit is not None and not limit > 0:
            raise ValueError(f"time_limit must be more than 0 seconds, got {limit}")
        tasks: list[Task] = []
        with self._lock:
            deadline = None if timeout is None else self._clock.monotonic() + timeout
            for work in works:
                try:
                    self._locked_await_room(deadline)
                except (BacklogFull, PoolClosed, WouldDeadlock) as error:
                    self._books.rejected += len(works) - len(tasks)
                    error.accepted = tuple(tasks)  # type: ignore[union-attr]
                    raise
                tasks.append(self._locked_enqueue(work, priority, limit))
        return tasks

    def _locked_await_room(self, deadline: float | None) -> None:
        while True:
            self._check_fork()
            if self._stopping:
                raise PoolClosed(f"pool {self.name!r} is {self.state} and accepts no more work")
            if len(self._books.backlog) < (self.queue_size or self._idle):
                return
            if deadline is not None and self._clock.monotonic() >= deadline:
                raise BacklogFull("task queue is full")
            with self._blocked(f"its own full pool {self.name!r}"):
                self._clock.wait(self._room, deadline)

    def _locked_enqueue(self, work: Work, priority: int, limit: float | None) -> Task:
        self._numbered += 1
        task = Task(self, self._numbered, work, priority, limit)
        task.created = self._clock.time()
        task.queued_at = self._clock.monotonic()
        self._books.accept(task)
        self._ready.notify()
        return task

    # What the backend's workers call

    def claim(self, worker: Worker) -> Task | None:
        """Wait for a task and start it; None tells the worker to stop."""
        deadlock.enter(self, worker)
        with self._lock:
            while not worker.retired and not self._stopped:
                if self._may_start() and (task := self._books.backlog.pop()) is not None:
                    self._locked_begin(worker, task)
                    return task
                if self._stopping and not self._books.backlog:
                    break
                self._roster.set(worker, "idle")
                self._idle += 1
                if not self.queue_size:
                    self._room.notify()
                try:
                    self._clock.wait(self._ready, self._deadline)
                finally:
                    self._idle -= 1
            self._roster.set(worker, "stopping")
            return None

    def context(self, task: Task) -> Context:
        """Make the context of a claimed task."""
        with self._lock:
            return Context(task, self._locked_wake_of(task), self._clock)

    def end(self, worker: Worker, result: Any, error: BaseException | None) -> None:
        """Record how the worker's task ended, then let everybody see it."""
        task = worker.task
        assert task is not None
        state = self._judge(task, result, error)
        self._observe(task, state)
        with self._lock:
            worker.done += 1
            worker.failed += state == "failed"
            self._roster.set(worker, "idle")
            self._locked_finish(task, state)
            if self._stopping:
                self._quiet.notify_all()
        self._call_back(task)

    def lost(self, worker: Worker, error: BaseException | None) -> None:
        """Take a worker off the roster, and replace it unless it was told to stop."""
        if error is not None:
            log.error("pool %s: worker %s is lost: %r", self.name, worker.name, error)
        if worker.task is not None:
            self.end(worker, None, error or RuntimeError(f"worker {worker.name} died"))
        with self._lock:
            never_ran = worker.state == "starting"
            self._roster.strike(worker, "stopping" if error is None else "lost")
            if error is None:
                return
            self._roster.lost += 1
            # One that could not even start would fail again at once; `resize` tries again.
            fresh = [] if never_ran or self._stopped else self._roster.enlist()
        self._backend.start(self, fresh)

    def _judge(self, task: Task, result: Any, error: BaseException | None) -> TaskState:
        """Write how a body ended into its task, and tell which state that makes."""
        now = self._clock.monotonic()
        if error is None and task.deadline is not None and now > task.deadline:
            error = TimeLimit(f"the task ran past its time limit of {task.time_limit:g} s")
        if isinstance(error, Cancelled) and task.stop_asked:
            state: TaskState = "cancelled"
        elif error is not None:
            state = "failed"
            task.traceback = trace.render(error)
            trace.forget_frames(error)
            task.error = error
        else:
            state = "completed"
            task._result = result
        task.ended_at = now
        task.finished = self._clock.time()
        return state

    # Waiting and cancelling; the handle's methods end here

    def wait_for(self, task: Task, timeout: float | None) -> bool:
        """Wait at most ``timeout`` seconds for a task's final state; see `Task.wait`."""
        with self._lock:
            deadline = None if timeout is None else self._clock.monotonic() + timeout
            while task.state not in FINAL:
                if self._ledger is not None and task.state == "queued":
                    return False  # left in the backlog: it will never run
                if deadline is not None and self._clock.monotonic() >= deadline:
                    return False
                here = deadlock.current(self)
                if here is not None and here.task is task:
                    raise WouldDeadlock(f"task {task.number} waits for itself")
                with self._blocked(f"task {task.number} of its own pool {self.name!r}"):
                    self._clock.wait(self._locked_wake_of(task), deadline)
        return True

    def cancel(self, task: Task) -> bool:
        """Cancel a waiting task, ask a running one to stop; see `Task.cancel`."""
        with self._lock:
            if self._books.backlog.remove(task):
                self._locked_finish(task, "cancelled")
                self._room.notify()
                self._quiet.notify_all()
            else:
                return self._locked_ask_to_stop(task)
        self._tell([task], "cancelled")
        return True

    def add_done_callback(self, task: Task, callback: Callable[[Task], object]) -> None:
        """Call back once a task is final; see `Task.add_done_callback`."""
        with self._lock:
            if task._callbacks is None:
                task._callbacks = []
            task._callbacks.append(callback)
            if task.state not in FINAL:
                return
        self._call_back(task)

    # Looking

    def metrics(self) -> Metrics:
        """Return one consistent reading."""
        with self._lock:
            return self._books.metrics(len(self._roster.workers), self._roster.busy)

    @property
    def workers_lost(self) -> int:
        """How many workers could not start or died outside a task's body."""
        return self._roster.lost

    @property
    def workers_wanted(self) -> int:
        """How many workers there should be."""
        return self._roster.wanted

    def workers(self) -> tuple[Worker, ...]:
        """List the workers there are; the records stay live."""
        with self._lock:
            return tuple(self._roster.workers)

    def waiting(self, offset: int = 0, limit: int = 50) -> list[Task]:
        """List a window of the backlog, in the order in which it will be served."""
        with self._lock:
            return self._books.backlog.window(offset, limit)

    def find(self, number: int) -> Task | None:
        """Return the waiting or running task of this number."""
        with self._lock:
            return self._books.find(number)

    def __repr__(self) -> str:
        with self._lock:
            return (
                f"<Pool {self.name} {self.state}, {len(self._roster.workers)} workers "
                f"({self._roster.busy} busy), {len(self._books.backlog)} waiting>"
            )

    # Decisions under the lock

    def _locked_begin(self, worker: Worker, task: Task) -> None:
        task.attempts += 1
        task.worker = worker.name
        task.started = self._clock.time()
        task.claimed_at = now = self._clock.monotonic()
        if task.time_limit is not None:
            task.deadline = now + task.time_limit
        self._books.begin(task)
        self._roster.set(worker, "running", task)
        self._room.notify()

    def _locked_finish(self, task: Task, state: TaskState) -> None:
        """Count a task's end and wake whoever waits for it."""
        if task.finished is None:  # it never ran
            task.finished = self._clock.time()
        self._books.finish(task, state)
        if task._wake is not None:
            task._wake.notify_all()

    def _locked_ask_to_stop(self, task: Task) -> bool:
        if task.state != "running":
            return False
        task.stop_asked = True
        self._locked_wake_of(task).notify_all()
        return True

    def _locked_wake_of(self, task: Task) -> threading.Condition:
        if task._wake is None:
            task._wake = threading.Condition(self._lock)
        return task._wake

    def _locked_wake_all(self) -> None:
        self._ready.notify_all()
        self._room.notify_all()
        self._quiet.notify_all()
        if self._stopped:
            for task in self._books.backlog:
                if task._wake is not None:
                    task._wake.notify_all()

    def _locked_pending(self) -> bool:
        """Whether a shutdown still has something to wait for, the caller's own task apart."""
        own = deadlock.current(self)
        running = len(self._books.running) - (own is not None and own.task is not None)
        startable = len(self._books.backlog) if self._started and not self._stopped else 0
        others = any(worker is not own for worker in self._roster.workers)
        return running > 0 or (startable > 0 and others)

    def _locked_late(self) -> bool:
        return self._deadline is not None and self._clock.monotonic() >= self._deadline

    def _may_start(self) -> bool:
        if self._stopping:
            return not self._locked_late()
        return not self._paused

    def _check_open(self, verb: str) -> None:
        self._check_fork()
        if self._stopping:
            raise PoolClosed(f"pool {self.name!r} cannot {verb}: it is {self.state}")

    def _check_fork(self) -> None:
        if self._forked:
            raise PoolForked(
                f"pool {self.name!r} belongs to the parent process; make a new one here"
            )

    def _blocked(self, what: str) -> AbstractContextManager[None]:
        here, workers = deadlock.current(self), self._roster.workers
        return deadlock.blocked(here, workers, what, self.state == "paused")

    # Outside the lock

    def _tell(self, tasks: Iterable[Task], state: TaskState) -> None:
        for task in tasks:
            self._observe(task, state)
            self._call_back(task)

    def _observe(self, task: Task, state: TaskState) -> None:
        if self._on_end is not None:
            try:
                self._on_end(task, state)
            except Exception:
                log.exception("pool %s: task %s: its observer raised", self.name, task.number)

    def _call_back(self, task: Task) -> None:
        with self._lock:
            callbacks, task._callbacks = task._callbacks, None
        for callback in callbacks or ():
            try:
                callback(task)
            except Exception:
                log.exception("pool %s: task %s: a callback raised", self.name, task.number)


def live_pools() -> list[Pool]:
    """List the pools of this process that somebody still holds."""
    return list(_pools)


def _refuse_in_child() -> None:
    for pool in _pools:
        pool._forked = True
        pool._lock = threading.RLock()  # the parent's may be held by a thread that is not here


os.register_at_fork(after_in_child=_refuse_in_child)
