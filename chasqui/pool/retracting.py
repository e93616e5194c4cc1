"""Retracting: taking back tasks that the observer has refused, as if they had never been accepted.

They are in no reading any more, neither as accepted nor as cancelled, and count as rejected. The
observer hears nothing of them. Their room is given to others that wait for it, and a claim that one
of them had settled is closed, with the error for those that share it.

A handle of such a task may have been found meanwhile (`Pool.find`). It says "cancelled", so that
nothing waits for it for ever. Tasks that were really cancelled while they were announced stay so,
and those that the ledger of a shutdown calls left stay left.
"""

from __future__ import annotations

from chasqui.pool import announcing_commits, commits
from chasqui.pool.ending import settle
from chasqui.pool.freezing import locked_rouse_all
from chasqui.pool.notice import Notice
from chasqui.pool.reporting import record_ended
from chasqui.pool.schedule import locked_review
from chasqui.pool.state import State


def retract(pool: State, notice: Notice, refused: int, error: BaseException | None) -> None:
    """Take back what is in no place where a worker may find it; may be repeated after an interrupt.

    Args:
        refused: how many submissions get the error: these, and those of the same batch that had not
            come to it.
        error: for the claim, if it is an `Exception`.
    """
    with pool.lock:
        if notice.later:
            _locked_retract_scheduled(pool, notice, error)
        else:
            _locked_retract(pool, notice, refused, error)
        _locked_give_room(pool, len(notice.back))
    _end_for_all(pool, notice)


def _locked_retract(pool: State, notice: Notice, refused: int, error: BaseException | None) -> None:
    for_claim = error if isinstance(error, Exception) else None
    while notice.is_open and pool.ledger is None:
        turn = commits.take_turn(pool)
        back = [task for task in notice.tasks if task.number in pool.reserved]
        numbers = {task.number for task in back}
        reserved = pool.reserved.copy()  # a handler may cancel in the middle of this
        rest = {number: task for number, task in reserved.items() if number not in numbers}
        dropped = [task for task in notice.tasks if task.number not in numbers]
        claim = notice.claim if back else None
        left = refused - len(dropped)
        announcing_commits.retract(
            pool, turn, notice, rest, back, len(back), left, dropped, claim, for_claim
        )


def _locked_retract_scheduled(pool: State, notice: Notice, error: BaseException | None) -> None:
    for_claim = error if isinstance(error, Exception) else None
    (task,) = notice.tasks
    while notice.is_open and pool.ledger is None and task._more is not None:
        turn = commits.take_turn(pool)
        if task.number in pool.scheduled:
            claim = notice.claim
            announcing_commits.retract_scheduled(pool, turn, task, notice, claim, for_claim)
        else:
            announcing_commits.arm(pool, turn, task._more, 0, notice, (task,))


def _locked_give_room(pool: State, count: int) -> None:
    """See to what fewer tasks mean to others."""
    pool.room.notify(count)
    if pool.stopping:
        locked_review(pool)
        locked_rouse_all(pool)


def _end_for_all(pool: State, notice: Notice) -> None:
    """Let those go that wait for these tasks; the observer never heard of them."""
    now = pool.monotonic()
    for task in notice.back:
        task._ended_at = now
        task.state = "cancelled"
        settle(pool, task)
    notice.back = ()
    record_ended(pool, notice.dropped, "cancelled")
    for task in notice.dropped:
        settle(pool, task)
    notice.dropped = ()
