"""Lives: what an engine with a journal goes on with in its next life; nothing of Chasqui."""

from __future__ import annotations

from collections.abc import Mapping

from tests.stateful.job import NEVER, Job
from tests.stateful.model import HELD, Model


def reborn(
    old: Model,
    breakers: Mapping[str, tuple[str, int, float]],
    shapes: Mapping[str, tuple[int, int]],
    max_abandoned: int,
) -> Model:
    """Return the model of the engine that begins where another was killed.

    Args:
        breakers: the state of each, how often it has opened, and when it will be half open.
    """
    new = Model(shapes, max_abandoned, old.now)
    new.reached, new.last = old.reached, old.last
    new.past = [*old.past, *(job for job in old.jobs.values() if is_over(job))]
    _take_over_orders(new, old)
    for type, circuit in new.circuits.items():
        circuit.go_on(*breakers[type], new.now)
    waiting = [job for job in old.jobs.values() if not is_over(job)]
    for job in sorted(waiting, key=_place):
        new.reached["interrupted"] += job.cut
        _begin_again(new, job)
    _take_over_keys(new, old, waiting)
    return new


def _take_over_orders(new: Model, old: Model) -> None:
    """Pauses of all pools, and of types, limits and strikes go on; starts count for no pace."""
    new.said_paused = old.said_paused
    said = old.pools["default"].lanes
    for pool in new.pools.values():
        pool.paused = old.said_paused
        for type, lane in pool.lanes.items():
            lane.concurrency, lane.pace, lane.by = (
                said[type].concurrency,
                said[type].pace,
                said[type].by,
            )
            lane.struck, lane.holds = said[type].struck, said[type].holds & {HELD}


def _begin_again(model: Model, job: Job) -> None:
    """Have a task wait again; an attempt that ran counts."""
    job.interrupted += job.cut
    job.unwritten, job.error = False, None
    job.earlier = ["Interrupted"] if job.interrupted else []
    job.history, job.submissions, job.stop_asked = [], 1, False
    job.deadline = job.wakes = NEVER
    job.pool = model.pools[job.pool.name]
    model.jobs[job.number] = job
    if model.now < job.due < NEVER:
        job.pool.put_off(job, job.due)
    else:
        job.due = NEVER
        job.pool.put(job)


def _take_over_keys(new: Model, old: Model, waiting: list[Job]) -> None:
    """The last task of a key holds it, if it waits; else the one that cools down, if any."""
    for key, job in old.holders.items():
        if is_over(job):
            new.holders[key] = job
    for job in sorted(waiting, key=_number):
        if job.key is not None:
            new.holders[job.key] = job


def is_over(job: Job) -> bool:
    """Tell whether a task has ended, also in the journal."""
    return job.final and not job.unwritten


def _number(job: Job) -> int:
    return job.number


def _place(job: Job) -> tuple[float, int]:
    """Say in which order tasks come back: first by their time, if they had one, then by number."""
    return job.filed, job.number
