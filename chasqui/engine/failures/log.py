"""The failure log: what failed, why, where and when, with its own retention.

It keeps the newest failures, bounded by number, age and bytes, each as text only. Its counts do not
depend on what is kept. Discarded failures are left out unless a filter names states, and go first.
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from os import PathLike
from typing import IO, TYPE_CHECKING, Any

from chasqui import arguments, numbers
from chasqui.engine.failures.failure import (
    NOT_KEPT,
    READERS,
    FailureState,
    describe,
    message_of,
    state_words,
)
from chasqui.engine.failures.failure import Failure as Failure
from chasqui.engine.failures.fingerprint import Origins, fold
from chasqui.engine.failures.groups import FailureGroup, GroupCounts, GroupTallies
from chasqui.engine.failures.kept import KeptFailures
from chasqui.engine.failures.memory import SharedTexts
from chasqui.engine.failures.retention import DAY, retention
from chasqui.engine.failures.retention import Retention as Retention
from chasqui.keywords import hinting
from chasqui.pool import forking
from chasqui.pool.clock import SYSTEM_CLOCK, Clock
from chasqui.pool.states import TaskState
from chasqui.pool.task import Task
from chasqui.pool.work import iterable

if TYPE_CHECKING:
    from chasqui.engine.failures.book import FailureBook
    from chasqui.engine.failures.outcome import Outcome, RetryOutcome
    from chasqui.engine.failures.retries import RetriedTasks
    from chasqui.engine.failures.selection import FailureSelection, What


@hinting
class FailureLog:
    """The newest failures, newest first, and the groups that all failures belong to.

    Args:
        keep: how many failures to keep, or a `Retention`. Example: `chasqui-tui help failures`.
    """

    def __init__(self, keep: int | Retention | None = None, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self.retention = retention("keep_failures", keep)
        self._clock = clock
        self._origins = Origins()
        self._lock = threading.Lock()  # guards all below
        forking.watch(self)
        self._index = KeptFailures()
        self._said = self._index.said
        self._order: deque[int] = deque()  # of those that are not discarded
        self._discarded: deque[int] = deque()
        self._shared = SharedTexts()
        self._tallies = GroupTallies()
        self._total = 0
        self._revision = 0
        self._book: FailureBook | None = None
        self._retried: RetriedTasks | None = None  # of the last retry

    # Recording

    def _keep_in(self, book: FailureBook) -> None:
        """Take up the failures of earlier lives of the engine, and keep those to come."""
        with self._lock:
            self._locked_read(book)

    @property
    def total(self) -> int:
        """How many failures it has recorded, kept or not."""
        return self._total

    @property
    def forgotten(self) -> int:
        """How many of them were counted in groups that have been dropped since."""
        return self._tallies.forgotten

    @property
    def revision(self) -> int:
        """A number that grows with every change of the log."""
        return self._revision

    def record(self, task: Task, said: Mapping[str, Any] | None = None) -> None:
        """Add the failure of a task, with the keywords of its submission that a retry repeats."""
        message = message_of(task)
        origin = self._origins.of(task.name, type(task.error), task._trace.steps)
        folded = fold(message)
        group = origin.fingerprint(folded)
        failure = describe(task, message, origin, group, self._shared.same)
        with self._lock:
            self._total += 1
            self._revision += 1
            self._locked_add(failure, self._tallies.count(failure, folded), said)
            if self._book is not None:
                self._book.add(task, failure, self._tallies.counted(failure, self._total), said)
            self._order.append(failure.number)
            self._locked_trim()

    # Looking

    def window(self, offset: int, limit: int) -> list[Failure]:
        """List at most ``limit`` failures, newest first, from the ``offset``-th on."""
        offset, limit = numbers.count("offset", offset, 0), numbers.count("limit", limit, 0)
        with self._lock:
            self._locked_trim()
            listed = islice(reversed(self._order), offset, offset + limit)
            return list(map(self._index.__getitem__, listed))

    def find(self, number: int) -> Failure | None:
        """Return the failure of the task of this number, if it is kept."""
        return self._index.get(arguments.number("number", number))

    def where(self, filter: str = "", **fields: object) -> FailureSelection:
        """Choose failures by a filter, and by values of its fields as keywords.

        Parts of the filter that are not understood select all failures, and are in the notes.

        Raises:
            ValueError: a field does not exist, or cannot have this value.
        """
        # Records and the grammar of filters are slow to import: when a program first asks.
        from chasqui.engine.failures.selection import FailureSelection
        from chasqui.engine.filters.filter import parse, term

        terms = [term(field, value) for field, value in fields.items()]
        found = parse(arguments.text("filter", filter)).both(*terms)
        kept = self._kept(discarded=found.names("state"))
        return FailureSelection(found, tuple(found.select(kept, READERS, self._clock.time())))

    def groups(self, filter: str = "") -> list[FailureGroup]:
        """List the groups, or those a filter matches, the group with the newest failure first."""
        from chasqui.engine.filters.filter import parse

        found = parse(arguments.text("filter", filter))
        now = self._clock.time()
        kept = found.select(self._kept(discarded=found.names("state")), READERS, now)
        counts = GroupCounts(kept)
        with self._lock:
            groups = self._tallies.read()
        if found.terms:
            examples = found.select([group.example for group in groups], READERS, now)
            fitting = {*counts.groups, *[failure.group for failure in examples]}
            groups = [group for group in groups if group.id in fitting]
        return [counts.filled(group) for group in groups]

    def counts(self) -> dict[FailureState, int]:
        """Return how many of the kept failures are in each state."""
        found = Counter([failure.state for failure in self._kept(discarded=True)])
        return {state: found[state] for state in ("new", "seen", "retried", "discarded")}

    def has_group(self, id: str) -> bool:
        """Tell whether a group has this id."""
        return self._tallies.find(arguments.text("id", id)) is not None

    @property
    def open_kinds(self) -> int:
        """How many kinds have a kept failure that is neither retried nor discarded."""
        with self._lock:
            self._locked_trim()
            return self._index.open_kinds

    def __iter__(self) -> Iterator[Failure]:
        return iter(self._kept())

    def __len__(self) -> int:
        return len(self._order)

    @property
    def last_retry(self) -> RetryOutcome | None:
        """What has become of the last retry in this life of the engine; None: none is left."""
        return None if self._retried is None else self._retried.read()

    # Marking

    def see(self, numbers: Iterable[int]) -> None:
        """Mark failures as seen."""
        for number in iterable("numbers", numbers):
            self.mark(arguments.number("numbers", number), "seen", among=("new",))

    def mark(
        self, number: int, state: FailureState, *, among: tuple[FailureState, ...]
    ) -> Failure | str:
        """Give a failure a state, and return it as it was before, or why that is not possible."""
        with self._lock:
            before = self._index.get(number)
            if before is None:
                return NOT_KEPT
            if before.state not in among:
                return state_words(before)
            self._locked_put(replace(before, state=state))
            return before

    def put(self, failure: Failure) -> bool:
        """Replace the failure with the same number; False when that is no longer kept."""
        with self._lock:
            kept = failure.number in self._index
            if kept:
                self._locked_put(failure)
            return kept

    def _settle(self, number: int, retried_as: int, state: TaskState) -> None:
        """Keep how the task ended that retries a failure, if the failure still says so."""
        with self._lock:
            before = self._index.get(number)
            if before is not None and before.retried_as == retried_as:
                self._locked_put(replace(before, retry_ended=state))

    def _ended(self, tasks: Iterable[Task], state: TaskState) -> None:
        """Settle what tasks of earlier lives have retried; with a journal, all ends come by."""
        awaited = {} if self._book is None else self._book.awaited
        for task in tasks if awaited else ():
            self._settle(awaited.pop(task.number, 0), task.number, state)

    def sort(self) -> None:
        """Sort failures by their states, once a series of marks is done."""
        with self._lock:
            self._revision += 1
            self._order, self._discarded = self._index.split()

    def export(self, file: str | PathLike[str] | IO[bytes], what: What) -> Outcome:
        """Write failures as lines that ``chasqui-tui run --jobs`` takes; see `selection.export`."""
        from chasqui.engine.failures.selection import export

        return export(self, file, what)

    def _kept(self, *, discarded: bool = False) -> list[Failure]:
        """Return the kept failures, newest first."""
        with self._lock:
            self._locked_trim()
            order = reversed(self._index if discarded else self._order)
            return list(map(self._index.__getitem__, order))

    def _locked_read(self, book: FailureBook) -> None:
        self._book = book
        self._revision += 1
        for failure, counted, said in book.read():
            self._total = max(self._total, counted.total)
            self._locked_add(failure, self._tallies.restore(failure, counted), said)
        self._tallies.forgotten = self._total - sum([one.count for one in self._tallies])
        self._order, self._discarded = self._index.split()
        self._locked_trim()

    def _locked_add(self, failure: Failure, example: Failure | None, said: Any) -> None:
        """Add a failure, which is the example of its group in place of the one before."""
        if example is not None and example.number not in self._index:
            self._locked_release(example)
        self._index.put(failure, said)
        self._shared.hold(failure)

    def _locked_release(self, failure: Failure) -> None:
        self._shared.release(failure)
        if self._book is not None:
            self._book.drop(failure)

    def _locked_put(self, failure: Failure) -> None:
        self._revision += 1
        self._index.put(failure)
        if self._book is not None:
            self._book.mark(failure)
        self._tallies.renew(failure)

    def _locked_trim(self) -> None:
        """Drop failures that are too many or too old."""
        keep, most = self.retention.keep, self.retention.keep_bytes
        oldest = self._clock.time() - self.retention.keep_days * DAY
        for queue in (self._discarded, self._order):
            while queue and (len(self._index) > keep or self._index[queue[0]].finished < oldest):
                self._locked_let_go(queue.popleft())
        while self._tallies.is_over():
            self._locked_forget()
        while self._shared.size > most:
            # Each group holds an example: those of many kinds must not displace all other failures.
            if len(self._index) > len(self._tallies):
                self._locked_let_go((self._discarded or self._order).popleft())
            else:
                self._locked_forget()

    def _locked_let_go(self, number: int) -> None:
        self._revision += 1
        gone = self._index.let_go(number)
        if not self._tallies.shows(gone):
            self._locked_release(gone)

    def _locked_forget(self) -> None:
        self._revision += 1
        example = self._tallies.forget()
        if example.number not in self._index:
            self._locked_release(example)
