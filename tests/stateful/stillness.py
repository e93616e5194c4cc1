"""Stillness: waiting in real time until an engine has come to what its model says.

What the specification leaves open is told to the model on the way.
"""

from __future__ import annotations

import time
from typing import Any

from chasqui.pool.pool import Pool as RealPool
from chasqui.pool.state import state_of
from tests.stateful.job import NEVER, Job
from tests.stateful.model import Model
from tests.stateful.pools import Pool
from tests.stateful.stage import WAIT, Stage

SPINS = 300  # looks without a pause, since it mostly takes less than a millisecond
PAUSE = 0.0003
STILL = 8  # looks in a row that must agree where a thread may be about to leave


class Patience:
    """How long is waited: less, once a disagreement was seen in this process, so that a small
    example of it is found soon."""

    seconds = WAIT

    @classmethod
    def is_over(cls) -> None:
        """Take note of a disagreement."""
        cls.seconds = 1.0


def settle(stage: Stage, model: Model) -> None:
    """Wait until the engine has come to what the model says, and tell the model the rest."""
    until, looks, agreed = time.monotonic() + Patience.seconds, 0, 0
    ending = [pool for pool in model.pools.values() if pool.stopping and not pool.ended]
    needed = STILL if ending else 1
    idle: dict[str, int] = {}
    while agreed < needed:
        looks += 1
        differs = _difference(stage, model)
        now_idle = {pool.name: idle_of(stage.engine.pools[pool.name]) for pool in ending}
        same = all(now_idle[pool.name] in (idle.get(pool.name), pool.leavers) for pool in ending)
        agreed = agreed + 1 if not differs and same else 0
        idle = now_idle
        if agreed < needed:
            if time.monotonic() > until:
                Patience.is_over()
                raise AssertionError(differs or f"{now_idle} idle workers keep changing")
            time.sleep(0 if looks < SPINS and needed == 1 else PAUSE)
    for pool in model.pools.values():
        real = stage.engine.pools[pool.name]
        if pool.stopping and not pool.ended:
            pool.told_of_idle(idle.get(pool.name, 0))
        pool.settled()
        pool.stand([one.task.number for one in real.workers() if one.task is not None])
        pool.told_of_looks(frozenset(_moments(real, "look")))


def _difference(stage: Stage, model: Model) -> str:
    """Say in what the engine is not yet where the model is; empty when it is."""
    if model.following and (differs := _find_followers(stage, model)):
        return differs
    for pool in model.pools.values():
        if differs := pool.told_of_starts(_started(stage, pool)):
            return f"{pool.name}: {differs}"
        if model.following:  # one ended as it started, the last of its batch
            return "what follows a batch has yet to be found"
    for number, job in model.jobs.items():
        handle = stage.handles[number]
        if (handle.state, handle.attempts) != (job.state, job.attempts):
            here = f"{handle.state} with {handle.attempts} attempts"
            return f"task {number} is {here}, not {job.state} with {job.attempts}"
        if job.state == "running" and not _at_rest(stage, job):
            return f"attempt {job.attempts} of task {number} has not begun"
    for pool in model.pools.values():
        if differs := _difference_of(stage, pool, model.now):
            return f"{pool.name}: {differs}"
    for closer, closing in zip(model.closers, stage.closings, strict=True):
        if not closer.going:
            if closing.ledger is None:
                return f"the end of {', '.join(one.name for one in closer.graces)} has not come"
        elif not stage.clock.sleeps_until(closing.thread, closer.until):
            return f"the end of {closer.going[0].name} is not waited for until {closer.until}"
    return ""


def _find_followers(stage: Stage, model: Model) -> str:
    """Tell the model which tasks follow its batches, once all are there that should be."""
    found = {}
    for group in model.following:
        then = stage.batches[group.number - 1].then
        if then is None:
            return f"nothing follows batch {group.number}"
        found[group.number] = then
    for then in found.values():
        stage.adopt(then)
    model.told_of_followers({number: then.number for number, then in found.items()})
    return ""


def _started(stage: Stage, pool: Pool) -> list[Job]:
    """List the tasks that have started of those that waited."""
    return [job for job in pool.queue if stage.handles[job.number].attempts > job.attempts]


def _difference_of(stage: Stage, pool: Pool, now: float) -> str:
    real = stage.engine.pools[pool.name]
    if state_of(real).crew.late != pool.late or len(real.workers_abandoned) != len(pool.abandoned):
        return f"{state_of(real).crew.late} came late, not {pool.late}; or others are abandoned"
    crew, idle = len(real.workers()), idle_of(real)
    linger = pool.lingerers if pool.stopping and not pool.ended else 0
    if crew != len(pool.crew) + idle or not pool.free <= idle <= max(pool.free, linger):
        return f"{crew} workers of which {idle} are idle, not {pool.workers}"
    if pool.ended:
        return "" if state_of(real).ledger is not None else "it has not ended"
    timer = state_of(real).timer
    with timer._changed:
        first = timer._calls[0][0] if timer._calls else NEVER
        rests = timer._thread is None or stage.clock.sleeps_until(timer._thread, first)
        if not (rests and first > now):
            return "the timer has not come to rest"
    # One that was moved is seen to at the moment at which it was due before.
    moments = _moments(real)
    if any(min(moments, default=NEVER) > job.due for job in pool.scheduled):
        return "nobody will see to a scheduled task"
    return ""


def _at_rest(stage: Stage, job: Job) -> bool:
    entry = stage.entries.get((job.number, job.attempts))
    if entry is None or job.nap is None:
        return entry is not None
    return stage.clock.sleeps_until(entry.thread, job.wakes)


def idle_of(real: RealPool) -> int:
    """Count the workers of a pool that sleep until they are roused."""
    return sum(worker.parked.locked() for worker in list(state_of(real).idle))


def _moments(real: RealPool, name: str = "") -> list[float]:
    timer = state_of(real).timer
    with timer._changed:
        return [at for at, _, call in timer._calls if name in _name_of(call)]


def _name_of(call: Any) -> str:
    return str(getattr(getattr(call, "func", call), "__name__", ""))


def await_true(holds: Any) -> None:
    """Wait in real time, not for ever, until something holds."""
    until = time.monotonic() + Patience.seconds
    while not holds() and time.monotonic() < until:
        time.sleep(PAUSE)
