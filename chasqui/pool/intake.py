"""The intake: how work is accepted, and how submitters wait for room.

Accepting is one decision, written twice: once for the common case, a single piece of work and room
for it, where each microsecond counts, and once for all others. Its stores are the index, the count
and the level, in this order and with no call in between; see `Core`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextvars import Context as Variables
from typing import Final

from chasqui import numbers as rules
from chasqui.errors import BacklogFull, PoolClosed, WouldDeadlock
from chasqui.pool.claim import Claim
from chasqui.pool.lane import Lane
from chasqui.pool.room import Room
from chasqui.pool.task import Particulars, Task
from chasqui.pool.work import Work, check_work, check_works, known

new: Final = object.__new__
NORMAL: Final = 0  # the priority of a task whose submitter gives none; compared by identity


class Intake(Room):
    """The part of a pool that submitters meet."""

    __slots__ = ()

    _variables: Callable[[], Variables]

    def submit(
        self,
        work: Work,
        *,
        priority: int = NORMAL,
        timeout: float | None = None,
        time_limit: float | None = None,
        lane: Lane | None = None,
    ) -> Task:
        """Accept one piece of work, waiting for room at most ``timeout`` seconds (None: for ever).

        An infinite ``timeout`` waits for ever too, here and wherever there is one; one of less than
        0 does not wait.
        Higher priorities start first. ``time_limit`` bounds how long the body may run, in seconds.
        Within a priority the lanes take turns; `Pool.lane` makes one.

        Raises:
            ValueError: a number makes no sense; the text says which.
            BacklogFull: no room came in time.
            PoolClosed: the pool is stopping or stopped.
            WouldDeadlock: called from a task, and no worker would be left to make room.
            TypeError, ValueError: it is no work, or a value makes no sense; nothing was accepted.
        """
        if timeout is not None:
            timeout = rules.wait("timeout", timeout)
        if id(type(work)) not in known:
            check_work(work)
        if lane is not None and type(lane) is not Lane:
            raise TypeError(f"lane must be made by Pool.lane, got {rules.shown(lane)}")
        # As `Task(…)` would; without the call it takes a third less.
        task = new(Task)
        task.work = work
        task.variables = self._variables() or None
        task.state = "queued"
        task._pool = self
        task._queued_at = self._monotonic()
        task._lane = lane = lane or self._lane
        task._more = None
        # CPython has one 0: whatever else is given is checked, of which truth value it may be.
        if priority is not NORMAL or time_limit is not None:
            task._more = self._particulars(priority, time_limit)
            priority = task._more.priority
        # As `with self._lock`, which would add a tenth to the time of a submission. The lock is
        # given back if it is held: an exception may be from the wait for it. It cannot be one that
        # a caller further up holds: a re-entrant lock that is held is never waited for, and at the
        # recursion limit the question fails as the taking of it did.
        try:
            self._lock.acquire()
            before = self._accepted
            after = before + 1
            queue = None if priority else lane.normal
            if queue is None or len(self._queued) >= self.queue_size:
                self._locked_accept((task,), priority, timeout)
            else:
                numbers = self._numbers
                # A pool that refuses uses none up: they would be missed.
                number = after if numbers is None else self._open and numbers()
                if self._open and self._accepted == before:
                    self._turn = None
                    task.number = number
                    self._queued[number] = task  # what has no memory for it has changed nothing
                    self._accepted = after
                    queue.append(number)
                else:
                    self._locked_accept((task,), priority, timeout)
        except BaseException:
            if self._lock._is_owned():
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
        timeout = rules.wait("timeout", timeout)
        if more.time_limit is not None:
            self._timer.start()
        task = Task(self, work, self._variables() or None, self._monotonic(), lane)
        task._more = more
        with self._lock:
            self._locked_accept((task,), more.priority, timeout)
        if self._idle and not self._waking:
            self._wake()
        return task

    def submit_claim(
        self, work: Work, more: Particulars, claim: Claim, lane: Lane | None = None
    ) -> None:
        """Accept one piece of work for a claim, unless that is settled; without room, close it.

        A closed pool has no room either; `await_room` says why.
        """
        if more.time_limit is not None:
            self._timer.start()
        task = Task(self, work, claim.variables, self._monotonic(), lane)
        task._more = more
        with self._lock:
            self._locked_settle_claim(task, claim)
        if self._idle and not self._waking:
            self._wake()

    def _locked_settle_claim(self, task: Task, claim: Claim) -> None:
        while claim.task is None and not claim.closed:
            if self._open and len(self._queued) < self._locked_size():
                self._locked_enqueue((task,), 0, task.priority, claim)
            else:
                self.close_claim(claim)

    def close_claim(self, claim: Claim) -> None:
        """Have nothing come of a claim any more, unless it has a task already."""
        with self._lock:
            if claim.task is None:
                self._turn = None
                claim.closed = True

    def variables(self) -> Variables | None:
        """Return the context variables that a task of this submitter sees, if there are any."""
        return self._variables() or None

    def try_submit(
        self, work: Work, *, priority: int = NORMAL, time_limit: float | None = None
    ) -> Task:
        """Accept one piece of work now, or raise BacklogFull at once."""
        return self.submit(work, priority=priority, timeout=0.0, time_limit=time_limit)

    def submit_batch(
        self,
        works: Iterable[Work],
        *,
        priority: int = NORMAL,
        timeout: float | None = None,
        time_limit: float | None = None,
        lane: Lane | None = None,
    ) -> list[Task]:
        """Accept many pieces of work in order, waiting for room as `submit` does.

        Raises:
            BacklogFull, PoolClosed, WouldDeadlock: it stopped early; the error's ``accepted``
                holds the tasks that got in.
            TypeError: some are no works; each is named, and nothing was accepted.
        """
        self._check_fork()  # which nothing else does when there are no works
        works = check_works(works)
        if lane is not None and type(lane) is not Lane:
            raise TypeError(f"lane must be made by Pool.lane, got {rules.shown(lane)}")
        timeout = rules.wait("timeout", timeout)
        priority = rules.priority(priority)
        if time_limit is not None:
            time_limit = rules.period("time_limit", time_limit)
            self._timer.start()
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
                task._more = Particulars(priority, time_limit)
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
        timeout = rules.wait("timeout", timeout)
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

    def _locked_enqueue(
        self, tasks: Sequence[Task], done: int, priority: int, claim: Claim | None = None
    ) -> int:
        """Put in as many as there is room for, of those from ``done`` on, and count them.

        Of a claim there is one task, which is put in unless the claim has been settled.
        """
        turn = self._turn = object()
        room = self._locked_size() - len(self._queued)
        first = self._accepted + 1
        numbers = list(range(first, first + min(room, len(tasks) - done)))
        if self._numbers is not None:
            numbers = [self._numbers() for _ in numbers]
        chunk = tasks[done : done + len(numbers)]
        for task, number in zip(chunk, numbers, strict=True):
            task.number = number
        fresh = dict(zip(numbers, chunk, strict=True))
        queued, count = self._queued, len(numbers)
        accepted = self._accepted + count
        queue = self._backlog.queue(tasks[done]._lane, priority)
        if not (self._open and self._turn is turn):
            return 0
        if claim is not None and count:
            if claim.task is not None or claim.closed:
                return 0
            claim.task = tasks[done]
        queued |= fresh  # what has no memory for it has changed nothing
        self._accepted = accepted
        queue += numbers
        return count

    def _particulars(self, priority: int, time_limit: float | None) -> Particulars:
        """Make the particulars of a task; raises ValueError when a number makes no sense."""
        priority = rules.priority(priority)
        if time_limit is not None:
            time_limit = rules.period("time_limit", time_limit)
            self._timer.start()  # it will look whether the limit is heeded
        return Particulars(priority, time_limit)
