"""Lasting keys: what holds a key although no submission of this life of the engine does.

These are tasks of an earlier life: one that waits in the journal for room or for its type, and one
that has completed and still holds its key because of its cooldown. A task that is put back is not
among them: it claims its key before any thread can find it; see `Keys.adopt`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from chasqui import numbers
from chasqui.engine.journal.encoding import work_from
from chasqui.engine.journal.keeping import Keeper
from chasqui.engine.types.task_type import TaskType, is_typed
from chasqui.errors import BacklogFull, ChasquiError
from chasqui.pool.clock import Clock
from chasqui.pool.restoring import completed
from chasqui.pool.state import State
from chasqui.pool.task import Task
from chasqui.pool.work import Work

OPEN: Final = "select id from task where key = ? and state < 10"
DONE: Final = (
    "select type, params, attempt, created_us, started_us, finished_us, worker"
    " from task where id = ? and state = 10"
)


class JournalRows(Protocol):
    """What this needs of a journal."""

    def read(self, sql: str, *given: object) -> list[tuple[Any, ...]]:
        """Return all rows of a query; raises JournalUnavailable."""
        ...

    def flush(self) -> None:
        """Return when all that came before is on disk; raises JournalUnavailable."""
        ...

    def moved(self, task: Task) -> None:
        """Write down what a scheduled task does now, and when; raises JournalUnavailable."""
        ...


class LastingKeys:
    """The keys that earlier lives have left in a journal.

    Args:
        find: returns the task of a number that waits or runs in this life.
        type_of: returns a type by its full name; raises UnknownType.
        pool_of: returns the pool of a work, under what its submission says.
    """

    def __init__(
        self,
        journal: JournalRows,
        keeper: Keeper,
        find: Callable[[int], Task | None],
        type_of: Callable[[str], TaskType],
        pool_of: Callable[[Work, Mapping[str, Any]], State],
        clock: Clock,
    ) -> None:
        self._journal = journal
        self._keeper = keeper
        self._find = find
        self._type_of = type_of
        self._pool_of = pool_of
        self._clock = clock
        self._cooling: dict[str, tuple[float, int, float]] = {}
        keeper.part("cool", self._restore)

    def holder_of(self, key: str, pool: State, alike: Work | None) -> Task | None:
        """Return the completed task of an earlier life that holds a key; None if there is none.

        Args:
            pool: the one of the submission.
            alike: what a submission with ``debounce`` is to do: it takes the key over from a task
                of its type, as in one life.

        Raises:
            BacklogFull: a task that waits in the journal holds it.
            JournalUnavailable: the journal cannot be read.
        """
        if (cooling := self._cooling.get(key)) is not None:
            task = self._completed(key, *cooling)
            if task is not None and not _is_alike(task, alike, pool):
                return task
            self._cooling.pop(key, None)
            self._keeper.keep(f"cool {key}", lambda: None, wait=False)
        if self._in_journal(key):
            self._journal.flush()  # it may have ended just now
            if (number := self._in_journal(key)) is not None:
                raise BacklogFull(
                    f"the key {key!r} is held by task {number}, which waits in the journal until "
                    "there is room, or its type is there; try again then, or cancel it",
                    pool=pool.name,
                    waiting=1,
                )
        return None

    def cools(self, key: str, read: Callable[[], Any]) -> None:
        """Keep until when a completed task holds a key, by which number, for how long in all."""
        self._keeper.keep(f"cool {key}", read, wait=False)

    def moved(self, task: Task) -> None:
        """Write down that a submission has changed what a task does, and when."""
        self._journal.moved(task)

    def _in_journal(self, key: str) -> int | None:
        """Return the number of an open task of this key that is in the journal only."""
        for (number,) in self._journal.read(OPEN, key):
            if self._find(number) is None:
                return int(number)
        return None

    def _completed(self, key: str, until: float, number: int, cooldown: float) -> Task | None:
        now = self._clock.time()
        if not now < until <= now + cooldown:  # over, or the clock was set back by more than that
            return None
        for type, params, attempt, *moments, worker in self._journal.read(DONE, number):
            try:
                work = work_from(self._type_of(type), type, params)
            except ChasquiError:  # its type is gone, or takes other parameters now
                return None
            pool = self._pool_of(work, {})
            created, started, finished = (moment / 1e6 for moment in moments)
            return completed(pool, work, number, key, attempt, (created, started, finished), worker)
        return None

    def _restore(self, key: str, kept: Any) -> None:
        until, number, cooldown = kept
        self._cooling[key] = (
            numbers.finite("until", until),
            numbers.count("number", number),
            numbers.period("cooldown", cooldown),
        )


def _is_alike(task: Task, work: Work | None, pool: State) -> bool:
    return is_typed(work) and work.name == task.name and task._pool is pool
