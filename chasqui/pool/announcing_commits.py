"""Commits of announcing: what is stored as tasks are reserved, let go or taken back.

They follow the rules of `chasqui.pool.commits`, and tests/pool/test_commits.py reads this file too.
"""

from __future__ import annotations

from collections.abc import Sequence

from chasqui.pool.claim import Claim
from chasqui.pool.lane import Queue
from chasqui.pool.notice import Notice
from chasqui.pool.state import State
from chasqui.pool.task import Particulars, Task


def reserve(
    pool: State,
    turn: object,
    reserved: dict[int, Task],
    accepted: int,
    claim: Claim | None,
    notice: Notice,
    tasks: Sequence[Task],
    task: Task,
) -> bool:
    """Accept tasks that no worker finds yet, and settle the claim by ``task`` if there is one.

    ``reserved`` are all that are reserved then, and ``accepted`` is the new count.
    """
    if not (pool.is_open and pool.turn is turn) or (
        claim is not None and (claim.task is not None or claim.closed)
    ):
        return False
    pool.reserved = reserved
    pool.accepted = accepted
    notice.tasks = tasks
    if claim is not None:
        claim.task = task
    return True


def publish(
    pool: State,
    turn: object,
    fresh: dict[int, Task],
    rest: dict[int, Task],
    queue: Queue,
    numbers: list[int],
    notice: Notice,
    dropped: Sequence[Task],
) -> bool:
    """Move reserved tasks to the backlog; ``rest`` stay reserved.

    They are in both before they are in one. The queue is last, as in `accept`. ``dropped`` are
    those of the notice that were cancelled.
    """
    if pool.turn is not turn:
        return False
    notice.is_open = False
    notice.dropped = dropped
    pool.queued |= fresh
    pool.reserved = rest
    queue += numbers
    return True


def arm(
    pool: State,
    turn: object,
    more: Particulars,
    alarm: int,
    notice: Notice,
    dropped: Sequence[Task],
) -> bool:
    """Give a scheduled task that was announced its alarm; it is in ``dropped`` if cancelled."""
    if pool.turn is not turn:
        return False
    notice.is_open = False
    notice.dropped = dropped
    more.alarm = alarm
    return True


def retract(
    pool: State,
    turn: object,
    notice: Notice,
    rest: dict[int, Task],
    back: Sequence[Task],
    count: int,
    refused: int,
    dropped: Sequence[Task],
    claim: Claim | None,
    error: Exception | None,
) -> bool:
    """Have ``count`` reserved tasks never have been accepted; ``rest`` stay reserved.

    ``accepted`` only grows, because it gives numbers. The claim is first:
    a thread that no longer finds the task reserved must find it closed.
    """
    if pool.turn is not turn:
        return False
    if claim is not None:
        claim.closed = True
        claim.error = error
        claim.task = None
    notice.is_open = False
    notice.dropped = dropped
    notice.back = back
    pool.reserved = rest
    pool.retracted += count
    pool.rejected += refused
    return True


def retract_scheduled(
    pool: State,
    turn: object,
    task: Task,
    notice: Notice,
    claim: Claim | None,
    error: Exception | None,
) -> bool:
    """Have a task that waits for its time never have been accepted, as `retract` does."""
    if pool.turn is not turn:
        return False
    if claim is not None:
        claim.closed = True
        claim.error = error
        claim.task = None
    notice.is_open = False
    notice.back = (task,)
    lane, number = task._lane, task.number
    lane.scheduled -= 1
    del pool.scheduled[number]
    pool.retracted += 1
    pool.rejected += 1
    return True
