"""Keys: at most one task with the same key waits or runs at a time, in whichever pool.

With ``debounce`` a task holds its key only while it waits for its time. Until then, each submission
replaces its parameters and moves its start; after that, the next submission makes a new task. With
``cooldown`` it holds its key for a while after it has completed.

The lock of the index is the innermost of all: nothing is called, and no other lock is taken, while
it is held. If it were held while a pool accepts, a signal handler in the middle of a call to that
pool could wait for it forever. So a key is taken first, by an open claim. The claim is settled
after that, without this lock, by its maker or by another thread that finds it open; see `Claim`.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from chasqui import foreign, numbers
from chasqui.engine.types.task_type import is_typed
from chasqui.pool import forking
from chasqui.pool.announcing import await_announced
from chasqui.pool.callbacks import OfGroup
from chasqui.pool.claim import Claim
from chasqui.pool.intake import close_claim
from chasqui.pool.schedule import move
from chasqui.pool.scope import without
from chasqui.pool.state import State
from chasqui.pool.states import FINAL
from chasqui.pool.submission import Submission, accept
from chasqui.pool.task import Task
from chasqui.pool.waiters import is_left

if TYPE_CHECKING:
    from chasqui.engine.submission.lasting import LastingKeys


class KeyClaim(Claim):
    """The claim of a submission to a key.

    Args:
        pool: the pool that will run its task.
        submission: what the pool accepts for it, once.
    """

    __slots__ = ("cooldown", "debounce", "key", "more", "pool", "submission")

    def __init__(
        self,
        key: str,
        pool: State,
        submission: Submission,
        debounce: float | None = None,
        cooldown: float | None = None,
    ) -> None:
        super().__init__(without(pool.copy_variables()))
        if not foreign.is_a(key, str):
            raise TypeError(f"key must be a text, got {numbers.shown(key)}")
        (self.more,) = submission.particulars
        self.key = self.more.key = foreign.as_text(key)  # what another class hashes to may change
        self.pool = pool
        self.submission = submission._replace(claim=self)
        self.debounce = debounce
        self.cooldown = cooldown
        if cooldown is not None:
            pool.timer.start()  # it will release the key

    def settle(self) -> None:
        """Settle it: store its task here, or close it; raises as `accept`."""
        accept(self.pool, self.submission)

    def cools(self) -> bool:
        """Whether its task has completed and still holds the key, because of its cooldown."""
        task = self.task
        if task is None or self.cooldown is None or task.state != "completed":
            return False
        return self.pool.monotonic() < task._ended_at + self.cooldown


class Keys:
    """The claims that hold their key, until they are closed or their task is final or left."""

    def __init__(self) -> None:
        self.lasting: LastingKeys | None = None
        """The keys that earlier lives of the engine have left; None without a journal."""
        self._lock = threading.RLock()  # guards the index, and how many submissions a task is for
        forking.watch(self)
        self._holders: dict[str, KeyClaim] = {}

    def claim(self, mine: KeyClaim) -> Task | None:
        """Return the task that holds a key, perhaps that of this claim; None if there is no room.

        Raises:
            BacklogFull, PoolClosed: the claim was refused for good.
            JournalUnavailable: what it changed could not be written.
        """
        mine.more.callbacks = [OfGroup(self)]
        while True:
            if self.lasting is not None and mine.key not in self._holders:
                (work,) = mine.submission.works
                alike = None if mine.debounce is None else work
                task = self.lasting.holder_of(mine.key, mine.pool, alike)
                if task is not None:
                    return task
            holder = self._take(mine)
            if holder is mine:
                return self._settle(mine)
            if holder.task is None and not holder.closed:
                _settle_for_maker(holder)
            elif mine.debounce is not None and _is_alike(holder, mine):
                if (task := self._move(holder, mine, mine.debounce)) is not None:
                    return task
                self._give_up(holder)  # it has begun: the next has its own task
            elif (task := self._join(holder)) is not None:
                return task
            else:
                self._give_up(holder)

    def adopt(self, pool: State, task: Task, cooldown: float | None) -> None:
        """Have a task of an earlier life hold its key, before any thread can find it."""
        more = task._more
        assert more is not None and more.key is not None
        submission = Submission((task.work,), (more,), task._lane)
        claim = KeyClaim(more.key, pool, submission, None, cooldown)
        claim.task = task
        more.callbacks = [OfGroup(self)]
        with self._lock:
            other = self._holders.get(claim.key)
            # A later task of the key has taken it over from an earlier one that had begun.
            if other is None or other.task is None or other.task.number < task.number:
                self._holders[claim.key] = claim

    def cooldown_of(self, task: Task) -> float | None:
        """Return for how long a task holds its key once it has completed."""
        holder = self._holders.get(task.key or "")
        return None if holder is None or holder.more is not task._more else holder.cooldown

    def cooling(self, key: str) -> tuple[float, int, float] | None:
        """Return until when a completed task holds a key, its number, and for how long in all."""
        holder = self._holders.get(key)
        if holder is None or holder.task is None or holder.cooldown is None or not holder.cools():
            return None
        until = holder.task._ended_at + holder.cooldown
        return until + holder.pool.epoch, holder.task.number, holder.cooldown

    def _settle(self, mine: KeyClaim) -> Task | None:
        try:
            mine.settle()
            if mine.task is not None:  # another thread may have settled it
                await_announced(mine.pool, mine.task)
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

    def _move(self, holder: KeyClaim, mine: KeyClaim, delay: float) -> Task | None:
        """Have the task of a claim do the work of another; None if its time has come."""
        _await_announced(holder)
        task, (work,) = holder.task, mine.submission.works
        if task is None or not move(holder.pool, task, work, delay, mine):
            return None
        with self._lock:
            holder.more.submissions += 1
        if self.lasting is not None:
            self.lasting.moved(task)
        return task

    def _join(self, holder: KeyClaim) -> Task | None:
        """Count a submission for the task of a claim, unless that is over or left by its pool."""
        _await_announced(holder)
        task = holder.task
        left = task is not None and is_left(holder.pool, task)  # calls, so without the lock
        cools = holder.cools()
        with self._lock:
            task = holder.task
            if task is None or (task.state in FINAL and not cools) or left:
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
            if holder is None or holder.more is not task._more:
                continue
            if holder.cools() and holder.cooldown is not None:
                until = task._ended_at + holder.cooldown
                holder.pool.timer.at(until, partial(self._give_up, holder))
                self._keep_cooling(holder)
            else:
                self._release(holder)

    def _give_up(self, holder: KeyClaim) -> None:
        """Release the key of a claim that a later submission or its cooldown has ended."""
        self._release(holder)
        if holder.cooldown is not None:
            self._keep_cooling(holder)

    def _keep_cooling(self, holder: KeyClaim) -> None:
        if self.lasting is not None:
            self.lasting.cools(holder.key, partial(self.cooling, holder.key))

    def _release(self, claim: KeyClaim) -> None:
        with self._lock:
            if claim.key in self._holders and self._holders[claim.key] is claim:
                del self._holders[claim.key]


def _settle_for_maker(holder: KeyClaim) -> None:
    """Settle the claim of another thread, which gets the error if it is refused."""
    try:
        holder.settle()
    except Exception as error:
        if holder.error is not error:
            raise


def _await_announced(holder: KeyClaim) -> None:
    """Wait until it is certain that the task of a claim was accepted."""
    if holder.task is not None:
        await_announced(holder.pool, holder.task)


def _is_alike(holder: KeyClaim, mine: KeyClaim) -> bool:
    """Whether the task of a claim can do the work of another: of the same type and pool."""
    (one,), (other,) = holder.submission.works, mine.submission.works
    if not (is_typed(one) and is_typed(other)):
        return False
    return holder.pool is mine.pool and one.name == other.name


def held_for(
    key: str | None,
    debounce: float | None,
    cooldown: float | None,
    delay: float | None,
    at: datetime | None,
) -> tuple[float | None, float | None]:
    """Check ``debounce`` or ``cooldown``, which extend or limit how long a task holds its key."""
    word = "cooldown" if debounce is None else "debounce"
    if key is None:
        raise ValueError(f'{word}= goes with key=, such as key="user-7"')
    if debounce is None:
        return None, numbers.period("cooldown", cooldown)
    if cooldown is not None:
        raise ValueError("give debounce= or cooldown=, not both")
    if delay is not None or at is not None:
        other = "delay" if delay is not None else "at"
        raise ValueError(f"give debounce= or {other}=, not both: each says when the task starts")
    return numbers.period("debounce", debounce), None
