"""The book of a failure log: its failures in the journal, so that they outlive the engine.

A row is written with the end of its task. It has the failure with its texts, and what was counted
by then: of its group, and in all. So what is read back agrees with itself, wherever a process was
killed. The row is deleted when the log drops the failure and no group shows it any more. The states
that operators give failures, and what can be undone, are kept beside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple, get_args

from chasqui import loggers
from chasqui.engine.failures.failure import Failure, FailureState
from chasqui.engine.failures.fingerprint import Frame, Origin
from chasqui.engine.history.entry import utf8
from chasqui.engine.journal.keeping import Keeper
from chasqui.engine.journal.schema import STATES
from chasqui.engine.submission.options import keywords_as_json
from chasqui.errors import ChasquiError
from chasqui.pool.states import FINAL, TaskState
from chasqui.pool.task import Task

if TYPE_CHECKING:
    from chasqui.engine.journal.journal import Journal

log = loggers.named("chasqui.engine.journal")

READ: Final = (
    "select record from failure left join task on task.id = failure.task"
    " where coalesce(task.state, 11) = 11 order by record ->> '$[5][3]'"
)
"""In the order in which they were recorded, which `Counted.total` has: several may have ended at
the same moment, and a clock may have been set back."""
TEXTS: Final = (
    "params",
    "exception",
    "error",
    "worker",
    "key",
    "pool",
    "given",
    "kept_not",
    "text",
)
TIMES: Final = ("created", "started", "finished", "waited", "ran")


ENDS: Final[Mapping[int, TaskState]] = {STATES[state]: state for state in FINAL}
"""The final states of tasks as they are in the file."""


class Counted(NamedTuple):
    """What was counted when a failure was recorded."""

    message: str
    """What the messages of its group have in common."""
    many: int
    """How many failures of the group there were."""
    first_seen: float
    total: int
    """How many failures the log had recorded in all."""


class FailureBook:
    """The failures of an engine as they are in its journal.

    The lock of the log is held while it writes, so that rows are in the order of their counts.
    """

    def __init__(self, journal: Journal, keeper: Keeper) -> None:
        self._journal = journal
        self._keeper = keeper
        self._held: set[int] = set()
        self._marks: dict[int, list[Any]] = {}
        self.awaited: dict[int, int] = {}
        """The failures of earlier lives whose retries have not ended, by the task of the retry."""
        keeper.part("mark", self._restore)

    def add(
        self, task: Task, failure: Failure, counted: Counted, said: Mapping[str, Any] | None
    ) -> None:
        """Write a failure, and what its submission said, with the end of its task."""
        from chasqui.engine.journal.task_rows import is_durable

        if not is_durable(task):
            return
        self._held.add(failure.number)
        record = _record(failure, counted, said)
        at = int(failure.finished * 1e6)
        self._journal.failure((failure.number, failure.attempts, at, record))

    def drop(self, failure: Failure) -> None:
        """Delete a failure that the log shows nowhere any more."""
        if failure.number not in self._held:
            return
        self._held.discard(failure.number)
        self._journal.failure((failure.number, failure.attempts, None, None))
        if self._marks.pop(failure.number, None) is not None:
            self._mark(failure.number)

    def mark(self, failure: Failure) -> None:
        """Keep the state that a failure has got, soon."""
        number, state, again = failure.number, failure.state, failure.retried_as
        if number not in self._held or (state == "retried" and again is None):
            return  # of the latter the task is about to be accepted; see `retrying`
        if state == "new":
            self._marks.pop(number, None)
        else:
            self._marks[number] = [state, again, failure.retry_ended]
        self._mark(number)

    def retrying(self, number: int) -> AbstractContextManager[None]:
        """Have a failure be retried from the very commit on that accepts the next task."""
        return self._journal.along.keeping(
            f"mark {number}", lambda tasks: ["retried", tasks[-1].number]
        )

    def flush(self) -> None:
        """Return when all states are on disk; if they cannot be, a warning says so."""
        if self._journal.is_open:
            try:
                self._journal.flush()
            except ChasquiError as error:
                log.warning("what was done with failures is not on disk yet: %s", error)

    def read(self) -> Iterator[tuple[Failure, Counted, Mapping[str, Any] | None]]:
        """Return the failures of earlier lives, the oldest first."""
        origins: dict[bytes, Origin] = {}
        for (record,) in self._journal.store.rows(READ):
            failure, counted, said = _read(record, origins)
            self._held.add(failure.number)
            self._await(failure.number)
            yield self._marked(failure), counted, said
        for number in self._marks.keys() - self._held:
            del self._marks[number]
            self._mark(number)

    def _mark(self, number: int) -> None:
        self._keeper.keep(f"mark {number}", lambda: self._marks.get(number), wait=False)

    def _marked(self, failure: Failure) -> Failure:
        if (mark := self._marks.get(failure.number)) is None:
            return failure
        return replace(failure, state=mark[0], retried_as=mark[1], retry_ended=mark[2])

    def _await(self, number: int) -> None:
        """See how the retry of a failure has ended, or await its end."""
        mark = self._marks.get(number)
        if mark is None or mark[1] is None or mark[2] is not None:
            return
        for (state,) in self._journal.store.rows("select state from task where id = ?", mark[1]):
            mark[2] = ENDS.get(state)
            if mark[2] is None:
                self.awaited[mark[1]] = number

    def _restore(self, number: str, kept: Any) -> None:
        state, again, *ended = kept  # how the retry has ended is written later
        if state not in get_args(FailureState):
            raise ValueError(f"a failure is not {state!r}")
        self._marks[int(number)] = [state, again, *(ended or [None])]


def _record(failure: Failure, counted: Counted, said: Mapping[str, Any] | None) -> Any:
    import msgspec  # 12 ms, and it is imported already where there is a journal

    origin = failure.origin
    frames = [
        (utf8(one.file), one.line, utf8(one.function), one.end_line, one.column, one.end_column)
        for one in origin.frames
    ]
    more = [keywords_as_json(said)] if said else []  # an earlier Chasqui has written no more
    place = [*map(utf8, (origin.type, origin.exception, origin.label, origin.where)), frames]
    return msgspec.Raw(
        msgspec.json.encode(
            [
                failure.number,
                failure.attempts,
                failure.group,
                [*[utf8(getattr(failure, name)) for name in TEXTS], *more],
                [getattr(failure, name) for name in TIMES],
                [utf8(counted.message), *counted[1:]],
                place,
            ]
        )
    )


def _read(
    record: str, origins: dict[bytes, Origin]
) -> tuple[Failure, Counted, Mapping[str, Any] | None]:
    import msgspec

    number, attempts, group, texts, times, counted, place = msgspec.json.decode(
        record, type=tuple[int, int, str, list[Any], list[float], list[Any], msgspec.Raw]
    )
    origin = origins.get(bytes(place))
    if origin is None:
        type, exception, label, where, frames = msgspec.json.decode(place)
        found = tuple(Frame(*one) for one in frames)
        origin = origins[bytes(place)] = Origin(type, exception, label, where, found)
    texts, more = texts[: len(TEXTS)], texts[len(TEXTS) :]
    told: dict[str, Any] = dict(zip((*TEXTS, *TIMES), (*texts, *times), strict=True))
    failure = Failure(
        number=number, type=origin.type, attempts=attempts, group=group, origin=origin, **told
    )
    return failure, Counted(*counted), more[0] if more else None
