"""The history of an engine: what is remembered of its finished tasks.

Every accepted task that ends is in it exactly once, however it ended. It is recorded before any
thread that waits for it wakes. An attempt that will be retried is not an end. The history is
bounded by number, age and bytes, and keeps no object of a task alive. Types that keep nothing are
left out; see ``keep=`` of `task`. With a journal it goes on with the tasks of earlier lives.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from chasqui import arguments, numbers
from chasqui.engine.failures.retention import Retention
from chasqui.engine.history.chunks import Chunks
from chasqui.engine.history.selection import HistoryPage, HistorySelection
from chasqui.keywords import hinting
from chasqui.pool.clock import Clock
from chasqui.pool.states import ENDED, TaskState

if TYPE_CHECKING:
    from chasqui.engine.history.earlier import EarlierTasks
    from chasqui.engine.history.entry import HistoryEntry
    from chasqui.engine.history.finished import Finished
    from chasqui.engine.metrics.samples import History


@hinting
class TaskHistory:
    """The finished tasks that are remembered, newest first. Any thread.

    Example: `chasqui-tui help history`.

    Args:
        chunks: where the tasks are recorded.
        past: returns the past of the metrics.
        earlier: finds tasks of earlier lives in the journal; None without one.
    """

    def __init__(
        self,
        chunks: Chunks,
        clock: Clock,
        past: Callable[..., History],
        earlier: EarlierTasks | None = None,
    ) -> None:
        self._kept = chunks
        self._earlier = earlier
        self._clock = clock
        self._past = past

    @property
    def _chunks(self) -> Chunks:
        if self._earlier is not None:
            self._earlier.load()
        return self._kept

    @property
    def retention(self) -> Retention:
        """How many tasks are kept, for how long, and in how many bytes."""
        return self._kept.retention

    @property
    def total(self) -> int:
        """How many tasks it has recorded, kept or not."""
        return self._chunks.total

    @property
    def revision(self) -> int:
        """A number that grows with every task."""
        return self._chunks.total

    def find(self, number: int) -> Finished | None:
        """Return the record of the finished task of this number, if it is kept.

        With a journal it is found as long as it is in the file.
        """
        from chasqui.engine.history.finished import describe

        entry = self._kept.find(arguments.number("number", number))
        if entry is None and self._earlier is not None:
            entry = self._earlier.find(number)
        return None if entry is None else describe(entry)

    def window(self, offset: int, limit: int) -> list[Finished]:
        """List at most ``limit`` tasks, newest first, from the ``offset``-th on."""
        from chasqui.engine.history.finished import describe

        offset, limit = numbers.count("offset", offset, 0), numbers.count("limit", limit, 0)
        return [describe(entry) for entry in self._chunks.window(offset, limit)[1]]

    def _entries(self, offset: int, limit: int) -> list[HistoryEntry]:
        """Return the entries of the same tasks, for readers who know some of them already."""
        return self._chunks.window(offset, limit)[1]

    def where(self, filter: str = "", **fields: object) -> HistorySelection:
        """Select tasks by a filter, and by fields of the filter language given as keywords.

        Parts of the filter that are not understood select all tasks, and are in the notes. A task
        that has expired is ``err=Expired``.

        Raises:
            ValueError: a field does not exist, or cannot have this value.
        """
        from chasqui.engine.filters.filter import parse, term
        from chasqui.engine.history.finished import READERS, describe

        terms = [term(field, value) for field, value in fields.items()]
        found = parse(arguments.text("filter", filter)).both(*terms)
        chosen = found.select(self._chunks.newest(), READERS, self._clock.time())
        return HistorySelection(found, tuple(map(describe, chosen)))

    def page(self, filter: str = "", *, before: int = 0, limit: int = 1000) -> HistoryPage:
        """List at most ``limit`` of the tasks that a filter matches, newest first.

        Tasks that end meanwhile do not shift pages: a cursor counts from the first that ended.

        Args:
            before: the ``cursor`` of the page before this one; 0 begins with the newest task.
        """
        from chasqui.engine.filters.filter import parse
        from chasqui.engine.history.finished import READERS, describe

        before, limit = numbers.count("before", before, 0), numbers.count("limit", limit)
        found = parse(arguments.text("filter", filter))
        total, entries = self._chunks.numbered()
        left = entries[max(0, total - before + 1) if before else 0 :]
        chosen = found.select(left, READERS, self._clock.time()) if found.terms else left
        cursor = 0
        if len(chosen) > limit:
            last = chosen[limit - 1]
            cursor = total - next(at for at, entry in enumerate(entries) if entry is last)
        return HistoryPage(tuple(map(describe, chosen[:limit])), cursor, found.notes, len(chosen))

    def counts(self) -> dict[TaskState, int]:
        """Return how many of the kept tasks ended in each state."""
        from chasqui.engine.history.finished import READERS

        found = Counter(READERS["state"](self._chunks.newest()))
        return {state: found[(state,)] for state in ENDED}

    def __iter__(self) -> Iterator[Finished]:
        from chasqui.engine.history.finished import describe

        return map(describe, self._chunks.newest())

    def __len__(self) -> int:
        return self._chunks.window(0, 0)[0]

    def __bool__(self) -> bool:
        return True  # it is there, even while it is empty

    def __repr__(self) -> str:
        return f"<TaskHistory of {len(self):,} tasks>"

    def __call__(
        self, *, type: str = "", pool: str = "", seconds: int = 1, rows: int = 600
    ) -> History:
        """Return the newest rows of the metrics of a type, of a pool, or else of the engine.

        This is the history of the metrics, not of single tasks.

        Args:
            seconds: how far apart the rows are: 1, 10 or 60. Of these, 600, 720 and 1440 are kept.

        Raises:
            ValueError: rows with this distance are not kept, or both a type and a pool are given.
        """
        return self._past(type=type, pool=pool, seconds=seconds, rows=rows)
