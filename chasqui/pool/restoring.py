"""Restoring: putting back a task that an earlier process accepted and did not end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from chasqui import numbers as rules
from chasqui.arguments import flag, text
from chasqui.pool import commits, room, schedule
from chasqui.pool.ahead import list_ahead
from chasqui.pool.ending import settle
from chasqui.pool.freezing import locked_freeze, locked_thaw
from chasqui.pool.intake import check_lane
from chasqui.pool.lane import Lane
from chasqui.pool.numbering import Numbering
from chasqui.pool.state import Holder, State
from chasqui.pool.task import Particulars, Task
from chasqui.pool.waking import wake
from chasqui.pool.work import Work, check_work


def restore(
    self: Holder,
    work: Work,
    number: int,
    *,
    created: float,
    due: float | None = None,
    attempts: int = 0,
    priority: int = 0,
    time_limit: float | None = None,
    key: str | None = None,
    redelivered: bool = False,
    lane: Lane | None = None,
) -> Task:
    """Put a task back that an earlier process accepted, with the number that it had.

    It counts as accepted, and numbers given out later are higher. It waits in the backlog, or until
    ``due``. There is no wait for room, and a refusal does not count as a rejected submission. The
    observer does not hear that it is accepted, only what follows.

    Args:
        created, due: seconds since the epoch.
        attempts: how often it was started.
        redelivered: whether its next attempt may have run before, for `Context.redelivered`.

    Raises:
        BacklogFull: there is no room for it now.
        PoolClosed: the pool is stopping or stopped.
        ValueError: a task of this number waits or runs in this pool, or a value makes no sense.
        TypeError: it is not a work, or a value is of another kind.
    """
    pool = self._state
    check_work(work)
    check_lane(lane)
    number = rules.count("number", number)
    more = Particulars(rules.priority(priority))
    more.created = rules.finite("created", created) - pool.epoch
    more.due = None if due is None else rules.finite("due", due) - pool.epoch
    more.attempt = rules.count("attempts", attempts, 0)
    more.time_limit = None if time_limit is None else rules.period("time_limit", time_limit)
    more.key = None if key is None else text("key", key)
    more.redelivered = flag("redelivered", redelivered)
    return put_back(pool, Restored(work, number, more, lane))


class Restored(NamedTuple):
    """A task to put back."""

    work: Work
    number: int
    more: Particulars
    lane: Lane | None = None
    before: Callable[[Task], object] | None = None
    """Called with the task before any thread can find it."""


def put_back_many(pool: State, many: Sequence[Restored]) -> int:
    """Put tasks back in order, as many as there is room for, and return how many that are.

    Their moments are monotonic. A pool that accepts no more takes none.

    Raises:
        ValueError: a number is in use.
    """
    pool.check_fork()
    needs = [one for one in many if (one.more.due, one.more.time_limit) != (None, None)]
    if needs:
        pool.timer.start()
    now, default = pool.monotonic(), pool.default_lane
    # They have no context variables: those of their submitter have ended with their process.
    tasks = [Task(pool, one.work, None, now, one.lane or default) for one in many]
    for one, task in zip(many, tasks, strict=True):
        _describe(task, one, now)
    with pool.lock:
        count = _locked_put_back(pool, tasks)
    if pool.idle and not pool.waking:
        wake(pool)
    for one, task in zip(many[count:], tasks[count:], strict=True):
        if one.before is not None:
            _never_mind(pool, task, now)
    return count


def put_back(pool: State, one: Restored) -> Task:
    """Put a task back; see `restore` for what it raises."""
    found: list[Task] = []

    def keep(task: Task) -> None:
        found.append(task)
        if one.before is not None:
            one.before(task)

    if not put_back_many(pool, (one._replace(before=keep),)):
        if not pool.is_open:
            raise pool.closed()
        raise room.full(pool) if found[0]._more.due is None else schedule.full(pool)  # type: ignore[union-attr]
    return found[0]


def completed(
    pool: State,
    work: Work,
    number: int,
    key: str,
    attempts: int,
    moments: tuple[float, float, float],
    worker: str | None,
) -> Task:
    """Return the handle of a task that completed in an earlier process; its result is None.

    Args:
        moments: when it was accepted, started and ended, in seconds since the epoch.
    """
    created, started, ended = (moment - pool.epoch for moment in moments)
    task = Task(pool, work, None, created, pool.default_lane)
    task.number, task._claimed_at, task._ended_at = number, started, ended
    task._worker = worker or ""
    more = task._more = Particulars()
    more.key, more.attempt = key, attempts
    task.state = "completed"
    return task


def _describe(task: Task, one: Restored, now: float) -> None:
    """Make a task what it was."""
    more = task._more = one.more
    task.number = one.number
    if more.due is not None and more.due > now:
        task.state = "scheduled"
    else:
        # It has waited since then, although not in this process.
        since = more.created if more.due is None else more.due
        task._queued_at = now if since is None else min(now, since)
        more.due = None
    if one.before is not None:
        one.before(task)


def _never_mind(pool: State, task: Task, now: float) -> None:
    """Have a task that found no room after all hold nothing that it was given before."""
    task._ended_at = now
    task.state = "cancelled"
    settle(pool, task)


def _locked_put_back(pool: State, tasks: Sequence[Task]) -> int:
    """Decide as every acceptance does (see `chasqui.pool.commits`), for all in one turn.

    Workers rest meanwhile: the number of a task that one is about to start is in no list.
    """
    done: set[int] = set()
    waiting = tasks
    while waiting and pool.is_open:
        turn = locked_freeze(pool)
        try:
            fits = _locked_fitting(pool, waiting)
            # A signal handler may come between: then the rest is decided anew.
            undisturbed = _locked_put_in(pool, turn, fits, done)
        finally:
            locked_thaw(pool)
        if undisturbed:
            break
        waiting = [task for task in waiting if task.number not in done]
    return len(done)


def _locked_put_in(pool: State, turn: object, tasks: Sequence[Task], done: set[int]) -> bool:
    """Put tasks where they belong, each queue by one commit; False when it must be repeated."""
    numbering = pool.numbers or Numbering(pool.accepted + 1)
    queues: dict[tuple[Lane, int], list[Task]] = {}
    for task in tasks:
        if task.state == "scheduled":
            if not _locked_schedule(pool, turn, task, numbering):
                return False
            done.add(task.number)
        else:
            queues.setdefault((task._lane, task.priority), []).append(task)
    for (lane, priority), some in queues.items():
        queue = pool.backlog.queue(lane, priority)
        fresh = {task.number: task for task in some}
        numbers = list(fresh)
        numbering.jump(max(numbers))
        accepted = pool.accepted + len(numbers)
        if not (
            commits.number_by(pool, turn, numbering)
            and commits.accept(pool, turn, fresh, queue, numbers, accepted)
        ):
            return False
        done.update(numbers)
    return True


def _locked_schedule(pool: State, turn: object, task: Task, numbering: Numbering) -> bool:
    number, more = task.number, task._more
    assert more is not None and more.due is not None
    numbering.jump(number)
    # Before it is accepted: nothing can come between, and too early it does nothing.
    alarm = pool.timer.at(more.due, partial(schedule.come_due, pool, number))
    done = commits.number_by(pool, turn, numbering) and commits.schedule(
        pool, turn, number, task, more, alarm
    )
    if not done:
        pool.timer.forget(alarm)
    return done


def _locked_fitting(pool: State, tasks: Sequence[Task]) -> Sequence[Task]:
    """Return the first of these tasks, as far as there is room; refuse numbers in use."""
    _locked_check_numbers(pool, tasks)
    places = room.locked_room(pool)
    moments = pool.schedule_size - len(pool.scheduled)
    for at, task in enumerate(tasks):
        if task.state == "scheduled":
            moments -= 1
        else:
            places -= 1
        if places < 0 or moments < 0:
            return tasks[:at]
    return tasks


def _locked_check_numbers(pool: State, tasks: Sequence[Task]) -> None:
    numbers = {task.number for task in tasks}
    for place in (pool.queued, pool.scheduled, pool.reserved):
        for number in place.keys() & numbers:
            raise _in_use(pool, place[number])
    for other in (*pool.crew.running(), *list_ahead(pool)):
        if other.number in numbers:
            raise _in_use(pool, other)
    if len(numbers) < len(tasks):
        raise ValueError("two tasks to be put back have the same number")


def _in_use(pool: State, other: Task) -> ValueError:
    return ValueError(
        f"number {other.number} is in use: pool {pool.name!r} has a task of it that is "
        f"{other.state}"
    )
