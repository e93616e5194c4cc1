"""Keys: at most one task with the same key waits or runs at a time, in whichever pool.

The lock of the index is the innermost of all: nothing is called, and no other lock is taken, while
it is held. If it were held while a pool accepts, a signal handler in the middle of a call to that
pool could wait for it forever. So a key is taken first, by an open claim. The claim is settled
after that, without this lock, by its maker or by another thread that finds it open; see `Claim`.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress

from chasqui import foreign, numbers
from chasqui.errors import BacklogFull, PoolClosed
from chasqui.pool import forking
from chasqui.pool.callbacks import OfGroup
from chasqui.pool.claim import Claim
from chasqui.pool.handles import is_left
from chasqui.pool.intake import close_claim
from chasqui.pool.state import State
from chasqui.pool.states import FINAL
from chasqui.pool.submission import Submission, accept
from chasqui.pool.task import Task


class KeyClaim(Claim):
    """The claim of a submission to a key.

    Args:
        pool: the pool that will run its task.
        submission: what the pool accepts for it, once.
    """

    __slots__ = ("key", "more", "pool", "submission")

    def __init__(self, key: str, pool: State, submission: Submission) -> None:
        super().__init__(pool.copy_variables() or None)
        if not foreign.is_a(key, str):
            raise TypeError(f"key must be a text, got {numbers.shown(key)}")
        (self.more,) = submission.particulars
        self.key = self.more.key = foreign.as_text(key)  # what another class hashes to may change
        self.pool = pool
        self.submission = submission._replace(claim=self)

    def settle(self) -> None:
        """Settle it: store its task here, or close it; raises as `accept`."""
        accept(self.pool, self.submission)


class Keys:
    """The claims that hold their key, until they are closed or their task is final or left."""

    def __init__(self) -> None:
        self._lock = threading.RLock()  # guards the index, and how many submissions a task is for
        forking.watch(self)
        self._holders: dict[str, KeyClaim] = {}

    def claim(self, mine: KeyClaim) -> Task | None:
        """Return the task that holds a key, perhaps that of this claim; None if there is no room.

        Raises:
            BacklogFull, PoolClosed: the claim was refused for good.
        """
        mine.more.callbacks = [OfGroup(self)]
        while True:
            holder = self._take(mine)
            if holder is mine:
                return self._settle(mine)
            if holder.task is None and not holder.closed:
                with suppress(BacklogFull, PoolClosed):  # its maker gets the error
                    holder.settle()
            elif (task := self._join(holder)) is not None:
                return task
            else:
                self._release(holder)

    def _settle(self, mine: KeyClaim) -> Task | None:
        try:
            mine.settle()
        finally:
            close_claim(mine.pool, mine)
            if mine.task is None:
                self._release(mine)
        if mine.task is None and mine.error is not None:
            raise mine.error  # another thread settled it and got the error
        return mine.task

    # No call comes between a look at the index and a change, so no signal handler does either.

    def _take(self, mine: KeyClaim) -> KeyClaim:
        """Return the claim that holds the key: this one, if none did."""
        with self._lock:
            if mine.key in self._holders:
                return self._holders[mine.key]
            self._holders[mine.key] = mine
            return mine

    def _join(self, holder: KeyClaim) -> Task | None:
        """Count a submission for the task of a claim, unless that is final or left by its pool."""
        task = holder.task
        left = task is not None and is_left(holder.pool, task)  # a call, so without the lock
        with self._lock:
            task = holder.task
            if task is None or task.state in FINAL or left:
                return None
            holder.more.submissions += 1
            return task

    def ended(self, task: Task) -> None:
        """Release the key of a final task."""
        self.all_ended((task,))

    def all_ended(self, tasks: Sequence[Task]) -> None:
        """Release the keys of final tasks."""
        for task in tasks:
            holder = self._holders.get(task.key or "")
            if holder is not None and holder.more is task._more:
                self._release(holder)

    def _release(self, claim: KeyClaim) -> None:
        with self._lock:
            if claim.key in self._holders and self._holders[claim.key] is claim:
                del self._holders[claim.key]
