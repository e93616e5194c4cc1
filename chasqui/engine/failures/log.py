"""The failure log: what failed, why, where and when, with its own retention.

It keeps the newest failures, bounded by number, age and bytes, each as text only. The counts, of
all failures ever and of each group, do not depend on what is kept. Discarded failures are left out
unless a filter names states, and are dropped first when room is needed.
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from os import PathLike
from typing import IO, TYPE_CHECKING, Final

from chasqui import arguments, numbers
from chasqui.engine.failures.failure import NOT_KEPT, OPEN, READERS, FailureState, describe
from chasqui.engine.failures.failure import Failure as Failure
from chasqui.engine.failures.failure import first_line as first_line
from chasqui.engine.failures.failure import id_of as id_of
from chasqui.engine.failures.failure import message_of as message_of
from chasqui.engine.failures.failure import params_text as params_text
from chasqui.engine.failures.failure import remember as remember
from chasqui.engine.failures.fingerprint import Origins, fold
from chasqui.engine.failures.groups import FailureGroup, GroupTallies
from chasqui.engine.failures.memory import SharedTexts
from chasqui.pool import forking
from chasqui.pool.clock import SYSTEM_CLOCK, Clock
from chasqui.pool.task import Task
from chasqui.pool.work import iterable

if TYPE_CHECKING:
    from chasqui.engine.config.bounds import AtLeastOne, FailureBytes, MoreDays
    from chasqui.engine.failures.outcome import RemedyOutcome
    from chasqui.engine.failures.selection import FailureSelection, What

DAY: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Retention:
    """How many failures are kept, for how long, and in how many bytes; also the table [failures].

    Raises:
        ValueError: with these bounds nothing could be kept.
    """

    keep: AtLeastOne = 10_000
    keep_days: MoreDays = 7.0
    keep_bytes: FailureBytes = 64 * 1024 * 1024

    def __post_init__(self) -> None:
        exact = {
            "keep": numbers.count("keep", self.keep),
            "keep_days": _days(self.keep_days),
            "keep_bytes": numbers.count("keep_bytes", self.keep_bytes, numbers.SMALLEST_LOG),
        }
        for name, value in exact.items():
            object.__setattr__(self, name, value)


def _days(days: object) -> float:
    found = numbers.within("keep_days", days, 0, numbers.LONGEST_DAYS)
    if not found:
        raise ValueError(f"keep_days must be more than 0 days, got {numbers.shown(days)}")
    return found


class FailureLog:
    """The newest failures, newest first, and the groups that all failures belong to.

    Args:
        keep: how many failures to keep, or a `Retention` with count, age and bytes.
    """

    def __init__(self, keep: int | Retention | None = None, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self.retention = _retention(keep)
        self._clock = clock
        self._origins = Origins()
        self._lock = threading.Lock()  # guards all below
        forking.watch(self)
        self._index: dict[int, Failure] = {}  # in the order of their end
        self._order: deque[int] = deque()  # of those that are not discarded
        self._discarded: deque[int] = deque()
        self._shared = SharedTexts()
        self._tallies = GroupTallies()
        self._total = 0
        self._revision = 0

    # Recording

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

    def record(self, task: Task) -> None:
        """Add the failure of a task."""
        message = message_of(task)
        origin = self._origins.of(task.name, type(task.error), task._trace.steps)
        folded = fold(message)
        group = origin.fingerprint(folded)
        failure = describe(task, message, origin, group, self._shared.same)
        with self._lock:
            self._total += 1
            self._revision += 1
            example = self._tallies.count(failure, folded)
            if example is not None and example.number not in self._index:
                self._shared.release(example)
            self._index[failure.number] = failure
            self._order.append(failure.number)
            self._shared.hold(failure)
            self._locked_trim()

    # Looking

    def window(self, offset: int, limit: int) -> list[Failure]:
        """List at most ``limit`` failures, newest first, from the ``offset``-th on."""
        offset, limit = numbers.count("offset", offset, 0), numbers.count("limit", limit, 0)
        with self._lock:
            self._locked_trim()
            return self._locked_listed(islice(reversed(self._order), offset, offset + limit))

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
        counts = Counter([failure.group for failure in kept])
        closed = Counter([failure.group for failure in kept if failure.state not in OPEN])
        with self._lock:
            tallies = self._tallies.read()
        if found.terms:
            examples = found.select([tally.example for tally in tallies], READERS, now)
            fitting = {*counts, *[failure.group for failure in examples]}
            tallies = [tally for tally in tallies if tally.id in fitting]
        return [
            replace(tally, kept=counts[tally.id], open=counts[tally.id] - closed[tally.id])
            for tally in tallies
        ]

    def counts(self) -> dict[FailureState, int]:
        """Return how many of the kept failures are in each state."""
        found = Counter([failure.state for failure in self._kept(discarded=True)])
        return {state: found[state] for state in ("new", "seen", "retried", "discarded")}

    def has_group(self, id: str) -> bool:
        """Tell whether a group has this id."""
        return self._tallies.find(arguments.text("id", id)) is not None

    def __iter__(self) -> Iterator[Failure]:
        return iter(self._kept())

    def __len__(self) -> int:
        return len(self._order)

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
                return _state_of(before)
            self._locked_put(replace(before, state=state))
            return before

    def put(self, failure: Failure) -> bool:
        """Replace the failure with the same number; False when that is no longer kept."""
        with self._lock:
            kept = failure.number in self._index
            if kept:
                self._locked_put(failure)
            return kept

    def sort(self) -> None:
        """Sort failures by their states, once a series of marks is done."""
        with self._lock:
            self._revision += 1
            self._locked_sort()

    def export(self, file: str | PathLike[str] | IO[bytes], what: What) -> RemedyOutcome:
        """Write failures as lines that ``chasqui-tui run --jobs`` takes; see `selection.export`."""
        from chasqui.engine.failures.selection import export

        return export(self, file, what)

    # Inside

    def _kept(self, *, discarded: bool = False) -> list[Failure]:
        """Return the kept failures, newest first."""
        with self._lock:
            self._locked_trim()
            return self._locked_listed(reversed(self._index if discarded else self._order))

    def _locked_listed(self, numbers: Iterable[int]) -> list[Failure]:
        return [self._index[number] for number in numbers]

    def _locked_sort(self) -> None:
        kept = self._index.values()
        self._order = deque([one.number for one in kept if one.state != "discarded"])
        self._discarded = deque([one.number for one in kept if one.state == "discarded"])

    def _locked_put(self, failure: Failure) -> None:
        self._revision += 1
        self._index[failure.number] = failure
        tally = self._tallies.find(failure.group)
        if tally is not None and tally.example.number == failure.number:
            tally.example = failure

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
            queue = self._discarded or self._order
            if len(self._index) > len(self._tallies):
                self._locked_let_go(queue.popleft())
            else:
                self._locked_forget()

    def _locked_let_go(self, number: int) -> None:
        self._revision += 1
        gone = self._index.pop(number)
        if not self._tallies.shows(gone):
            self._shared.release(gone)

    def _locked_forget(self) -> None:
        self._revision += 1
        example = self._tallies.forget()
        if example.number not in self._index:
            self._shared.release(example)


def _retention(keep: int | Retention | None) -> Retention:
    if keep is None:
        return Retention()
    return keep if isinstance(keep, Retention) else Retention(numbers.count("keep_failures", keep))


def _state_of(failure: Failure) -> str:
    if failure.state != "retried":
        return f"is {failure.state}"
    number = failure.retried_as
    return "is being retried" if number is None else f"was retried already, as task {number}"
