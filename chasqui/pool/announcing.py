"""Announcing: how the observer hears of accepted tasks before a worker can take them.

Where the observer wants every acceptance, a task is accepted in two steps. First it is reserved: it
has its number and its place, it counts as accepted and queued, and it can be cancelled, but no
worker finds it. Then the observer is called, with no lock held, and the task goes into the backlog.
If the observer raises, the task is taken back; see `chasqui.pool.retracting`.

A pool that drains waits for what is reserved, unless the thread that is to announce it is the very
one that shuts the pool down, in a signal handler: then it goes into the backlog at once.

A task that is cancelled while it is announced is final at once, but the observer hears of its end
only after it has heard of the task: from the announcing thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import starmap

from chasqui.errors import ChasquiError
from chasqui.pool import announcing_commits, commits
from chasqui.pool.claim import Claim
from chasqui.pool.dropping import see_to_dropped, settle_dropped
from chasqui.pool.handles import locked_wake
from chasqui.pool.lane import Lane
from chasqui.pool.notice import Notice, is_told_here, notices_here
from chasqui.pool.reporting import JOURNAL
from chasqui.pool.retracting import retract
from chasqui.pool.room import locked_await_room_for, locked_free
from chasqui.pool.schedule import enter_later, is_announced, locked_arm
from chasqui.pool.state import State
from chasqui.pool.task import Particulars, Task
from chasqui.pool.waking import wake
from chasqui.pool.work import Work


def announce(
    pool: State, tasks: Sequence[Task], timeout: float | None, claim: Claim | None = None
) -> None:
    """Accept tasks of one priority in order, each reported before it can start.

    What enters at once is reported in one call. For a claim there is one task, which is accepted
    unless the claim is settled; without room the claim is closed.

    Raises:
        BacklogFull, PoolClosed, WouldDeadlock: it stopped early; the error's ``accepted`` holds the
            tasks that got in.
        whatever the observer raises: the rest was taken back; ``accepted`` as above, if the error
            is a `ChasquiError` that has it.
    """
    deadline = None if timeout is None else pool.monotonic() + timeout
    done = 0
    here = notices_here()
    while done < len(tasks):
        notice = Notice(claim)
        here.append(notice)
        try:
            with pool.lock:
                _locked_reserve(pool, notice, tasks, done, deadline)
            if not notice.tasks:
                return  # the claim is settled
            _tell(pool, notice)
            publish(pool, notice)
            _raise_returned(notice)
        except BaseException as error:
            _clear_up(pool, notice, len(tasks) - done, error)
            refused = bool(notice.tasks) and not notice.heard
            if refused and isinstance(error, ChasquiError) and hasattr(error, "accepted"):
                error.accepted = tuple(tasks[:done])
            raise
        finally:
            if not notice.is_settled:
                _clear_up(pool, notice, len(tasks) - done)  # that was interrupted
            del here[here.index(notice) :]
        done += len(notice.tasks)


def schedule(
    pool: State,
    work: Work,
    delay: float,
    more: Particulars,
    lane: Lane | None,
    claim: Claim | None,
) -> Task:
    """Accept a piece of work that starts in ``delay`` seconds, reported before it can.

    Raises:
        BacklogFull, PoolClosed: as `enter_later`.
        whatever the observer raises: the task was taken back.
    """
    notice = Notice(claim, later=True)
    here = notices_here()
    here.append(notice)
    try:
        task = enter_later(pool, work, delay, more, lane, notice)
        if notice.tasks:  # else it was not to be announced, or its claim was settled before
            _tell(pool, notice)
            _arm(pool, notice)
            _raise_returned(notice)
    except BaseException as error:
        _clear_up(pool, notice, 1, error)
        raise
    finally:
        if not notice.is_settled:
            _clear_up(pool, notice, 1)
        del here[here.index(notice) :]
    return task


def await_announced(pool: State, task: Task) -> None:
    """Wait until the observer has heard of a task, unless it is this thread that tells it.

    Afterwards the task may have been taken back: then its claim is closed.
    """
    with pool.lock:
        _locked_await_announced(pool, task)


def _locked_await_announced(pool: State, task: Task) -> None:
    while is_announced(pool, task) and pool.ledger is None and not is_told_here(task):
        wake = locked_wake(pool, task)
        pool.turn = None  # others may do anything meanwhile; see `chasqui.pool.commits`
        pool.clock.wait(wake, None)


def _tell(pool: State, notice: Notice) -> None:
    """Have the observer hear of tasks; raises what it raises.

    That it has returned is noted by the same C code that calls it, so no interrupt comes between.
    """
    if pool.observer is not None:
        notice.heard.extend(starmap(pool.observer.accepted, ((notice.tasks,),)))


def _raise_returned(notice: Notice) -> None:
    """Raise what the observer has returned to be raised once the tasks are in."""
    if notice.heard and notice.heard[0] is not None:
        (error,) = notice.heard
        if isinstance(error, BaseException):
            raise error


def publish(pool: State, notice: Notice) -> None:
    """Put reserved tasks into the backlog, those that were not cancelled meanwhile."""
    with pool.lock:
        locked_publish(pool, notice)
    if pool.idle and not pool.waking:
        wake(pool)
    _see_to_dropped(pool, notice)


def locked_publish(pool: State, notice: Notice) -> None:
    """Put reserved tasks into the backlog, once."""
    while notice.is_open:
        turn, tasks = commits.take_turn(pool), notice.tasks
        fresh = {task.number: task for task in tasks if task.number in pool.reserved}
        reserved = pool.reserved.copy()  # a handler may cancel in the middle of this
        rest = {number: task for number, task in reserved.items() if number not in fresh}
        dropped: Sequence[Task] = ()
        if len(fresh) < len(tasks):
            dropped = [task for task in tasks if task.number not in fresh]
        numbers = list(fresh)
        queue = pool.backlog.queue(tasks[0]._lane, tasks[0].priority)
        announcing_commits.publish(pool, turn, fresh, rest, queue, numbers, notice, dropped)
    _locked_wake_joined(notice)


def locked_publish_own(pool: State) -> None:
    """Let start what the calling thread is in the middle of announcing, for a drain.

    A journal must have heard of a task before it starts. While that is not certain, the drain does
    not wait for it, and leaves it.
    """
    for notice in notices_here():
        if notice.tasks and notice.tasks[0]._pool is pool:
            if JOURNAL in pool.watched_for and not notice.heard:
                pool.unawaited |= {task.number for task in notice.tasks}
            elif notice.later:
                locked_arm(pool, notice)
            else:
                locked_publish(pool, notice)


def _clear_up(
    pool: State, notice: Notice, refused: int, error: BaseException | None = None
) -> None:
    """Take back what the observer has not heard of; what it has heard of is in.

    Without effect the second time, unless the first was interrupted.

    Args:
        refused: how many submissions get the error.
        error: what they get; None if that was lost in the interrupt.
    """
    if notice.heard and notice.later:
        _arm(pool, notice)
    elif notice.heard:
        publish(pool, notice)
    elif notice.tasks:
        retract(pool, notice, refused, error)


def _arm(pool: State, notice: Notice) -> None:
    """Give a scheduled task its alarm, unless it was cancelled meanwhile."""
    with pool.lock:
        locked_arm(pool, notice)
        _locked_wake_joined(notice)
    _see_to_dropped(pool, notice)


def _see_to_dropped(pool: State, notice: Notice) -> None:
    """Report those that were cancelled while they were announced, once."""
    told: list[object] = []
    dropped, notice.dropped = notice.dropped, ()
    try:
        see_to_dropped(pool, dropped, told)
    except BaseException:  # from a signal handler
        settle_dropped(pool, dropped, told)
        raise


def _locked_wake_joined(notice: Notice) -> None:
    """Wake those that wait until the task of a claim was announced."""
    for task in notice.tasks if notice.claim is not None else ():
        if task._more is not None and task._more.wake is not None:
            task._more.wake.notify_all()


def _locked_reserve(
    pool: State, notice: Notice, tasks: Sequence[Task], done: int, deadline: float | None
) -> None:
    """Reserve as many tasks as there is room for, from ``done`` on; none if the claim is settled.

    Of a claim there is one task.
    """
    claim = notice.claim
    while not notice.tasks:
        if claim is None:
            locked_await_room_for(pool, tasks, done, deadline)
        elif claim.task is not None or claim.closed:
            return
        turn = commits.take_turn(pool)
        first = pool.accepted + 1
        # Less than no room is there when tasks have come back from the schedule to a full backlog.
        count = max(0, min(locked_free(pool), len(tasks) - done)) if pool.is_open else 0
        numbers = list(range(first, first + count))
        if pool.numbers is not None:
            numbers = [pool.numbers.take() for _ in numbers]
        chunk = tasks[done : done + count]
        for task, number in zip(chunk, numbers, strict=True):
            task.number = number
        reserved = {**pool.reserved, **dict(zip(numbers, chunk, strict=True))}
        accepted = pool.accepted + count
        if claim is not None and not count:
            commits.close_claim(pool, claim)
        elif count:
            announcing_commits.reserve(
                pool, turn, reserved, accepted, claim, notice, chunk, tasks[done]
            )
