"""Agreement: everything that can be seen of an engine is what its model says."""

from __future__ import annotations

import contextlib
from collections import Counter

from chasqui.engine.batches.members import BatchCounts
from chasqui.engine.events.records import TaskFailed, TaskRetried
from chasqui.pool.lane import Lane
from chasqui.pool.state import state_of
from chasqui.pool.task import Task
from tests.stateful.job import DUST, NEVER, STATES, TYPES, Job
from tests.stateful.model import Model
from tests.stateful.pools import Pool
from tests.stateful.stage import WAIT, Stage, rate
from tests.stateful.stillness import await_true


def same(expected: object, seen: object, what: object) -> None:
    """See that the model and the engine say the same."""
    assert expected == seen, f"{what}: {seen}, and should be {expected}"


def check(stage: Stage, model: Model) -> None:
    """See that everything that can be seen is what the model says."""
    engine = stage.engine
    same([], stage.wrong, "wrong")
    now, jobs = engine.metrics(), list(model.jobs.values())
    assert now.balanced
    same(len(jobs), now.accepted, "accepted")
    for state in STATES:
        same(model.count(state), getattr(now, state), state)
    for pool in model.pools.values():
        _check_pool(stage, model, pool)
    _check_breakers(stage, model)
    for group, batch in zip(model.groups, stage.batches, strict=True):
        await_true(lambda group=group, batch=batch: batch.done == group.done)
        same(group.counts, counted(batch.counts), f"tasks of batch {group.number}")
        same(group.done, batch.done, f"the end of batch {group.number}")
        refused = group.refused or group.is_left
        await_true(lambda refused=refused, batch=batch: bool(batch.refused) == refused)
        same(refused, bool(batch.refused), f"what is refused to batch {group.number}")
        follows = (group.then and group.then.number, batch.then and batch.then.number)
        same(*follows, f"what follows batch {group.number}")
    for job in jobs:
        _check_task(job, stage.handles[job.number])
    ends = sorted((job.number, job.state) for job in jobs if job.final)
    await_true(lambda: len(stage.ends) >= len(ends))
    same(ends, sorted(stage.ends), "ends that were told of")
    ended = [*model.past, *(job for job in jobs if job.final)]
    _check_remembered(stage, ended)
    _check_told(stage, model, [job for job in ended if job.error is not None])
    for closer, closing in zip(model.closers, stage.closings, strict=True):
        if not closer.going:
            assert closing.ledger is not None and closing.ledger.balanced
            whole = closing is stage.shut
            left = [
                job.number
                for pool in (model.pools.values() if whole else closer.graces)
                for job in (*pool.queue, *pool.scheduled)
            ]
            same(sorted(left), sorted(fate.number for fate in closing.ledger.left), "left")


def _check_pool(stage: Stage, model: Model, pool: Pool) -> None:
    real = stage.engine.pools[pool.name]
    now = real.metrics()
    jobs = [job for job in model.jobs.values() if job.pool is pool]
    assert now.balanced
    same((len(jobs), pool.rejected), (now.accepted, now.rejected), "accepted and rejected")
    same(
        (pool.workers, pool.late), (now.workers, state_of(real).crew.late), "workers, and late ones"
    )
    same((pool.begun, pool.over), (now.wait.count, now.run.count), "starts and ends")
    same(pool.paused, real.state == "paused", f"pause of {pool.name}")
    counts = Counter((job.type, job.state) for job in jobs)
    lanes = {one.name.removeprefix("app."): one for one in now.lanes}
    for type, seen in lanes.items():
        for state in STATES if type in TYPES else ():
            same(counts[type, state], getattr(seen, state), f"{type} {state}")
    for one in real.lanes():
        if (type := one.name.removeprefix("app.")) in TYPES:
            lane = pool.lanes[type]
            pace = None if lane.pace is None else rate(lane.pace)
            limits = (set(lane.holds), lane.concurrency, pace, lane.allowance, lane.keyed)
            # A probe that has ended is final before its breaker lets another start.
            await_true(lambda limits=limits, one=one: _limits_of(one) == limits)
            same(limits, _limits_of(one), type)
            same(set(lane.struck), {value for _, value in one.strikes.listed}, f"struck {type}")
            same(lane.running if one.limited else one.running, one.running, f"running {type}")
    sorted_ = {one.name.removeprefix("app.") for one in real.lanes() if one.keys is not None}
    _check_window(pool, [one.number for one in real.waiting(0, 1000)], sorted_)
    listed = [(_moment(one, one.due), one.number) for one in real.scheduled(0, 1000)]
    same(sorted((job.due, job.number) for job in pool.scheduled), sorted(listed), "scheduled")
    dues = [due for due, _ in listed]  # of equal ones, the one that was put off first comes first
    same(sorted(dues), dues, "the next one first")
    stuck = set(pool.crew) if pool.ended else pool.stuck
    seen_stuck = [one.task for one in real.workers() if one.state in ("stuck", "abandoned")]
    assert {job.number for job in stuck} == {one.number for one in seen_stuck if one is not None}
    assert len(real.workers_abandoned) <= state_of(real).max_abandoned


def _limits_of(lane: Lane) -> tuple[object, ...]:
    return (set(lane.holds), lane.concurrency, lane.rate, lane.allowance, bool(lane.key))


def _check_window(pool: Pool, numbers: list[int], sorted_: set[str]) -> None:
    """See that what waits is listed in an order in which it may be served."""
    waiting = {job.number: job for job in pool.queue}
    same(sorted(waiting), sorted(numbers), "waiting")
    shown = [waiting[number] for number in numbers]
    places: Counter[tuple[int, str]] = Counter()
    rounds = []
    for job in shown:
        places[job.priority, job.type] += 1
        rounds.append((-job.priority, places[job.priority, job.type]))
    assert sorted(rounds) == rounds, "higher priorities first, and types in turn"
    inside = sorted(pool.queue, key=lambda job: -job.priority)
    for type in TYPES:
        for customer in "xyz" if type in sorted_ else ("",):
            mine = [
                job for job in shown if job.type == type and job.customer in (customer or "xyz")
            ]
            listed = [job for job in inside if job in mine]
            assert customer in pool.lanes[type].struck or listed == mine, "in order"


def _check_breakers(stage: Stage, model: Model) -> None:
    for view in stage.engine.breakers:
        circuit = model.circuits[view.type.removeprefix("app.")]
        stands = (circuit.state, circuit.counting(model.now), circuit.opened)
        same(stands, (view.state, view.failures, view.opened), view.type)


def _check_task(job: Job, handle: Task) -> None:
    assert (job.state, job.attempts, job.priority, job.stop_asked) == (
        handle.state,
        handle.attempts,
        handle.priority,
        handle.stop_asked,
    )
    assert job.pool.name == handle._pool.name
    assert (job.key, job.submissions) == (handle.key, handle.submissions)
    assert job.created == _moment(handle, handle.created)
    assert job.earlier == [one.exception for one in handle.earlier]
    assert handle.progress is None, "only bodies that were given up tell of progress"
    error = None if handle.error is None else handle.error.__class__.__name__
    assert job.error == error
    if job.state == "running":
        assert job.began == _moment(handle, handle.started)
    if job.state == "completed":
        assert f"{job.number}:{job.attempts}" == handle.result(0)


def _check_told(stage: Stage, model: Model, failed: list[Job]) -> None:
    failures = stage.engine.failures
    assert len(failed) == failures.total
    assert {job.number for job in failed} == {one.number for one in failures}
    kinds = Counter((f"app.{job.type}", job.error) for job in failed)
    seen: Counter[tuple[str, str | None]] = Counter()
    for group in failures.groups():
        seen[group.type, group.exception] += group.count
    same(kinds, seen, "failures of each kind")
    failed = [job for job in failed if job not in model.past]
    expected = len(model.retried) + len(failed)
    if model.finished:
        return  # the bus is closed: what bodies do after it, nobody is told of
    if len(stage.events) < expected:
        stage.engine.bus.flush(WAIT)
    retried = [one for one in stage.events if isinstance(one, TaskRetried)]
    assert sorted(model.retried) == sorted((one.number, one.attempt) for one in retried)
    ended = sorted(one.number for one in stage.events if isinstance(one, TaskFailed))
    assert sorted(job.number for job in failed) == ended


def _check_remembered(stage: Stage, ended: list[Job]) -> None:
    """See that the history has each task that has ended, once, as it ended."""
    expected = sorted((job.number, job.state, job.attempts, job.error or "") for job in ended)
    seen = [(one.number, one.state, one.attempts, one.exception) for one in stage.engine.history]
    same(expected, sorted(seen), "the history")


def _moment(handle: Task, at: float | None) -> float:
    with contextlib.suppress(TypeError):
        # A journal keeps whole microseconds, which are less than that.
        return round((at - handle._pool.epoch) / DUST) * DUST  # type: ignore[operator]
    return NEVER


def counted(counts: BatchCounts) -> tuple[int, ...]:
    """Return the counts as the model has them."""
    ended = counts.completed, counts.failed, counts.cancelled
    return counts.total, counts.waiting, counts.running, *ended
