"""Housekeeping: what the journal's thread does when there is nothing to write.

Finished tasks go by age and by number, the oldest first, with their failures; a task that is not
final never goes. They go in slices, each of which takes a few milliseconds, so that a submission
that comes meanwhile hardly waits. When nothing was written for a while, the log is copied into the
file and emptied.
"""

from __future__ import annotations

from typing import Final

from chasqui.engine.journal.crash import crash_at
from chasqui.engine.journal.store import Store
from chasqui.pool.clock import Clock

SLICE: Final = 2000  # rows: 2.5 ms
IDLE_SECONDS: Final = 5.0  # without a commit, after which the log is emptied
LOOK_SECONDS: Final = 60.0  # between two looks at the age of finished tasks
DAY: Final = 86_400.0


class Housekeeping:
    """Keeps the file of a journal small. Its steps are for the leader of commits only.

    Args:
        keep_days: for how many days finished tasks stay.
        keep_rows: how many of them stay.
    """

    def __init__(self, store: Store, clock: Clock, keep_days: float, keep_rows: int) -> None:
        self._store = store
        self._clock = clock
        self._keep_days = keep_days
        self._keep_rows = keep_rows
        self._seen = self._emptied = store.seq
        self._since = clock.monotonic()
        self._next_look = self._since + IDLE_SECONDS  # not while an engine starts
        self._counted_at = 0
        self._final: int | None = None  # finished tasks when they were counted

    def is_due(self, *, idle: bool) -> bool:
        """Whether `step` has something to do."""
        now = self._clock.monotonic()
        if self._store.seq != self._seen:
            self._seen, self._since = self._store.seq, now
        if not idle:
            return self._is_over_cap()
        return now >= self._next_look or self._is_over_cap() or self._is_log_due(now)

    def step(self) -> None:
        """Do one piece of what is due; raises sqlite3.Error."""
        now = self._clock.monotonic()
        if self._prune():
            return
        self._next_look = now + LOOK_SECONDS
        if self._is_log_due(now):
            self._store.checkpoint(patient=False)
            self._emptied = self._seen

    def _is_log_due(self, now: float) -> bool:
        return self._seen != self._emptied and now - self._since >= IDLE_SECONDS

    def _is_over_cap(self) -> bool:
        """Whether there are, as far as is known without counting, clearly too many rows."""
        if self._final is None:
            return False
        most = self._final + self._store.updates - self._counted_at
        return most > self._keep_rows + max(SLICE, self._keep_rows // 20)

    def _prune(self) -> bool:
        """Delete a slice of finished tasks; False when none is to go."""
        store = self._store
        if self._final is None or self._is_over_cap() or self._final <= self._keep_rows:
            self._final, self._counted_at = store.count_final(), store.updates
        before = int((self._clock.time() - self._keep_days * DAY) * 1e6)
        excess = min(SLICE, max(0, self._final - self._keep_rows))
        gone = store.prune(before, SLICE) or (excess and store.prune(None, excess))
        self._final -= gone
        if gone:
            self._emptied = -1
            crash_at("pruned")
        return bool(gone)
