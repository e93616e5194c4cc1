"""Submissions: what an engine has a pool accept, in one record, however it is to be accepted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from chasqui.pool.announcing import schedule
from chasqui.pool.claim import Claim
from chasqui.pool.intake import enter
from chasqui.pool.lane import Lane
from chasqui.pool.state import State
from chasqui.pool.task import Particulars, Task
from chasqui.pool.work import Work


class Submission(NamedTuple):
    """Works of one lane and one priority, each with the particulars of its task."""

    works: Sequence[Work]
    particulars: Sequence[Particulars]
    lane: Lane | None = None
    timeout: float | None = None
    """Seconds to wait for room; None: as long as it takes."""
    delay: float | None = None
    """Seconds until they may start; None: now, and only then is there a wait for room."""
    claim: Claim | None = None
    """Where the task is stored as it is accepted, of one work; a settled claim accepts nothing."""
    offered: bool = False
    """Whether it does not wait, and what finds no room is not rejected; see `offering`."""


def accept(pool: State, submission: Submission) -> list[Task]:
    """Accept what is submitted, and return its tasks in order.

    Raises:
        BacklogFull, PoolClosed, WouldDeadlock: it stopped early; the error's ``accepted`` holds the
            tasks that got in. For a claim there is no wait, and no error for lack of room: it is
            closed.
    """
    works, many, lane, timeout, delay, claim, offered = submission
    if delay is None:
        return enter(pool, works, many, timeout, lane, claim, offered=offered)
    later = zip(works, many, strict=True)
    return [schedule(pool, work, delay, more, lane, claim) for work, more in later]
