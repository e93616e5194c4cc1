"""Limits: what is done about a body that ignores its deadline and requests to stop.

A worker whose task is still running ``grace`` seconds past its time limit is abandoned: the task
fails with `TimeLimit` and the place where its worker hangs, and another worker takes its place.

A backend may kill the worker. One that cannot, such as threads, leaves it running, and it is shown
as abandoned. No more than ``max_abandoned`` such workers are abandoned at a time; beyond that a
worker stays on the crew, is shown as stuck, and its capacity is missing until its body ends. When
the body of an abandoned worker ends, the outcome is dropped and counted as late.
"""

from __future__ import annotations

import logging
import threading
from typing import Final

from chasqui import loggers
from chasqui.errors import TimeLimit
from chasqui.pool import trace
from chasqui.pool.backend import Worker
from chasqui.pool.ending import ask_retry, leave, settle
from chasqui.pool.freezing import locked_freeze, locked_rouse_all, locked_thaw
from chasqui.pool.guarded import abandon, stack_of
from chasqui.pool.lane import NEVER
from chasqui.pool.notified import is_notified
from chasqui.pool.reporting import report_ended, report_retried
from chasqui.pool.schedule import locked_put_off, watch_limits
from chasqui.pool.staffing import staff
from chasqui.pool.state import State
from chasqui.pool.waking import hand_on, wake_shutdowns

log = loggers.named("chasqui.pool")

STUCK_SECONDS: Final = 1.0  # until a worker that could not be abandoned is looked at again


def look(pool: State) -> None:
    """Give up a worker that is past the limit of its task; on the timer's thread."""
    with pool.lock:
        pool.look_at = NEVER
        overdue = _locked_overdue(pool)
    if overdue is not None:
        _give_up(pool, overdue)


def _locked_overdue(pool: State) -> Worker | None:
    """Claim the end of a task that is overdue, and see to the next look.

    Of one task: its callbacks may wait for others that are overdue, whose look is then made by
    another thread; see `Timer.relieve`.
    """
    crew = pool.crew
    claimed = sum(worker.ending == "limit" for worker in crew.workers)
    room = pool.max_abandoned - len(crew.abandoned) - claimed
    overdue: Worker | None = None
    locked_freeze(pool)
    now = pool.monotonic()
    for worker in crew.workers:
        task = worker.task
        more = None if task is None else task._more
        if worker.ending or more is None or more.deadline is None:
            continue
        late = more.deadline + pool.limit_grace
        if now < late or overdue is not None:
            watch_limits(pool, late)
        elif room > 0 or pool.backend.capabilities.kills:
            worker.ending = "limit"
            worker.ender = threading.get_ident()
            overdue = worker
        else:
            if worker.phase != "stuck":
                worker.enter("stuck", now)
                log.error("task %s: stuck on worker %s", getattr(task, "number", 0), worker.name)
            watch_limits(pool, now + STUCK_SECONDS)
    locked_thaw(pool)
    return overdue


def _give_up(pool: State, worker: Worker) -> None:
    task = worker.task
    assert task is not None and task._more is not None
    error = TimeLimit(task._more.time_limit)
    task._trace = trace.hanging(stack_of(pool.backend, worker), error)
    was_killed = abandon(pool.backend, worker)
    task._error = error
    task._ended_at = now = pool.monotonic()
    delay = ask_retry(pool, task)
    if delay is None:
        report_ended(pool, (task,), "failed")
    else:
        report_retried(pool, task, delay)
    arrange = None
    fresh: list[Worker] = []
    with pool.lock:
        locked_freeze(pool)
        pool.crew.give_up(worker, task._ended_at, was_killed=was_killed)
        tally = pool.crew.gone[task._lane]
        tally.runs.append(task._ended_at - task._claimed_at)
        leave(pool, worker)  # its thread goes on, for an unknown time
        if delay is not None:
            arrange = locked_put_off(pool, task, delay)
        if arrange is None:
            tally.failed += 1
            task.state = "failed"
        if not pool.stopped:
            # Under the same lock: a shutdown must not find the crew empty in between.
            pool.crew.enlist(fresh, now, held=pool.paused)
        locked_thaw(pool)
        if pool.stopping:
            locked_rouse_all(pool)
        else:
            hand_on(pool)  # its lane is open again, and a surplus worker has no successor
    staff(pool, fresh)  # before the callbacks, which may wait for the room it makes
    wake_shutdowns(pool)
    # To be killed at its limit is what such a backend is for; an abandoned thread is a loss.
    log.log(
        logging.INFO if was_killed else logging.ERROR,
        "task %s %s: ignored its time limit of %g s; worker %s %s",
        task.number,
        task.name,
        error.limit,
        worker.name,
        "was killed" if was_killed else "is abandoned",
    )
    if arrange is not None:
        arrange()
    else:
        if delay is not None:
            report_ended(pool, (task,), "failed")  # the pool has come to stop meanwhile
        if task._more.callbacks or task._more.waiters or is_notified(task):
            pool.timer.relieve()  # it may take long, and the delays of others must not wait for it
        settle(pool, task)
