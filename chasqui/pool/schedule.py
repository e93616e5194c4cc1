"""The schedule: accepted tasks that wait for their time, and what happens when it comes.

A task gets here by being submitted with a delay, or by failing when it is to be tried again. It
holds no worker and no place in the backlog. When its time has come it is put in at the end of its
priority, in a full backlog as well: it was accepted already, and is never refused.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from chasqui import numbers
from chasqui.errors import BacklogFull, PoolClosed
from chasqui.pool.claim import Claim
from chasqui.pool.intake import Intake
from chasqui.pool.lane import NEVER, Lane
from chasqui.pool.task import Particulars, Task
from chasqui.pool.work import Work, check_work


class Schedule(Intake):
    """The part of a pool that lets tasks wait for a time."""

    __slots__ = ()

    _schedule_size: int

    def submit_later(
        self,
        work: Work,
        delay: float,
        *,
        more: Particulars | None = None,
        lane: Lane | None = None,
        claim: Claim | None = None,
    ) -> Task:
        """Accept one piece of work that starts in ``delay`` seconds at the earliest.

        For a claim it accepts nothing once that is settled; its task then says what has come of it.

        Raises:
            BacklogFull: as many tasks as may are scheduled already.
            PoolClosed: the pool is stopping or stopped.
        """
        check_work(work)
        if lane is not None and type(lane) is not Lane:
            raise TypeError(f"lane must be made by Pool.lane, got {numbers.shown(lane)}")
        delay = numbers.duration("delay", delay)
        self._check_fork()
        self._timer.start()
        variables = self.variables() if claim is None else claim.variables
        task = Task(self, work, variables, self._monotonic(), lane)
        task.state = "scheduled"
        more = more or Particulars()
        task._more = more
        more.created, more.due = task._queued_at, task._queued_at + delay
        with self._lock:
            self._locked_schedule(task, more, claim)
        return task

    def _locked_schedule(self, task: Task, more: Particulars, claim: Claim | None) -> None:
        due = more.due or 0.0
        while True:
            turn = self._turn = object()
            self._check_fork()
            if claim is not None and (claim.task is not None or claim.closed):
                return
            if not self._open or len(self._scheduled) >= self._schedule_size:
                self._locked_refuse(claim)
                continue
            number = self._accepted + 1 if self._numbers is None else self._numbers()
            come = partial(self._come_due, number)
            scheduled = self._scheduled
            # Before it is accepted: nothing can come between, and too early it does nothing.
            alarm = self._timer.at(due, come)
            if self._open and self._turn is turn:
                more.alarm = alarm
                task.number = number
                scheduled[number] = task  # first: what has no memory for it has changed nothing
                self._accepted += 1
                task._lane.scheduled += 1
                if claim is not None:
                    claim.task = task
                return

    def _locked_refuse(self, claim: Claim | None) -> None:
        """Count a refusal and raise it, unless it is of a claim that is settled by now."""
        error: PoolClosed | BacklogFull
        if not self._open:
            error = PoolClosed(f"pool {self.name!r} is {self.state} and accepts no more work")
        else:
            error = BacklogFull(
                f"the schedule is full: pool {self.name}, {len(self._scheduled):,} tasks wait for "
                "their time; try again when some have started"
            )
        if claim is not None:
            if claim.task is not None or claim.closed:
                return
            self._turn = None
            claim.closed = True
            claim.error = error
        self._rejected += 1
        raise error

    def _locked_put_off(self, task: Task, delay: float) -> Callable[[], None] | None:
        """Note when a task that has failed is due again; None when the pool no longer wants it.

        The caller has frozen the counts or is the task's own worker, takes the task off the
        worker, and calls what this returns once the lock is given up.
        """
        if not self.tries_again or task.stop_asked:
            return None
        more = self.particulars(task)
        if more.created is None:
            more.created = task._queued_at
        more.due = self._monotonic() + delay
        more.attempt = task.attempts
        if task.variables is not None:  # a body that was given up may still be in it
            task.variables = task.variables.copy()
        for name in ("_error", "_trace", "_claimed_at", "_ended_at", "_result"):
            if hasattr(task, name):
                delattr(task, name)
        more.deadline = more.progress = None
        task.state = "scheduled"
        self._scheduled[task.number] = task
        task._lane.scheduled += 1
        self._locked_review(task)
        return partial(self._set_alarm, task.number, more, more.due)

    def _set_alarm(self, number: int, more: Particulars, due: float) -> None:
        more.alarm = self._timer.at(due, partial(self._come_due, number))

    def _come_due(self, number: int) -> None:
        """Put a task into the backlog; on the timer's thread."""
        with self._lock:
            self._locked_come_due(number)
        if self._idle and not self._waking:
            self._wake()

    def _locked_come_due(self, number: int) -> None:
        while True:
            turn = self._turn = object()
            task = self._scheduled.get(number)
            now = self._monotonic()
            if task is None or task._more is None or (task._more.due or now) > now:
                return  # cancelled meanwhile, or put off again
            queue = self._backlog.queue(task._lane, task.priority)
            if self._turn is turn:
                break
        self._queued[number] = task
        del self._scheduled[number]
        task._lane.scheduled -= 1
        task._queued_at = now
        task._more.due, task._more.alarm = None, 0
        task.state = "queued"
        queue.append(number)
        self._locked_review()

    def _locked_bring_in(self) -> None:
        """Put what is due into the backlog, though the timer has not come to it yet."""
        now = self._monotonic()
        for task in list(self._scheduled.values()):  # which there may be a million of
            more = task._more
            if more is not None and more.due is not None and more.due <= now:
                self._come_due(task.number)

    def _locked_review(self, fresh: Task | None = None) -> None:
        """See whether workers that would go, since the pool drains, must wait for the schedule.

        A drain waits for what comes due before its deadline; without a deadline it waits for
        retries, and leaves what its submitter has put off. It keeps the one that comes last, so
        that a long schedule is gone through once and not with every task that comes due.
        """
        if not self._stopping:
            return
        before = self._awaited
        if before is None and fresh is None:
            return  # only what is put off now can change that
        if before is not None and before.number in self._scheduled and self._holds_up(before):
            return
        scheduled = [fresh] if before is None and fresh else list(self._scheduled.values())
        awaited = [task for task in scheduled if self._holds_up(task)]
        self._awaited = max(awaited, key=_due, default=None)
        if before is not None and self._awaited is None:
            self._locked_rouse_all()

    def _holds_up(self, task: Task) -> bool:
        """Whether a drain waits for a task that is scheduled."""
        if self._stopping != "drain":
            return False
        return task.attempts > 0 if self._deadline is None else _due(task) < self._deadline

    def _watch(self, moment: float) -> None:
        """Have the limits of running tasks looked at no later than at this moment."""
        if moment < self._look_at:
            self._look_at = moment
            self._timer.at(moment, self._look)

    def call_at(self, moment: float, call: Callable[[], None]) -> None:
        """Have something called at a monotonic moment, on a thread that must not wait long.

        Raises:
            RuntimeError: the machine has no more threads.
        """
        moment = numbers.finite("moment", moment)
        self._check_fork()
        self._timer.start()
        self._timer.at(moment, call)

    def scheduled(self, offset: int = 0, limit: int = 50) -> list[Task]:
        """List a window of the tasks that wait for their time, the next one first."""
        offset, limit = numbers.count("offset", offset, 0), numbers.count("limit", limit, 0)
        with self._lock:
            self._check_fork()
            ordered = sorted(self._scheduled.values(), key=_due)
        return ordered[offset : offset + limit]


def _due(task: Task) -> float:
    more = task._more
    return NEVER if more is None or more.due is None else more.due
