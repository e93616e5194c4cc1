"""Groups: failures of one kind, counted for ever.

The count of a group does not depend on which of its failures are still kept. There are at most
`MAX_GROUPS`: a new group replaces the group whose last failure is the oldest, and ``forgotten``
says how many failures had been counted there.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from chasqui.engine.failures.failure import OPEN, Failure, FailureState
from chasqui.pool.states import TaskState

if TYPE_CHECKING:
    from chasqui.engine.failures.book import Counted

MAX_GROUPS: Final = 1000


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """Failures of one kind. Times are seconds since the epoch.

    Example: `chasqui-tui help failures`.
    """

    id: str
    type: str
    exception: str
    """The name of the exception's class."""
    where: str
    """The places in the task's own code, the innermost first."""
    message: str
    """The first line of their messages, with … for the parts that vary."""
    count: int
    """How many failures it has had, kept or not."""
    first_seen: float
    last_seen: float
    example: Failure
    """The newest failure; it is kept as long as the group."""
    kept: int = 0
    """How many of them are in the log and match the filter, if one was given."""
    open: int = 0
    """How many of those are neither retried nor discarded."""
    retried: int = 0
    """How many of the kept were retried."""
    retried_well: int = 0
    """How many of their retries have completed."""
    failed_again: int = 0
    """How many of their retries have failed."""
    retries_cancelled: int = 0
    """How many of their retries were cancelled."""


class GroupCounts:
    """How many of some failures are in each group, by their state and how their retry ended."""

    def __init__(self, failures: Iterable[Failure]) -> None:
        self._counts: dict[str, Counter[tuple[FailureState, TaskState | None]]] = {}
        kinds = [(one.group, one.state, one.retry_ended) for one in failures]
        for (group, state, ended), count in Counter(kinds).items():
            self._counts.setdefault(group, Counter())[state, ended] = count

    @property
    def groups(self) -> Iterable[str]:
        """The ids of the groups that have any."""
        return self._counts.keys()

    def filled(self, group: FailureGroup) -> FailureGroup:
        """Return a group with its counts filled in."""
        counts = self._counts.get(group.id, Counter())
        retried = {ended: count for (state, ended), count in counts.items() if state == "retried"}
        return replace(
            group,
            kept=counts.total(),
            open=sum(count for (state, _), count in counts.items() if state in OPEN),
            retried=sum(retried.values()),
            retried_well=retried.get("completed", 0),
            failed_again=retried.get("failed", 0),
            retries_cancelled=retried.get("cancelled", 0),
        )


class GroupTally:
    """The counters of a group; guarded by the lock of its log."""

    __slots__ = ("count", "example", "first_seen", "id", "last_seen", "message", "origin")

    def __init__(self, message: str, example: Failure) -> None:
        self.id = example.group
        self.origin = example.origin
        self.message = message
        self.count = 0
        self.first_seen = self.last_seen = example.finished
        self.example = example

    def read(self) -> FailureGroup:
        """Return the group in its present state."""
        return FailureGroup(
            self.id,
            self.origin.type,
            self.origin.exception,
            self.origin.where,
            self.message,
            self.count,
            self.first_seen,
            self.last_seen,
            self.example,
        )


class GroupTallies:
    """The groups; the group with the newest failure comes last."""

    def __init__(self) -> None:
        self._all: OrderedDict[str, GroupTally] = OrderedDict()
        self.forgotten = 0

    def count(self, failure: Failure, message: str) -> Failure | None:
        """Count a failure as the new example of its group, and return the old example."""
        tally, before = self._all.get(failure.group), None
        if tally is None:
            tally = self._all[failure.group] = GroupTally(message, failure)
        else:
            self._all.move_to_end(failure.group)
            before, tally.example = tally.example, failure
        tally.count += 1
        tally.last_seen = max(failure.finished, tally.last_seen)
        return before

    def counted(self, failure: Failure, total: int) -> Counted:
        """Return what was counted with a failure, which is the newest of its group."""
        from chasqui.engine.failures.book import Counted

        tally = self._all[failure.group]
        return Counted(tally.message, tally.count, tally.first_seen, total)

    def restore(self, failure: Failure, counted: Counted) -> Failure | None:
        """Take over what was counted with a failure, and return the old example of its group."""
        before = self.count(failure, counted.message)
        tally = self._all[failure.group]
        tally.count, tally.first_seen = counted.many, counted.first_seen
        return before

    def is_over(self) -> bool:
        """Whether there are too many groups."""
        return len(self._all) > MAX_GROUPS

    def forget(self) -> Failure:
        """Drop the group whose last failure is the oldest, and return its example."""
        _, tally = self._all.popitem(last=False)
        self.forgotten += tally.count
        return tally.example

    def read(self) -> list[FailureGroup]:
        """Return the groups in their present state, the group with the newest failure first."""
        return [tally.read() for tally in self]

    def find(self, id: str) -> GroupTally | None:
        """Return the group of this id."""
        return self._all.get(id)

    def renew(self, failure: Failure) -> None:
        """Replace the example of a group by the same failure in its new state."""
        if self.shows(failure):
            self._all[failure.group].example = failure

    def shows(self, failure: Failure) -> bool:
        """Whether a failure is the example of its group."""
        tally = self._all.get(failure.group)
        return tally is not None and tally.example.number == failure.number

    def __iter__(self) -> Iterator[GroupTally]:
        return reversed(self._all.values())

    def __len__(self) -> int:
        return len(self._all)
