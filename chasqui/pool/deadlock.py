"""Refusing the wait that could never end.

A task may wait for another task of its own pool, or for room in it, as long as some worker is left
to end the wait:

1. Worker A waits for a task that is queued behind it; worker B is still running, so A may wait.
2. Worker B then wants to wait as well. Were it allowed to, no worker would be left: B is refused,
   its task fails, B takes the next task from the backlog, and A's wait ends in its turn.

A lane lets only so many run at once: when a task of a full lane waits for another of the same lane,
only the tasks that run in that lane can end its wait.

A paused pool is no deadlock, because it can be resumed. The pool's lock is held throughout.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

from chasqui.errors import WouldDeadlock
from chasqui.pool import forking
from chasqui.pool.backend import Worker
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


def worker_here() -> Worker | None:
    """Return the worker of any pool that the calling thread is, if it is one."""
    return getattr(_here, "worker", None)


def refuse_if_last(
    worker: Worker,
    workers: Sequence[Worker],
    what: str,
    paused: bool,
    awaited: Task | None = None,
) -> None:
    """Raise WouldDeadlock when no other worker is left to end the calling worker's wait.

    ``awaited`` is the task that it waits for, if it is one.
    """
    if awaited is not None and awaited.state == "queued" and _is_shut(worker, workers, awaited):
        raise WouldDeadlock(
            f"this task waits for {what}, which waits for it in turn: the lane "
            f"{awaited._lane.name!r} lets no more run at once; let a later task do the rest"
        )
    others = (one for one in workers if one is not worker and not one.retired)
    if not paused and all(one.blocked for one in others):
        raise WouldDeadlock(
            f"this task waits for {what}, and no worker is left to end the wait; "
            "use more workers, try_submit(), or let a later task do the rest"
        )


def _is_shut(worker: Worker, workers: Sequence[Worker], awaited: Task) -> bool:
    """Whether all that run in the full lane of the awaited task wait themselves."""
    lane = awaited._lane
    if worker.admitted is not lane or not lane.full or lane.holds:
        return False
    return all(one.blocked for one in workers if one is not worker and one.admitted is lane)
