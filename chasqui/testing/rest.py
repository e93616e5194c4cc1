"""Rest: whether nothing goes on in an engine until its clock moves, and why a task waits.

Two kinds of threads act when their moment comes: workers, and those that have calls made or turns
taken in time. After the clock has moved, such a thread needs real time to wake and act. The clock
may move again only when all of them wait again, each for what comes next:

- A worker is judged by its task: it sleeps on the clock, or the worker is idle and finds none.
- The timer of a pool waits for the first of its calls.
- The scheduler waits for the next turn.
- What waits for its time, or for the rate of its type, has a call of the timer. A worker that puts
  off a retry, or finds a rate used up, asks for that call a moment later.
"""

from __future__ import annotations

import math
from typing import Final

from chasqui.engine.engine import BaseEngine
from chasqui.pool.metrics import Metrics
from chasqui.pool.pool import Pool
from chasqui.pool.schedule import scheduled_window
from chasqui.pool.state import State, state_of
from chasqui.pool.task import Task
from chasqui.testing.clock import FakeClock

SAME_SECONDS: Final = 1e-6  # moments this close are one: sums of many sleeps are not exact


def is_at_rest(engine: BaseEngine, clock: FakeClock) -> bool:
    """Whether nothing goes on until the clock moves."""
    # Who is asleep before and after a reading was so at the moment of the reading. If that is
    # every worker that ran then, and nothing waited that could begin, nothing is left to act.
    asleep = clock.asleep()
    pools = list(engine.pools.values())
    sleepers = 0
    for worker in (worker for pool in pools for worker in pool.workers()):
        task = worker.task
        # One that was asked to stop is about to wake.
        sleepers += task is not None and worker.ident in asleep and not task.stop_asked
    readings = [(pool, pool.metrics()) for pool in pools]
    return (
        all(has_begun(*reading) for reading in readings)
        and sleepers == sum(metrics.running for _, metrics in readings)
        and all(_has_called_back(pool, clock) for pool in pools)
        and all(_is_watched(state_of(pool), metrics, clock) for pool, metrics in readings)
        and _scheduler_waits(engine, clock)
        and asleep == clock.asleep()
    )


def has_begun(pool: Pool, metrics: Metrics) -> bool:
    """Whether no task waits that could begin now."""
    if not metrics.queued or metrics.running >= metrics.workers or pool.state == "paused":
        return True
    state = state_of(pool)
    return not (state.reserved or state.backlog.startable(state.monotonic()))


def _has_called_back(pool: Pool, clock: FakeClock) -> bool:
    """Whether no worker is between two tasks, where it makes the callbacks of the first."""
    waiting, state = clock.waiting(), state_of(pool)
    between = [worker for worker in pool.workers() if worker.task is None]
    return all(worker in state.idle or worker.ident in waiting for worker in between)


def _is_watched(pool: State, metrics: Metrics, clock: FakeClock) -> bool:
    """Whether the timer waits for its next call, and has one for all that time alone lets start."""
    if pool.stopped:
        return True
    coming, thread = pool.timer.next_moment, pool.timer.thread
    if thread is not None and clock.waiting().get(thread.ident or 0, -math.inf) != coming:
        return False
    due = [more.due for task in scheduled_window(pool, 0, 1) if (more := task._more) is not None]
    moments = [moment for moment in due if moment is not None]
    if metrics.queued and metrics.running < metrics.workers and not pool.paused:
        moments.append(pool.backlog.opens_at())
    return coming <= min(moments, default=math.inf)


def _scheduler_waits(engine: BaseEngine, clock: FakeClock) -> bool:
    """Whether the thread that takes the turns of schedules waits for no later than the next."""
    thread = engine._parts.scheduler.thread
    if thread is None or not thread.is_alive():
        return True
    turns = [state.next.timestamp() for state in engine.schedules if state.next is not None]
    left = min(turns, default=math.inf) - clock.time()
    until = clock.asleep().get(thread.ident or 0, math.inf)
    return until < math.inf and until - clock.monotonic() <= left + SAME_SECONDS


def what_holds(engine: BaseEngine, task: Task) -> str:
    """Say why a task waits; empty if it could start, or if all workers are busy."""
    pool = next((pool for pool in engine.pools.values() if pool.find(task.number) is task), None)
    if pool is None:
        return ""
    state, lane = state_of(pool), task._lane
    now, more = state.monotonic(), task._more
    if task.state == "scheduled" and more is not None and more.due is not None:
        return f"its time comes in {more.due - now:,.6g} s of the harness's clock"
    if lane.holds:
        return f"its type is held: {', '.join(lane.holds)}"
    if lane.strikes.hit(task.work):
        return "a value of its parameters is struck"
    reading = next((one for one in pool.metrics().lanes if one.name == lane.name), None)
    if reading is None or not lane.limited:
        return ""
    if reading.allowance == 0:
        return "the breaker of its type lets no more probes start"
    each = f" for each {reading.by}" if reading.by else ""
    if reading.full:
        return f"its type is limited to {reading.concurrency} at once"
    opens_at = state.backlog.opens_at()
    if reading.rate and now < opens_at < math.inf:
        limit = f"the rate of its type is {reading.rate}{each}"
        return f"{limit}; the next may start in {opens_at - now:,.6g} s of the harness's clock"
    if reading.closed:
        return f"as many run as its type may{each}"
    return ""
