"""Parked tasks: those in a journal whose type is absent. They can be seen and cancelled.

Such a task never fails by itself and holds up no other; it runs once its type is there. Tasks that
wait in the file for room in their pool can be found and cancelled by number as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from chasqui.engine.journal.lots import COLUMNS, Lot
from chasqui.engine.journal.rows import OpenRow
from chasqui.engine.journal.schema import QUEUED, SCHEDULED
from chasqui.engine.journal.view import ParkedTask, ParkedType

if TYPE_CHECKING:
    from chasqui.engine.journal.feeding import JournalFeeder
    from chasqui.engine.journal.journal import Journal

SHOWN: Final = 20  # types
CHUNK: Final = 500  # tasks that are cancelled at once
WAITS: Final = "waits in the journal for room in its pool"

FIRST: Final = (
    "select * from (select id, priority from task where state = {state} and type = ? and pool is ?"
    " and epoch < ? order by priority desc, id limit ?)"
)
"""The first tasks of a lot, in order: as many as are needed, so that few are sorted."""


class ParkedTasks:
    """The tasks of earlier lives that are in the file only. Any thread."""

    def __init__(self, feeder: JournalFeeder, journal: Journal) -> None:
        self._feeder = feeder
        self._journal = journal

    @property
    def waiting(self) -> int:
        """How many tasks wait in the file for room in their pool."""
        return self._feeder.waiting

    @property
    def parked(self) -> int:
        """How many tasks wait in the file for their type."""
        return sum(map(len, self._feeder.parked_lots()))

    def parked_types(self) -> tuple[ParkedType, ...]:
        """Return the types with parked tasks, those with the most first; at most 20."""
        counts: Counter[tuple[str, str]] = Counter()
        for lot in self._feeder.parked_lots():
            if lot:
                counts[lot.type, lot.reason] += len(lot)
        most = sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:SHOWN]
        return tuple(ParkedType(type, count, reason) for (type, reason), count in most)

    def parked_rows(self, offset: int = 0, limit: int = 100) -> list[ParkedTask]:
        """Return parked tasks in order, the highest priority first, then by number.

        Raises:
            JournalUnavailable: the file cannot be read.
        """
        lots = [lot for lot in self._feeder.parked_lots() if lot]
        if not lots:
            return []
        parts, given = list[str](), list[Any]()
        for lot in lots:
            for state, line in ((QUEUED, lot.queued), (SCHEDULED, lot.scheduled)):
                if line:
                    parts.append(FIRST.format(state=state))
                    given += [lot.type, lot.pool, self._journal.epoch, offset + limit]
        chosen = f"{' union all '.join(parts)} order by 2 desc, 1 limit ? offset ?"
        sql = f"select {COLUMNS} from task where id in (select id from ({chosen}))"
        rows = self._rows(f"{sql} order by priority desc, id", *given, limit, offset)
        return [self._shown(row) for row in rows]

    def find(self, number: int) -> ParkedTask | None:
        """Return a task that is in the file only; None if this one is not."""
        for row in self._waiting([number]):
            if self._feeder.holds(row):
                return self._shown(row)
        return None

    def cancel(self, numbers: Iterable[int]) -> list[int]:
        """Cancel tasks that are in the file only, and return which.

        Others are in a pool by now, or have ended.
        """
        done: list[int] = []
        for some in _chunks(numbers):
            taken = self._feeder.withdraw(self._waiting(some))
            self._journal.withdrawn(taken)
            done += [row.number for row in taken]
        return done

    def _waiting(self, numbers: list[int]) -> list[OpenRow]:
        marks = ", ".join("?" * len(numbers))
        sql = f"select {COLUMNS} from task where id in ({marks}) and state < 10 and epoch < ?"
        return self._rows(f"{sql} order by id", *numbers, self._journal.epoch)

    def _rows(self, sql: str, *given: Any) -> list[OpenRow]:
        return [OpenRow(*row) for row in self._journal.read(sql, *given)]

    def _shown(self, row: OpenRow) -> ParkedTask:
        return ParkedTask(
            row.number,
            row.type,
            row.priority,
            row.attempt,
            row.created_us / 1e6,
            row.key,
            row.params,
            self._reason(row) or WAITS,
        )

    def _reason(self, row: OpenRow) -> str:
        lots = self._feeder.parked_lots()
        return next((lot.reason for lot in lots if is_of(row, lot)), "")


def is_of(row: OpenRow, lot: Lot) -> bool:
    """Tell whether a row is one of a lot."""
    return row.type == lot.type and row.pool == lot.pool


def _chunks(numbers: Iterable[int]) -> Iterator[list[int]]:
    waiting = sorted(set(numbers))
    for first in range(0, len(waiting), CHUNK):
        yield waiting[first : first + CHUNK]
