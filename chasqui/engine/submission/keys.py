"""Keys: of the tasks with one key, at most one waits or runs at a time, in whichever pool.

The lock of the index is the innermost of all: nothing is called, and no other lock is taken, while
it is held. Were it held while a pool accepts, a signal handler in the middle of a call to that pool
could wait for it for ever. So a key is taken first, by an open claim; the claim is settled after
that, without this lock, by the thread that made it or by one that finds it open; see `Claim`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress

from chasqui import foreign, numbers
from chasqui.errors import BacklogFull, PoolClosed
from chasqui.pool import forking
from chasqui.pool.callbacks import OfGroup
from chasqui.pool.claim import Claim
from chasqui.pool.pool import Pool
from chasqui.pool.states import FINAL
from chasqui.pool.task import Particulars, Task


class KeyClaim(Claim):
    """The claim of a submission to a key.

    Args:
        pool: where its task is to run.
        more: the particulars of its task.
        accept: settles a claim there, or raises and has closed it.
    """

    __slots__ = ("accept", "key", "more", "pool")

    def __init__(
        self, key: str, pool: Pool, more: Particulars, accept: Callable[[Claim], object]
    ) -> None:
        super().__init__(pool.variables())
        if not foreign.is_a(key, str):
            raise TypeError(f"key must be a text, got {numbers.shown(key)}")
        self.key = more.key = foreign.as_text(key)  # what another class hashes to may change
        self.pool = pool
        self.more = more
        self.accept = accept


class Keys:
    """The claims that hold their key, until they are closed or nothing more comes of their task."""

    def __init__(self) -> None:
        self._lock = threading.RLock()  # guards the index, and how many submissions a task is for
        forking.watch(self)
        self._holders: dict[str, KeyClaim] = {}

    def claim(self, mine: KeyClaim) -> Task | None:
        """Return the task that holds a key, which may be of this claim; None when there is no room.

        Raises:
            BacklogFull, PoolClosed: the claim was refused for good.
        """
        mine.more.callbacks = [OfGroup(self)]
        while True:
            holder = self._take(mine)
            if holder is mine:
                return self._settle(mine)
            if holder.task is None and not holder.closed:
                with suppress(BacklogFull, PoolClosed):  # which the one who made it will be told
                    holder.accept(holder)
            elif (task := self._join(holder)) is not None:
                return task
            else:
                self._release(holder)

    def _settle(self, mine: KeyClaim) -> Task | None:
        try:
            mine.accept(mine)
        finally:
            mine.pool.close_claim(mine)
            if mine.task is None:
                self._release(mine)
        if mine.task is None and mine.error is not None:
            raise mine.error  # somebody else was told it in our stead
        return mine.task

    # No call comes between a look at the index and a change of it, and so no signal handler either.

    def _take(self, mine: KeyClaim) -> KeyClaim:
        """Return the claim that holds the key: this one, if there was none."""
        with self._lock:
            if mine.key in self._holders:
                return self._holders[mine.key]
            self._holders[mine.key] = mine
            return mine

    def _join(self, holder: KeyClaim) -> Task | None:
        """Count a submission for the task of a claim, unless that is final or left by its pool."""
        task = holder.task
        left = task is not None and holder.pool.is_left(task)  # asked without the lock: it calls
        with self._lock:
            task = holder.task
            if task is None or task.state in FINAL or left:
                return None
            holder.more.submissions += 1
            return task

    def ended(self, task: Task) -> None:
        """Give up the key of a task that is final."""
        self.all_ended((task,))

    def all_ended(self, tasks: Sequence[Task]) -> None:
        """Give up the keys of tasks that are final."""
        for task in tasks:
            holder = self._holders.get(task.key or "")
            if holder is not None and holder.more is task._more:
                self._release(holder)

    def _release(self, claim: KeyClaim) -> None:
        with self._lock:
            if claim.key in self._holders and self._holders[claim.key] is claim:
                del self._holders[claim.key]
