"""Lots: the tasks of one type that wait in a journal, read in order and a chunk at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from heapq import heapify, heappop, heapreplace
from typing import Any, Final

from chasqui.engine.journal.rows import OpenRow
from chasqui.engine.journal.schema import QUEUED, SCHEDULED
from chasqui.errors import JournalUnavailable

CHUNK: Final = 500  # rows that are read at once
FIRST_CHUNK: Final = 16  # before it is known how large they are
CHUNK_CHARACTERS: Final = 2_000_000  # of parameters that are read at once, more or less
COLUMNS: Final = (
    "id, type, state, priority, attempt, interrupted, not_before_us, created_us, key, params,"
    " options, again, started_us, worker, pool"
)
OF_LOT: Final = (
    f"select {COLUMNS} from task where state = {QUEUED} and type = ? and pool is ? and epoch < ?"
)
SAME: Final = f"{OF_LOT} and priority = ? and id > ? order by id limit ?"
LOWER: Final = f"{OF_LOT} and priority < ? order by priority desc, id limit ?"
DUE: Final = (
    f"select {COLUMNS} from task where state = {SCHEDULED} and epoch < ? and type = ? and pool is ?"
    f" and (not_before_us, id) > (?, ?) order by not_before_us, id limit ?"
)
COUNTS: Final = (
    f"select type, pool, sum(queued), sum(due) from ("
    f"select type, pool, count(*) queued, 0 due from task where state = {QUEUED} group by 1, 2"
    f" union all select type, pool, 0, count(*) from task where state = {SCHEDULED} group by 1, 2"
    f") group by type, pool"
)
"""In two parts, so that each is answered from an index."""

Read = Callable[..., list[tuple[Any, ...]]]
Place = tuple[int, int]
"""What the tasks of a line are ordered by."""


def place_of(row: OpenRow) -> Place:
    """Return the place of a task: by its priority, or by its time if it is scheduled."""
    if row.state == SCHEDULED:
        return row.not_before_us, row.number
    return -row.priority, row.number


def is_due(row: OpenRow, now_us: int) -> bool:
    """Tell whether the time of a scheduled task has come."""
    return row.not_before_us <= now_us


class TaskLine:
    """Tasks that wait in the file, in order. Its owner guards it.

    Args:
        count: how many.
        fetch: returns at most so many rows that come after a place.
    """

    def __init__(self, count: int, fetch: Callable[[Place, int], list[tuple[Any, ...]]]) -> None:
        self._count = count
        self._fetch = fetch
        self._read_to: Place = (-(1 << 62), 0)
        self._rows: deque[OpenRow] = deque()
        self._gone: set[int] = set()  # cancelled, which the file may not say yet
        self._limit = FIRST_CHUNK

    def __len__(self) -> int:
        return self._count

    def head(self) -> OpenRow | None:
        """Return the first task, without taking it; raises JournalUnavailable."""
        while not self._rows and self._count:
            self._fill()
        return self._rows[0] if self._rows else None

    def take(self) -> None:
        """Take the head."""
        self._rows.popleft()
        self._count -= 1

    def give_back(self, row: OpenRow) -> None:
        """Put the task back that was taken last."""
        self._rows.appendleft(row)
        self._count += 1

    def holds(self, row: OpenRow) -> bool:
        """Tell whether one of these tasks is still to be taken."""
        if row.number in self._gone:
            return False
        return place_of(row) > self._read_to or any(row.number == one.number for one in self._rows)

    def withdraw(self, row: OpenRow) -> None:
        """Take a task out that it holds, wherever that waits."""
        self._gone.add(row.number)
        self._count -= 1
        self._rows = deque(one for one in self._rows if one.number != row.number)

    def _fill(self) -> None:
        try:
            rows = [OpenRow(*row) for row in self._fetch(self._read_to, self._limit)]
        except JournalUnavailable:
            self._limit = max(1, self._limit // 4)  # a slow disk may need too long for as many
            raise
        if not rows:
            self._count = 0  # they have been cancelled by something else
            return
        self._rows.extend(row for row in rows if row.number not in self._gone)
        self._read_to = place_of(rows[-1])
        largest = max(len(row.params) for row in rows)
        self._limit = min(CHUNK, max(1, CHUNK_CHARACTERS // largest))


class Lot:
    """Tasks of one type and one pool that wait in the file.

    Args:
        pool: the pool that their submission named; None: that of their type.
        queued: how many of them wait in the backlog.
        scheduled: how many wait for their time.
        epoch: that of this life. What it has written is not of an earlier one.
        read: returns the rows of a query.
    """

    def __init__(
        self, type: str, pool: str | None, queued: int, scheduled: int, epoch: int, read: Read
    ) -> None:
        self.type = type
        self.pool = pool
        self.queued = TaskLine(queued, self._fetch_queued)
        self.scheduled = TaskLine(scheduled, self._fetch_scheduled)
        self.reason = ""
        """Why it is parked; empty if it is not."""
        self._epoch = epoch
        self._read = read

    def __len__(self) -> int:
        return len(self.queued) + len(self.scheduled)

    def line_of(self, row: OpenRow) -> TaskLine:
        """Return the line that a task of this lot is or was in."""
        return self.scheduled if row.state == SCHEDULED else self.queued

    def _fetch_queued(self, after: Place, limit: int) -> list[tuple[Any, ...]]:
        of_lot, priority = (self.type, self.pool, self._epoch), -after[0]
        found = self._read(SAME, *of_lot, priority, after[1], limit)
        return found or self._read(LOWER, *of_lot, priority, limit)

    def _fetch_scheduled(self, after: Place, limit: int) -> list[tuple[Any, ...]]:
        return self._read(DUE, self._epoch, self.type, self.pool, *after, limit)


def take_first(
    lines: Sequence[TaskLine], most: int, until: int | None = None
) -> list[tuple[TaskLine, OpenRow]]:
    """Take the first tasks of several lines, in order.

    Args:
        until: the last place that is wanted, such as a time; None: any.

    Raises:
        JournalUnavailable: the file cannot be read, and nothing is taken.
    """
    taken: list[tuple[TaskLine, OpenRow]] = []
    try:
        _take_first(lines, most, until, taken)
    except BaseException:
        give_back(taken)
        raise
    return taken


def give_back(taken: Sequence[tuple[TaskLine, OpenRow]]) -> None:
    """Put tasks back where they were taken."""
    for line, row in reversed(taken):
        line.give_back(row)


def _take_first(
    lines: Sequence[TaskLine], most: int, until: int | None, taken: list[tuple[TaskLine, OpenRow]]
) -> None:
    if most < 1:
        return
    heads = [(place_of(row), at) for at, line in enumerate(lines) if (row := line.head())]
    heapify(heads)
    while heads and len(taken) < most:
        place, at = heads[0]
        line = lines[at]
        row = line.head()
        if row is None or (until is not None and place[0] > until):
            return
        taken.append((line, row))
        line.take()
        following = line.head()
        if following is None:
            heappop(heads)
        else:
            heapreplace(heads, (place_of(following), at))
