"""Staffing: how workers come to life, how their loss is seen to, and which take their place."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chasqui import foreign, loggers
from chasqui.pool import ahead, trace
from chasqui.pool.backend import Perform, Worker
from chasqui.pool.complaint import complain
from chasqui.pool.ending import finish, settle
from chasqui.pool.freezing import locked_rouse_all
from chasqui.pool.state import State
from chasqui.pool.states import FINAL
from chasqui.pool.task import Task
from chasqui.pool.waking import hand_on, wake_shutdowns
from chasqui.pool.worker_loop import serve

log = loggers.named("chasqui.pool")


class Served:
    """A pool, as the workers of its backend see it; see `chasqui.pool.backend.Source`."""

    __slots__ = ("_pool",)

    def __init__(self, pool: State) -> None:
        self._pool = pool

    def serve(self, worker: Worker, perform: Perform) -> None:
        """Take tasks and perform them until there is nothing more for this worker to do."""
        serve(self._pool, worker, perform)

    def take_ahead(
        self, worker: Worker, count: int, wanted: Callable[[Task], bool]
    ) -> Sequence[Task]:
        """Take tasks that come next before their turn."""
        return ahead.take_ahead(self._pool, worker, count, wanted)

    def give_back(self, worker: Worker, begun: int) -> None:
        """Put tasks back that were taken ahead, but for the first ``begun`` of them."""
        ahead.give_back(self._pool, worker, begun)

    def lost(self, worker: Worker, error: BaseException | None) -> None:
        """Say that a worker is gone: ``error`` killed it, or kept it from starting."""
        lost(self._pool, worker, error)


def lost(pool: State, worker: Worker, error: BaseException | None) -> None:
    """Take a worker off the crew, and replace it unless it was to stop."""
    if error is not None:
        complain(log, error, "pool %s: worker %s is lost", pool.name, worker.name)
    if worker.ending == "limit":
        return  # it was abandoned, with its task and its place
    never_ran = worker.phase == "starting"
    because = "" if error is None else foreign.text_of(error) or foreign.kind_of(error)
    worker.moving = False
    if (task := worker.task) is not None:
        if task.state not in FINAL:
            ended = RuntimeError(f"worker {worker.name} ended") if error is None else error
            task._trace, task._error = trace.capture(ended), ended
            settles = finish(pool, worker, task)
        else:
            settles = True
        worker.task = None
        if settles:  # and is not put off, to be tried again
            settle(pool, task)
    fresh: list[Worker] = []
    with pool.lock:
        if worker in pool.idle:
            pool.idle.remove(worker)
        now = pool.monotonic()
        ahead.locked_give_back(pool, worker, 0)
        pool.crew.dismiss(worker, "stopping" if error is None else "lost", now)
        if error is not None:
            pool.crew.lost += 1
            pool.crew.lost_because = because
        # One that could not even start would fail again at once; `resize` tries again.
        again = error is not None and not never_ran and not pool.stopped
        if again:  # at once, so that a shutdown does not find the crew empty in between
            pool.crew.enlist(fresh, now, held=pool.paused)
        pool.waking = False  # should it have been woken and gone before it could say so
        if pool.stopping:
            locked_rouse_all(pool)
        else:
            hand_on(pool)
    if again:
        staff(pool, fresh)
    wake_shutdowns(pool)


def staff(pool: State, enlisted: list[Worker] | None = None) -> list[Worker]:
    """Enlist the workers that are missing and bring them to life; return them.

    Whatever comes between, none is forgotten: one that is on the crew and never comes to life
    would have every shutdown wait for it.
    """
    fresh: list[Worker] = [] if enlisted is None else enlisted
    crew = pool.crew
    try:
        with pool.lock:
            if not pool.stopped:
                crew.enlist(fresh, pool.monotonic(), held=pool.paused)
        if fresh:
            pool.backend.start(Served(pool), fresh)
    except BaseException:
        # One whose thread is on its way looks under the lock whether it is still on the crew,
        # and ends if it is not. Shutdowns that wait look again by themselves.
        with pool.lock:
            crew.forget_unborn(fresh)
        raise
    finally:
        for worker in fresh:
            worker.launcher = None
    return fresh
