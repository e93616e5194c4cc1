"""Waking: how an idle worker is woken for a task that it may start.

Falling idle is done without the lock, with a submitter on the other side:

1. The submitter puts a task in, then looks whether a worker is idle. The worker lists itself as
   idle, then looks whether there is a task. One of the two sees the other.
2. The submitter raises ``waking`` and rouses the worker that fell idle last; while the flag is up,
   others rouse no worker. Waking a worker for each task costs four to ten times the throughput.
3. The worker takes itself off the list, puts the flag down, and only then looks for tasks: what was
   put in while the flag was up is found by that look.
4. If it leaves tasks behind while others are idle, it rouses the next.

A lane that is shut changes the picture: its tasks wait although workers are idle. When it opens
since a task of it ends, the worker of that task takes the next, and hands on. When it opens by its
rate, no thread is there, so a worker that starts a task or falls asleep while others wait asks the
timer to wake one at that moment.
"""

from __future__ import annotations

from functools import partial

from chasqui.pool.lane import NEVER, Lane
from chasqui.pool.state import State


def is_shut(pool: State, lane: Lane) -> bool:
    """Whether an idle worker can do nothing for a lane, and is woken in time when it can."""
    opens_at = lane.opens_at()
    return opens_at > pool.monotonic() and opens_at >= pool.opens_at


def wake(pool: State) -> None:
    """Wake an idle worker.

    The flag goes up before the look at who is idle: a worker that wakes takes itself off the
    list first and puts the flag down after, so it cannot stay up with no worker on the way.
    """
    if pool.paused:
        return
    pool.waking = True
    try:
        # Straight to the lock: no call may come between the flag and the release, where an
        # exception from a signal handler would leave the flag up for good.
        pool.idle[0].parked.release()
    except IndexError:
        pool.waking = False  # the last one has just woken by itself
    except RuntimeError:
        return  # it was roused already, and will see that it was


def hand_on(pool: State) -> None:
    """Wake an idle worker for what is left, or have a worker woken in time."""
    if not pool.idle:
        return
    if pool.backlog.startable(pool.monotonic()):
        wake(pool)
    else:
        watch_lanes(pool)


def watch_lanes(pool: State) -> None:
    """Have a worker woken when the rate of a lane lets the next task of it start."""
    if pool.backlog.only is not None:
        return
    moment = pool.backlog.opens_at()
    if -NEVER < moment < pool.opens_at:
        pool.opens_at = moment
        pool.timer.at(moment, partial(_lane_opens, pool))


def _lane_opens(pool: State) -> None:
    pool.opens_at = NEVER
    hand_on(pool)


def waits_for_work(pool: State) -> bool:
    """Whether a pool that drains has more to start, now or later."""
    announced = not pool.unawaited.issuperset(pool.reserved)
    return pool.awaited is not None or announced or pool.backlog.wanted()


def wake_shutdowns(pool: State) -> None:
    """Have shutdowns look again that wait for this pool or for others; no lock is held."""
    for wakeup in pool.wakeups:
        wakeup.fire()
