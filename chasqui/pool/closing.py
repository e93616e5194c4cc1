"""Closing: bringing everything that was accepted to an end, in time, in one pool or in many.

A shutdown goes through stages, each for all its pools, and each with a pool's lock held only to
decide: accept no more and, if asked, cancel what waits; wait until the workers have gone, which
they do when nothing is left to take; at the deadline start nothing more, ask what runs to stop, and
give it a moment. Then the ledger of each is written, once. The deadline, the moment and the wait
for threads on their way out are shared, so many pools take no longer than one. A pool that has come
to its end before the others gets its ledger then, and those that wait for a task it left wake.

Any number of shutdowns may be under way, from any thread, from a task, or from a signal handler
inside another: they share the deadline of a pool, which only ever comes nearer, and its ledger.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from chasqui import arguments, numbers
from chasqui.pool import commits, deadlock
from chasqui.pool.ahead import list_ahead
from chasqui.pool.announcing import locked_publish_own
from chasqui.pool.backend import Worker
from chasqui.pool.dropping import locked_drop_all, see_to_dropped, settle_dropped
from chasqui.pool.freezing import locked_freeze, locked_rouse_all, locked_thaw
from chasqui.pool.guarded import stack_of
from chasqui.pool.handles import ask_to_stop
from chasqui.pool.ledger import Fate, Ledger, Left
from chasqui.pool.locks import is_held
from chasqui.pool.notified import notify_left
from chasqui.pool.reporting import report_left
from chasqui.pool.schedule import locked_bring_in, locked_review
from chasqui.pool.state import State
from chasqui.pool.task import Task
from chasqui.pool.waiters import call_waiters_of
from chasqui.pool.wakeup import Wakeup
from chasqui.pool.waking import wake_shutdowns

GRACE_SECONDS = 0.5  # after the deadline, for running tasks to stop when asked
LEAST_SECONDS = 0.05  # of either, however late it is
JOIN_SECONDS = 0.3  # for threads that are on their way out; with the grace, under the one second


def shut_down(
    pools: Sequence[State], timeout: float | None = None, *, drain: bool = True
) -> list[Ledger]:
    """Bring pools to their end at the same time, and return the ledger of each.

    It returns within ``timeout`` seconds plus one, however many they are; else as `Pool.shutdown`.
    """
    timeout, drain = numbers.wait("timeout", timeout), arguments.flag("drain", drain)
    began = time.monotonic()
    going = [Course(pool, pool.monotonic()) for pool in pools if not _is_over(pool)]
    for one in going:
        one.pool.timer.relieve()  # what this waits for may want calls of the very thread it is on
    _begin(going, timeout, drain)
    stuck = _await_end(going)
    now = time.monotonic()
    until = now + JOIN_SECONDS
    if timeout is not None:  # what has taken long before is made up for here
        until = min(until, max(now + LEAST_SECONDS, began + timeout + GRACE_SECONDS + JOIN_SECONDS))
    for one in going:
        one.pool.backend.close(max(0.0, until - time.monotonic()))
        one.pool.timer.close(max(0.0, until - time.monotonic()))
    for one in stuck:
        _settle_ledger(one.pool, one.began)
    return [ledger for pool in pools if (ledger := pool.ledger) is not None]


@dataclass(slots=True)
class Course:
    """How far one shutdown has come with one pool."""

    pool: State
    began: float
    grace: float | None = None
    """Until when it waits for bodies that were asked to stop; None before the deadline."""

    @property
    def until(self) -> float | None:
        """When the present stage is over at the latest; None: never."""
        return self.pool.deadline if self.grace is None else self.grace

    def has_ended(self) -> bool:
        """Take it as far as it has come; tell whether there is nothing more to wait for."""
        if _is_over(self.pool):
            return True  # another shutdown with an earlier deadline has ended it
        return _ends_quiet(self.pool, self.began) or (self._is_late() and self._gives_up())

    def _is_late(self) -> bool:
        until = self.until
        return until is not None and self.pool.monotonic() >= until

    def _gives_up(self) -> bool:
        """Ask what runs to stop, the first time, and tell whether it was asked before."""
        if self.grace is not None:
            return True
        _ask_all_to_stop(self.pool)
        now = self.pool.monotonic()
        deadline = now if self.pool.deadline is None else self.pool.deadline
        self.grace = max(now + LEAST_SECONDS, min(now, deadline) + GRACE_SECONDS)
        return False


def _begin(going: Sequence[Course], timeout: float | None, drain: bool) -> None:
    dropped: list[tuple[State, list[Task], list[object]]] = [(one.pool, [], []) for one in going]
    try:
        for one, (pool, tasks, _) in zip(going, dropped, strict=True):
            _accept_no_more(pool, one.began, timeout, drain, tasks)
        for pool, tasks, told in dropped:
            see_to_dropped(pool, tasks, told)
    except BaseException:  # from a signal handler
        for pool, tasks, told in dropped:
            settle_dropped(pool, tasks, told)
        raise


def _await_end(going: Sequence[Course]) -> list[Course]:
    """Wait until each pool has ended, or is too late; return those that are."""
    waiting = list(going)
    while waiting:
        wakeup = Wakeup(_place_to_wait(waiting).lock, waiting[0].pool.clock)
        attached = waiting
        try:
            waiting = _await_change(attached, wakeup)
        finally:
            for one in attached:
                _detach(one.pool, wakeup)
    return [one for one in going if one.pool.ledger is None]


def _await_change(waiting: Sequence[Course], wakeup: Wakeup) -> list[Course]:
    """Wait for a wake-up, and return those that had not ended when they were looked at before."""
    for one in waiting:
        _attach(one.pool, wakeup)
    left = [one for one in waiting if not one.has_ended()]
    if left:
        moments = [one.until for one in left if one.until is not None]
        wakeup.wait_until(min(moments, default=None))
    return left


def _place_to_wait(waiting: Sequence[Course]) -> State:
    """Return the pool at whose lock to wait.

    A signal handler may be in the middle of something in one of them, whose workers could not leave
    while it waits elsewhere.
    """
    pools = [one.pool for one in waiting]
    return next((pool for pool in pools if is_held(pool.lock)), pools[0])


# The stages


def _is_over(pool: State) -> bool:
    pool.check_fork()
    return pool.ledger is not None


def _accept_no_more(
    pool: State, began: float, timeout: float | None, drain: bool, dropped: list[Task]
) -> None:
    """Begin the end, or sharpen the one under way; add the tasks it cancels to ``dropped``."""
    with pool.lock:
        if drain:
            # What is due already runs: whether the timer has come to it by now is chance.
            locked_bring_in(pool)
            locked_publish_own(pool)
        scheduled = list(pool.scheduled.values())
        awaited = scheduled[0] if scheduled else None  # the review knows better
        deadline = None if timeout is None else began + timeout
        has_time = deadline is None or pool.monotonic() < deadline
        commits.close(pool, awaited, drain=drain, deadline=deadline, has_time=has_time)
        pool.crew.recall()
        if pool.stopping == "cancel":
            locked_drop_all(pool, dropped)
        locked_review(pool)
        locked_rouse_all(pool)
    wake_shutdowns(pool)


def _ends_quiet(pool: State, began: float) -> bool:
    """End a pool whose workers have gone; False while there are any to wait for."""
    with pool.lock:
        if _locked_pending(pool, deadlock.current(pool)):
            return False
    _ask_all_to_stop(pool)  # which is the caller's own task, if any
    pool.timer.close(0.0)
    _settle_ledger(pool, began)
    return True


def _attach(pool: State, wakeup: Wakeup) -> None:
    """Have a shutdown woken whenever something changes that it waits for."""
    with pool.lock:
        commits.attach(pool, wakeup)


def _detach(pool: State, wakeup: Wakeup) -> None:
    """Have it woken no more."""
    with pool.lock:
        _locked_detach(pool, wakeup)


def _locked_detach(pool: State, wakeup: Wakeup) -> None:
    while wakeup in pool.wakeups:
        before = pool.wakeups
        left = tuple([one for one in before if one is not wakeup])
        commits.detach(pool, before, left)


def _ask_all_to_stop(pool: State) -> None:
    with pool.lock:
        pool.stopped = True  # from here on nothing more starts
        locked_rouse_all(pool)
        running = pool.crew.running()
    for task in running:
        ask_to_stop(pool, task)


def _settle_ledger(pool: State, began: float) -> Ledger:
    with pool.lock:
        before = pool.ledger
        ledger, left = _locked_settle_ledger(pool, began)
        locked_rouse_all(pool)
    wake_shutdowns(pool)
    if before is None:
        report_left(pool, left)
    # These again, if another shutdown was interrupted in the middle of it.
    notify_left(pool, left)
    call_waiters_of(pool, left)
    return ledger


def _locked_settle_ledger(pool: State, began: float) -> tuple[Ledger, list[Task]]:
    """Write the ledger, once, and wake those who wait for what it leaves."""
    while (ledger := pool.ledger) is None:
        turn = locked_freeze(pool)
        now = pool.monotonic()
        fates = pool.crew.abandon(now, partial(stack_of, pool.backend))
        ledger = _locked_ledger(pool, fates, now - began)
        commits.write_ledger(pool, turn, ledger)
        locked_thaw(pool)
    left = _locked_left(pool)
    for task in left:
        if task._more is not None and task._more.wake is not None:
            task._more.wake.notify_all()
    return ledger, left


def _locked_ledger(pool: State, abandoned: tuple[Fate, ...], seconds: float) -> Ledger:
    return Ledger.of(
        Left(("", _locked_left(pool))),
        accepted=pool.accepted - pool.retracted,
        **pool.crew.ended(pool.dropped),
        abandoned=abandoned,
        seconds=seconds,
    )


def _locked_left(pool: State) -> list[Task]:
    # In one call each, since a signal handler may look at them in between.
    return [
        *list_ahead(pool),
        *pool.queued.copy().values(),
        *pool.scheduled.copy().values(),
        *pool.reserved.copy().values(),
    ]


def _locked_pending(pool: State, own: Worker | None) -> bool:
    """Whether there are workers to wait for: they go when nothing is left to do.

    Not the caller's own, and none that this very thread was about to bring to life when a
    signal handler came between, or is about to give up, and asks its observer.
    """
    here = threading.get_ident()
    return any(
        worker is not own
        and not (worker.phase == "starting" and worker.launcher == here)
        and not (worker.ending == "limit" and worker.ender == here)
        for worker in pool.crew.workers
    )
