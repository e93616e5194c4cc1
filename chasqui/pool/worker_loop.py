"""The worker loop: how a worker takes tasks, ends them, falls idle and wakes.

`serve` is the path of every task, and takes no lock of the pool from one plain task to the next;
`chasqui.pool.state` says how readings are exact all the same.
"""

from __future__ import annotations

from typing import Final

from chasqui import loggers
from chasqui.pool import deadlock, trace
from chasqui.pool.ahead import locked_give_back
from chasqui.pool.backend import Perform, Worker
from chasqui.pool.ending import claim_end, finish, leave, settle
from chasqui.pool.freezing import locked_holds
from chasqui.pool.histogram import FOLD
from chasqui.pool.lane import Lane
from chasqui.pool.notified import is_notified
from chasqui.pool.recorder import UNRECORDED, Recording
from chasqui.pool.reporting import report_started, tell_ended
from chasqui.pool.room import give_room
from chasqui.pool.schedule import watch_limits
from chasqui.pool.state import State
from chasqui.pool.task import Task
from chasqui.pool.waking import hand_on, waits_for_work, watch_lanes

log = loggers.named("chasqui.pool")

OFTEN: Final = 63  # as a mask: every 64 tasks a worker looks at how much was recorded


def serve(pool: State, worker: Worker, perform: Perform) -> None:
    """Take tasks and perform them until there is nothing more for this worker to do."""
    backlog, monotonic, name = pool.backlog, pool.monotonic, worker.name
    pop, recorder, ahead = backlog.queued.pop, pool.recorder, worker.ahead
    entry, record = UNRECORDED
    recorded: Lane | None = None  # the lane whose tasks these record
    recordings: dict[Lane, Recording] = {}
    fresh = 0
    task = claim(pool, worker)
    while task is not None:
        tally = worker.tally
        add_wait, add_run, lane = tally.waits.append, tally.runs.append, tally.lane
        if lane is not recorded and recorder is not None:
            if lane not in recordings:
                recordings[lane] = recorder.of(lane, name)
            entry, record = recordings[lane]
            recorded = lane
            recorder.fold()
        while True:  # as long as the next is of the same lane, and nothing calls for care
            error = perform(task)
            now = monotonic()
            if task._more is not None or (
                error is not None and (pool.watches_failures or is_notified(task))
            ):
                worker.raised = error
                task = error = None  # they must not live on here while the worker sleeps
                task = _next_with_care(pool, worker)
                break
            if error is not None:
                task._trace = trace.capture(error)
                task._error = error
            # Not while moving: the observer may wait, as for a slow disk.
            if watches := pool.watches:
                task._ended_at = now
                tell_ended(pool, (task,), "completed")
            # Nor this: it may run code of a parameter or a result.
            known = None if entry is None else entry(task, now)
            worker.moving = True
            if worker.held:
                worker.moving = False
                task = error = None
                task = _next_with_care(pool, worker, told=watches)
                break
            task._ended_at = now
            add_run(now - task._claimed_at)
            if error is None:
                tally.completed = tally.completed + 1
                if known is not None:
                    record(known)
                task.state = "completed"
            else:
                error = None
                tally.failed += 1
                task.state = "failed"
            if task._more is not None:  # a waiter has come meanwhile
                worker.task = None
                leave(pool, worker)
                worker.moving = False
                settle(pool, task)
                task = None
                task = claim(pool, worker)
                break
            only = backlog.only
            if only is None:
                task = None
                task = _next_of_lanes(pool, worker)
                break
            try:
                task = ahead.popleft() if ahead else pop(only.popleft())
            except IndexError:
                worker.task = task = None
                worker.moving = False
                task = claim(pool, worker)
                break
            except KeyError:  # what came up was cancelled
                lane.shed.append(None)
                task = None
                task = _next_of_lanes(pool, worker)
                break
            worker.task = task
            task.state = "running"
            task._claimed_at = now
            task._worker = name
            add_wait(now - task._queued_at)
            if task._more is not None:
                _arm(pool, task)
            fresh += 1
            if fresh == FOLD:
                fresh = 0
                worker.tallies.fold()
            worker.moving = False
            if task._more is not None:
                _watch_limit(pool, task)
            if pool.watches:
                report_started(pool, task)
            if pool.room_wanted:
                give_room(pool)
            if not fresh & OFTEN and recorder is not None:
                recorder.fold()


def claim(pool: State, worker: Worker) -> Task | None:
    """Wait for a task and start it; None tells the worker to stop."""
    if worker.phase == "starting":
        deadlock.enter(pool, worker)
    with pool.lock:
        if pool.is_forked or worker not in pool.crew.workers:
            return None  # it was abandoned before it came to life, or is a copy in a child
        worker.enter("idle", pool.monotonic())
    while True:
        if (task := _take(pool, worker)) is not None:
            return task
        if worker.held:
            with pool.lock:  # a reading may be under way, and then this waits for its end
                worker.held = locked_holds(pool, worker)
                if worker.held and worker.ahead:
                    locked_give_back(pool, worker, worker.recall())
                    task = _begin(pool, worker) if worker.ahead else None
                if leaves := task is None and (worker.retired or pool.stopped):
                    worker.enter("stopping", pool.monotonic())  # from here on it cannot be recalled
            if task is not None:  # its body has begun before the worker was held
                _see_to_others(pool, task)
                return task
            if leaves:
                return None
            if not worker.held:
                continue
        if pool.stopping and not waits_for_work(pool):
            break
        _rest(pool, worker)
    worker.enter("stopping", pool.monotonic())
    return None


# The parts of a turn


def _take(pool: State, worker: Worker) -> Task | None:
    """Take the first task and start it, if there is one and the worker is not held."""
    worker.moving = True
    task = None if worker.held else _begin(pool, worker)
    worker.moving = False
    if task is not None:
        _see_to_others(pool, task)
    return task


def _next_of_lanes(pool: State, worker: Worker) -> Task | None:
    """Take the next of several lanes; the worker moves, and has counted what it ran."""
    leave(pool, worker)
    task = _begin(pool, worker)
    worker.moving = False
    if task is None:
        return claim(pool, worker)
    _see_to_others(pool, task)
    return task


def _begin(pool: State, worker: Worker) -> Task | None:
    """Take the first task that may start, and note that it has; the worker moves."""
    ahead = worker.ahead
    task = ahead.popleft() if ahead else pool.backlog.take(worker, pool.monotonic)
    worker.task = task
    if task is None:
        return None
    if worker.admitted is None:
        now = pool.monotonic()
    else:
        now = worker.admitted_at
        task._queued_at = min(now, task._queued_at)  # it came in after its lane had opened
    task.state = "running"
    task._claimed_at = now
    task._worker = worker.name
    tally = worker.tally = worker.tallies[task._lane]
    tally.waits.append(now - task._queued_at)
    if len(tally.waits) >= FOLD:
        tally.fold()
    if task._more is not None:
        _arm(pool, task)
    return task


def _see_to_others(pool: State, task: Task) -> None:
    """Do what a start means to others; not while moving, for it may wait."""
    if task._more is not None:
        _watch_limit(pool, task)
    if pool.watches or task._lane.watched:
        report_started(pool, task)
    if pool.room_wanted:
        give_room(pool)
    if pool.queued and pool.idle and not pool.waking:
        hand_on(pool)


def _arm(pool: State, task: Task) -> None:
    """Count an attempt that begins, and set when its time limit comes, if it has one."""
    more = task._more
    if more is None:
        return
    more.attempt += 1
    if more.time_limit is not None:
        more.deadline = task._claimed_at + more.time_limit


def _watch_limit(pool: State, task: Task) -> None:
    """See to it that a task's limit is looked at; not while moving, for it may wait."""
    more = task._more
    if more is not None and more.deadline is not None:
        watch_limits(pool, more.deadline + pool.limit_grace)


def _rest(pool: State, worker: Worker) -> None:
    """Sleep until roused, unless there is a reason not to."""
    idle = pool.idle
    idle.insert(0, worker)  # the first to be woken, and the first that is found below
    if pool.room_wanted and not pool.queue_size:
        give_room(pool)  # without a backlog, an idle worker is the room
    reason = (
        worker.retired
        or pool.stopped
        or (pool.stopping and not waits_for_work(pool))
        or (not pool.paused and pool.backlog.startable(pool.monotonic()))
    )
    if not reason:
        watch_lanes(pool)
        worker.parked.acquire()
    idle.remove(worker)
    pool.waking = False


def _next_with_care(pool: State, worker: Worker, *, told: bool = False) -> Task | None:
    """End a task with particulars or an error, or of a held worker, and claim another.

    Args:
        told: whether the observer knows of its end.
    """
    if pool.is_forked:
        return None
    task = worker.task
    if task is None or not claim_end(pool, worker, task):
        _late(pool, worker)
        return None
    if finish(pool, worker, task, told=told):
        worker.task = None
        settle(pool, task)
    task = None  # it must not live on in this frame while the worker sleeps
    # Without the lock, as long as nothing holds it: one that was given up is held for good. One
    # that was stuck is so no more, which is noted under the lock.
    following = _take(pool, worker) if worker.phase == "idle" else None
    return following or claim(pool, worker)


def _late(pool: State, worker: Worker) -> None:
    """Count the late end of an abandoned attempt."""
    with pool.lock:
        worker.result = None
        came_late = pool.crew.came_late(worker)
    if came_late:
        log.warning("pool %s: worker %s came back late", pool.name, worker.name)
