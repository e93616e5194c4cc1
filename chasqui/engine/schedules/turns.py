"""Turns: which turn of each schedule was taken last, kept from one life of an engine to the next.

A turn is kept in the very commit that accepts its task. So a process that is killed in the middle
either has taken the turn, or finds it due at its next start: no turn has two tasks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from chasqui import numbers
from chasqui.engine.journal.keeping import Keeper
from chasqui.pool.task import Task

if TYPE_CHECKING:
    from chasqui.engine.journal.journal import Journal
    from chasqui.engine.schedules.plan import Entry, Plan

OPEN: Final = "select 1 from task where id = ? and state < 10"


class Turn(NamedTuple):
    """Up to which moment the turns of a schedule are over, and the task of the last one."""

    since: float
    last: int | None


class Turns:
    """The last turns of an engine's schedules; a schedule of another time begins afresh.

    Args:
        journal: where they are kept; None: nowhere.
        find: returns the task of a number that waits or runs.
    """

    def __init__(
        self, keeper: Keeper, journal: Journal | None, find: Callable[[int], Task | None]
    ) -> None:
        self._keeper = keeper
        self._journal = journal
        self._find = find
        self._kept: dict[str, tuple[Turn, list[str]]] = {}
        keeper.part("turn", self._restore)

    def of(self, plan: Plan) -> Turn | None:
        """Return the last turn of a schedule in an earlier life, once."""
        turn, times = self._kept.pop(plan.name, (None, None))
        return turn if times == _times(plan) else None

    def note(self, entry: Entry) -> None:
        """Keep the last turn of a schedule, soon."""
        name = f"turn {entry.plan.name}"

        def value() -> list[Any] | None:
            return None if entry.is_removed else _written(entry, entry.last)

        self._keeper.keep(name, value, wait=False)

    def forget(self, entry: Entry) -> None:
        """Keep no turn of a schedule that was removed, so that its name may be used again."""
        self._kept.pop(entry.plan.name, None)
        self.note(entry)

    @contextmanager
    def along(self, entry: Entry) -> Iterator[None]:
        """Have the last turn kept in the commit that accepts the next task of this thread."""
        if self._journal is None:
            yield
            return

        def value(tasks: Sequence[Task]) -> Any:
            return _written(entry, tasks[-1].number)

        with self._journal.along.keeping(f"turn {entry.plan.name}", value):
            yield

    def waiting(self, number: int) -> str | None:
        """Return the state of a task of an earlier life that has not ended; None if it has.

        Raises:
            JournalUnavailable: the journal cannot be read.
        """
        task = self._find(number)
        if task is not None:
            return None if task.done else task.state
        if self._journal is not None and self._journal.is_open:
            self._journal.flush()  # it may have ended just now
            if self._journal.read(OPEN, number):
                return "in the journal"
        return None

    def _restore(self, name: str, kept: Any) -> None:
        since, last, *times = kept
        last = None if last is None else numbers.count("last", last)
        self._kept[name] = Turn(numbers.finite("since", since), last), times


def _written(entry: Entry, last: int | None) -> list[Any]:
    return [entry.since, last, *_times(entry.plan)]


def _times(plan: Plan) -> list[str]:
    zone = plan.cron.zone
    return [plan.cron.text, zone.key if zone else ""]
