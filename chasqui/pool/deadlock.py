"""Refusing the wait that could never end.

A task may wait for another task of its own pool, or for room in it, as long as some worker is left
to end the wait:

1. Worker A waits for a task that is queued behind it; worker B is still running, so A may wait.
2. Worker B then wants to wait as well. Were it allowed to, no worker would be left: B is refused,
   its task fails, B takes the next task from the backlog, and A's wait ends in its turn.

A lane lets only so many run at once: when a task of a full lane waits for another of the same lane,
only the tasks that run in that lane can end its wait.

A worker whose wait is over is left, although its thread may not have noticed: what it waited for
has come, and its task goes on. So is a worker whose wait has a deadline, but only for a wait that
has none: two with a deadline would wait in vain, so the second is refused at once. The first is
refused no more once it waits, since others may count on its end.

A paused pool is no deadlock, because it can be resumed. The pool's lock is held throughout.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from math import inf
from typing import Any

from chasqui.errors import WouldDeadlock
from chasqui.pool import forking
from chasqui.pool.backend import Worker
from chasqui.pool.own_wait import Wait
from chasqui.pool.task import Task

_here = threading.local()  # on a worker thread: the pool that it serves and the worker that it is


def leave() -> None:
    """Note that the calling thread is no worker, as in a forked child."""
    _here.__dict__.clear()


forking.in_child(leave)


def enter(pool: object, worker: Worker) -> None:
    """Note that the calling thread is this worker of this pool."""
    _here.pool, _here.worker = pool, worker


def current(pool: object) -> Worker | None:
    """Return the worker of this pool that the calling thread is, if it is one."""
    return _here.worker if getattr(_here, "pool", None) is pool else None


def pool_here() -> Any:
    """Return the pool whose worker the calling thread is; None if it is none."""
    return getattr(_here, "pool", None)


def worker_here() -> Worker | None:
    """Return the worker of any pool that the calling thread is, if it is one."""
    return getattr(_here, "worker", None)


def refuse_if_last(
    worker: Worker, workers: Sequence[Worker], wait: Wait, paused: bool, now: float
) -> None:
    """Raise WouldDeadlock when no other worker is left to end the wait of this one."""
    if wait.is_begun and wait.deadline is not None:
        return
    until, awaited = inf if wait.deadline is None else now, wait.awaited
    if awaited and all(
        task.state == "queued" and _is_shut(worker, workers, task, until) for task in awaited
    ):
        name = next(iter(awaited))._lane.name
        raise WouldDeadlock(
            f"this task waits for {wait.what}, which waits for it in turn: the lane "
            f"{name!r} lets no more run at once; let a later task do the rest"
        )
    others = (one for one in workers if one is not worker and not one.retired)
    if not paused and all(_waits_beyond(one, until) for one in others):
        raise WouldDeadlock(
            f"this task waits for {wait.what}, and no worker is left to end the wait; "
            "use more workers, try_submit(), or let a later task do the rest"
        )
    wait.is_begun = True


def _waits_beyond(worker: Worker, moment: float) -> bool:
    """Whether a worker waits, and none of its waits is over by a moment."""
    return bool(worker.waits) and not any(wait.ends_by(moment) for wait in worker.waits)


def _is_shut(worker: Worker, workers: Sequence[Worker], awaited: Task, until: float) -> bool:
    """Whether all that run in the full lane of the awaited task wait themselves."""
    lane = awaited._lane
    crowd = lane.crowd(awaited.work) if worker.admitted is lane else None
    if crowd is None or (crowd and worker not in crowd):
        return False
    inside = crowd or [one for one in workers if one.admitted is lane]
    return all(_waits_beyond(one, until) for one in inside if one is not worker)
