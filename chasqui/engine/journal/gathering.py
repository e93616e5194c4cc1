"""Gathering: what waits to be written, and what of it the next commit writes.

Any thread appends, a signal handler in the middle of that as well: each append is one call of C
code. Only the leader of a commit takes off, and it may meet MemoryError or RecursionError anywhere:
what it writes is first copied, and is taken off when it has landed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from chasqui.engine.journal.rows import GroupCommit
from chasqui.pool.locks import new_lock, wake

FLUSH_ROWS: Final = 512
BATCH_ROWS: Final = 2048  # of one commit at most, so that it takes less than 50 ms


class Waiting:
    """Rows that a thread waits for until they are committed.

    Args:
        kept: names and rows of what is kept along with them, whole or not at all.
        is_flush: it waits for all updates that came before it.
    """

    __slots__ = (
        "done",
        "error",
        "has_landed",
        "is_abandoned",
        "is_flush",
        "is_settled",
        "kept",
        "rows",
        "undo",
    )

    def __init__(
        self,
        rows: Sequence[str] = (),
        undo: Callable[[], Sequence[str]] = tuple,
        kept: Sequence[tuple[str, str]] = (),
        *,
        is_flush: bool = False,
    ) -> None:
        self.rows = rows
        self.undo = undo
        self.kept = kept
        self.is_flush = is_flush
        self.done = new_lock()
        self.done.acquire()
        self.error: BaseException | None = None
        self.is_settled = False  # is it decided?
        self.has_landed = False  # is it on disk?
        self.is_abandoned = False  # has its thread gone on with an exception?

    def let_go(self) -> None:
        """Have the thread go on; twice is as once."""
        wake(self.done)


class TakenRows:
    """A copy of what a commit writes, and how much of it is still to be taken off the deques.

    Counts are lists, since taking one from a list needs no memory.
    """

    __slots__ = ("failures", "group", "kept", "priorities", "updates", "waiting")

    def __init__(
        self, group: GroupCommit, waiting: Sequence[Waiting], kept: int, priorities: int
    ) -> None:
        self.group = group
        self.waiting = waiting
        self.updates = [None] * len(group.updates)
        self.failures = [None] * len(group.failures)
        self.kept = [None] * kept
        self.priorities = [None] * priorities


class Unwritten(NamedTuple):
    """How many rows a closed journal could not write."""

    updates: int
    failures: int
    kept: int
    priorities: int


class Gathering:
    """What waits to be written, in the order in which it came."""

    def __init__(self) -> None:
        self.waiting: deque[Waiting] = deque()
        self.undone: deque[Waiting] = deque()
        self.updates: deque[str] = deque()
        self.failures: deque[str] = deque()
        self.kept: deque[tuple[str, str]] = deque()
        self.priorities: deque[tuple[int, str]] = deque()

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits to be written; failures wait for the next of the others."""
        return not (self.waiting or self.updates or self.kept or self.priorities or self.undone)

    @property
    def is_due(self) -> bool:
        """Whether a thread waits, or there are as many updates as are worth a commit."""
        return bool(self.waiting) or len(self.updates) >= FLUSH_ROWS

    def unwritten(self) -> Unwritten:
        """Say how much there is."""
        counted: tuple[deque[Any], ...] = self.updates, self.failures, self.kept, self.priorities
        return Unwritten(*[len(one) for one in counted])

    def take(self, seq: int) -> TakenRows | None:
        """Copy what the commit of this number writes; None for nothing."""
        while self.undone:
            self.updates.extend(self.undone[0].undo())  # twice would change nothing
            self.undone.popleft()
        threads: list[Waiting] = []
        accepts: list[str] = []
        self._drop_settled()
        for waiting in list(self.waiting):
            if len(accepts) >= BATCH_ROWS:
                break
            if not (waiting.is_settled or waiting.is_abandoned):
                threads.append(waiting)
                accepts += waiting.rows
        # After the submissions that wait: what came before these is written with them. Each deque
        # is copied by one call, since others append; an iterator made before would be an error.
        failures, kept, priorities = list(self.failures), list(self.kept), list(self.priorities)
        updates = list(self.updates)[:BATCH_ROWS]
        if len(updates) == BATCH_ROWS:
            threads = [one for one in threads if not one.is_flush]
        if not (threads or updates or failures or kept or priorities):
            return None
        along = [one for waiting in threads for one in waiting.kept]
        last = list(dict([*kept, *along]).values())  # of each name
        newest = list(dict(priorities).values())
        group = GroupCommit(seq, updates, accepts, failures, last, newest)
        return TakenRows(group, threads, len(kept), len(priorities))

    def _drop_settled(self) -> None:
        waiting = self.waiting
        while waiting and (waiting[0].is_settled or waiting[0].is_abandoned):
            waiting.popleft()

    def settle(self, taken: TakenRows) -> None:
        """Take off what has landed, and let those go on that wait for it."""
        # Counted first: an exception in between has an update written twice, and none not at all
        for queue, left in ((self.updates, taken.updates), (self.kept, taken.kept)):
            _take_off(queue, left)
        _take_off(self.failures, taken.failures)
        _take_off(self.priorities, taken.priorities)
        for waiting in taken.waiting:
            waiting.has_landed = waiting.is_settled = True
            if waiting.is_abandoned:
                self.undone.append(waiting)
            waiting.let_go()
        self._drop_settled()

    def fail(self, waiting: Sequence[Waiting], error: Exception) -> None:
        """Let those go on whose rows are not written."""
        for one in waiting:
            one.error = error
            one.is_settled = one.is_abandoned = True  # should it turn out to have landed
            one.let_go()
        self._drop_settled()


def _take_off(queue: deque[Any], left: list[None]) -> None:
    while left:
        left.pop()
        queue.popleft()
