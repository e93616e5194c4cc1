"""Finished: the record of a task that has ended.

It is data and keeps no object of the task alive: parameters and result are as they are in a row of
`chasqui-tui run`, which has marks for what JSON cannot hold.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, cast

from chasqui.engine.history.entry import HistoryEntry, Whole
from chasqui.engine.values.marks import plain, printable
from chasqui.pool.states import TaskState
from chasqui.secret import longest_revealed

if TYPE_CHECKING:
    from chasqui.engine.filters.filter import Reader


@dataclass(frozen=True, slots=True)
class Finished:
    """One task that has ended. Times are seconds since the epoch; durations seconds.

    Example: `chasqui-tui help history`.
    """

    number: int
    type: str
    """The full name of its task type; for a work without a type, the name of the work."""
    state: TaskState
    params: dict[str, Any]
    """Its arguments as in a row."""
    result: Any
    """What it returned, as in a row, if its type keeps results; see ``note``."""
    exception: str
    """The name of the class of the error that it failed with, else empty."""
    message: str
    """The text of that error."""
    attempts: int
    worker: str | None
    """None if it was never started."""
    created: float
    started: float | None
    finished: float
    waited: float | None
    """Seconds in the backlog before the last start."""
    ran: float | None
    key: str | None
    pool: str
    note: str = ""
    """Why parameters or the result are not here as they were; empty if they are."""
    cpu: float | None = None
    """Seconds of CPU time of its last attempt; None where that is not measured."""
    peak_memory: int | None = None
    """Bytes that its process had at most meanwhile; None where that is not measured."""

    @property
    def name(self) -> str:
        """The same as ``type``: the name of a task."""
        return self.type

    @property
    def done(self) -> bool:
        """Always True, so that a `Task` and its record can be asked in the same way."""
        return True

    @property
    def expired(self) -> bool:
        """Whether it failed because it did not start in time."""
        return self.exception == "Expired"

    @property
    def error(self) -> str | None:
        """The class and the text of its error; None unless it failed."""
        if not self.exception:
            return None
        return f"{self.exception}: {self.message}" if self.message else self.exception

    def row(self) -> dict[str, Any]:
        """Return it as a row of JSON; see `Engine.row`."""
        measured = {"cpu": self.cpu, "peak_memory": self.peak_memory}
        return {
            "number": self.number,
            "type": printable(self.type),
            "params": self.params,
            "state": self.state,
            "attempts": self.attempts,
            "result": self.result,
            "error": self._error(),
            "waited": self.waited,
            "ran": self.ran,
            "worker": self.worker,
            "created": self.created,
            "started": self.started,
            "finished": self.finished,
            "note": self.note,
            **{name: value for name, value in measured.items() if value is not None},
        }

    def _error(self) -> dict[str, str] | None:
        if self.exception:
            return {"type": self.exception, "message": printable(self.message)}
        if self.state == "cancelled":
            return {"type": "Cancelled", "message": "cancelled"}
        return None


NOT_ASKED: Final = 'its type does not keep results; see keep="result" of @task'


def describe(entry: HistoryEntry) -> Finished:
    """Return the record of an entry."""
    queued, claimed, ended, epoch = entry.queued, entry.claimed, entry.ended, entry.epoch
    whole = entry.facts if isinstance(entry.facts, Whole) else None
    result, has_result = _result_of(entry)
    created = queued if whole is None or whole.created is None else whole.created
    return Finished(
        entry.number,
        type_of(entry),
        cast("TaskState", state_of(entry)),
        params_of(entry),
        result,
        "" if whole is None else whole.exception,
        "" if whole is None else printable(whole.message),
        1 if whole is None else whole.attempts,
        entry.worker,
        epoch + created,
        None if claimed is None else epoch + claimed,
        epoch + ended,
        None if claimed is None else claimed - queued,
        None if claimed is None else ended - claimed,
        None if whole is None else whole.key,
        entry.pool,
        _note(entry, has_result=has_result),
        *_used(entry),
    )


def _used(entry: HistoryEntry) -> tuple[float | None, int | None]:
    """Return the CPU time and the peak of an entry's task, as far as they are known."""
    cpu, peak = entry.usage or (None, None)
    return cpu, peak or None


def type_of(entry: HistoryEntry) -> str:
    """Return the type of an entry's task; for a work without a type, the name of the work."""
    return entry.facts if isinstance(entry.facts, str) else entry.type


def state_of(entry: HistoryEntry) -> str:
    """Return the state in which an entry's task ended."""
    return entry.facts.state if isinstance(entry.facts, Whole) else "completed"


def params_of(entry: HistoryEntry) -> dict[str, Any]:
    """Return the arguments of an entry's task as in a row."""
    facts = entry.facts
    if isinstance(facts, str):
        return {}
    if isinstance(facts, Whole) and not facts.is_raw:
        found: dict[str, Any] = _shown(facts.params)
        return found
    given = facts.params if isinstance(facts, Whole) else facts
    return {name: plain(value) for name, value in given.items()}


def _result_of(entry: HistoryEntry) -> tuple[Any, bool]:
    """Return the result as in a row, and whether there is one."""
    if entry.results:
        return plain(entry.results[0]), True
    facts = entry.facts
    has_result = isinstance(facts, Whole) and facts.has_result
    return (_shown(facts.result), True) if has_result else (None, False)


def _note(entry: HistoryEntry, *, has_result: bool) -> str:
    lacks = not has_result and state_of(entry) == "completed"
    note = entry.facts.note if isinstance(entry.facts, Whole) else ""
    return "; ".join(filter(None, (note, NOT_ASKED if lacks else "")))


def _shown(value: Any) -> Any:
    """Return a value of a row, masking secrets that were revealed after it was recorded."""
    return _masked(value) if longest_revealed() else value


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, list):
        return [_masked(one) for one in value]
    if isinstance(value, dict):
        return {printable(name): _masked(one) for name, one in value.items()}
    return value


# How a filter reads the fields of entries


def _whole(name: str, otherwise: Any, entries: Iterable[HistoryEntry]) -> Iterable[Any]:
    return [
        getattr(facts, name) if isinstance(facts, Whole) else otherwise
        for facts in map(attrgetter("facts"), entries)
    ]


def _error_of(entry: HistoryEntry) -> str:
    facts = entry.facts
    failed = isinstance(facts, Whole) and facts.exception
    return printable(f"{facts.exception}: {facts.message}") if failed else ""


def _params_text(entry: HistoryEntry) -> str:
    return " ".join(f"{name}={value}" for name, value in params_of(entry).items())


def _waited(entry: HistoryEntry) -> float:
    return NEVER if entry.claimed is None else entry.claimed - entry.queued


def _ran(entry: HistoryEntry) -> float:
    return NEVER if entry.claimed is None else entry.ended - entry.claimed


def _measured(at: int, entries: Iterable[HistoryEntry]) -> Iterable[float]:
    figures = [_used(entry)[at] for entry in entries]
    return [UNKNOWN if figure is None else figure for figure in figures]


UNKNOWN: Final = math.nan
"""What a filter takes as a figure that was not measured: neither more nor less than any bound."""
NEVER: Final = -1.0
"""What a filter takes as the times of a task that never started: less than any bound."""

READERS: Final[Mapping[str, Reader]] = {
    "": lambda entries: [
        f"{type_of(entry)}\n{_error_of(entry)}\n{_params_text(entry)}" for entry in entries
    ],
    "type": partial(map, type_of),
    "state": lambda entries: [(state_of(entry),) for entry in entries],
    "err": partial(map, _error_of),
    "age": partial(map, attrgetter("finished")),
    "cpu": partial(_measured, 0),
    "mem": partial(_measured, 1),
    "attempt": partial(_whole, "attempts", 1),
    "number": partial(map, attrgetter("number")),
    "key": lambda entries: [key or "" for key in _whole("key", None, entries)],
    "params": partial(map, _params_text),
    "plugin": lambda entries: [type_of(entry).rpartition(".")[0] for entry in entries],
    "pool": partial(map, attrgetter("pool")),
    "ran": partial(map, _ran),
    "waited": partial(map, _waited),
    "worker": lambda entries: [entry.worker or "" for entry in entries],
}
