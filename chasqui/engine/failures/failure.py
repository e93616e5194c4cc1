"""A failure: one failed task, in words.

It holds neither the error nor the arguments, so that it keeps no other objects alive. It has the
message and the parameters as text, the parameters as JSON for a retry, and the place of the failure
as a record that it shares with all failures from there. The text of the traceback is made from
these when it is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, Literal

from chasqui import foreign
from chasqui.datarecord import listed
from chasqui.engine.failures.fingerprint import Origin
from chasqui.engine.types.task_type import is_typed
from chasqui.error_base import ChasquiError
from chasqui.pool.rendering import written
from chasqui.pool.states import TaskState
from chasqui.pool.task import Attempt, Task
from chasqui.secret import MASK, longest_revealed, masked

if TYPE_CHECKING:
    from chasqui.engine.filters.filter import Reader

FailureState = Literal["new", "seen", "retried", "discarded"]

OPEN: Final[tuple[FailureState, ...]] = ("new", "seen")
"""The states of failures that were neither retried nor discarded."""
NOT_KEPT: Final = "is not among the failures that are kept"

PARAMS_TEXT: Final = 400  # characters of all parameters together
PARAMS_JSON: Final = 16 * 1024  # bytes of all parameters together; larger ones are not kept
MESSAGE_TEXT: Final = 2000
KEEP_ATTEMPTS: Final = 20  # of one task: the newest


@listed("message", "traceback")
@dataclass(frozen=True, slots=True)
class Failure:
    """One failed task. Times are seconds since the epoch; durations seconds.

    Example: `chasqui-tui help failures`.
    """

    number: int
    type: str
    params: str
    exception: str
    """The name of the exception's class."""
    error: str
    """That name, a colon, and the message."""
    worker: str
    attempts: int
    created: float
    started: float
    finished: float
    waited: float
    ran: float
    key: str | None
    pool: str
    group: str
    """The id of its group."""
    origin: Origin = field(repr=False)
    given: str | None = field(repr=False)
    """The parameters as JSON with marks; None when they are not kept."""
    kept_not: str = ""
    """Why not."""
    text: str | None = field(default=None, repr=False)
    """The traceback, if it is more than the places and the message."""
    state: FailureState = "new"
    retried_as: int | None = None
    """The number of the task that retries it."""
    retry_ended: TaskState | None = None
    """How that task ended; None: it has not, or nothing is known of it any more."""

    @property
    def message(self) -> str:
        """The text of the exception."""
        return self.error[len(self.exception) + 2 :]

    @property
    def traceback(self) -> str:
        """The traceback as text."""
        if self.text is not None:
            return masked(self.text)  # again: a secret may have been revealed since
        label = self.origin.label
        message = self.message
        last = f"{label}: {message}\n" if message else f"{label}\n"
        return masked(written([frame.summary() for frame in self.origin.frames], last))

    def job(self) -> bytes | None:
        """Return the line that `run --jobs` takes; None when its parameters are not kept."""
        if self.given is None:
            return None
        import msgspec

        type = msgspec.json.encode(self.type)
        return b'{"type":%b,"params":%b}\n' % (type, self.given.encode())


_WORDS: Final = ("type", "error", "params")
_STATES: Final[Mapping[FailureState, tuple[str, ...]]] = {
    state: (state, "failed")  # people also ask for the state of the task
    for state in ("new", "seen", "retried", "discarded")
}


def _column(name: str) -> Reader:
    return partial(map, attrgetter(name))


READERS: Final[Mapping[str, Reader]] = {
    "": lambda failures: map("\n".join, map(attrgetter(*_WORDS), failures)),
    "type": _column("type"),
    "state": lambda failures: map(_STATES.__getitem__, map(attrgetter("state"), failures)),
    "err": _column("error"),
    "age": _column("finished"),
    "attempt": _column("attempts"),
    "number": _column("number"),
    "group": _column("group"),
    "key": lambda failures: [failure.key or "" for failure in failures],
    "params": _column("params"),
    "plugin": lambda failures: [failure.type.rpartition(".")[0] for failure in failures],
    "pool": _column("pool"),
    "ran": _column("ran"),
    "waited": _column("waited"),
    "worker": _column("worker"),
}
"""How a filter reads the fields of failures."""


def describe(
    task: Task, message: str, origin: Origin, group: str, same: Callable[[str], str]
) -> Failure:
    """Describe a failed task; ``same`` returns an equal text that is kept already, if any."""
    trace = task._trace
    plain = trace.plain and len(message) < MESSAGE_TEXT
    given, kept_not = _given(task)
    return Failure(
        task.number,
        origin.type,
        params_text(task),
        origin.exception,
        same(f"{origin.exception}: {message}"),
        task.worker or "",
        task.attempts,
        task.created or 0.0,
        task.started or 0.0,
        task.finished or 0.0,
        task.waited or 0.0,
        task.ran or 0.0,
        task.key,
        task._pool.name,
        group,
        origin,
        given,
        kept_not,
        None if plain else same(masked(task.traceback or "")),
    )


def state_words(failure: Failure) -> str:
    """Say in which state a failure is, for an action that skips it."""
    if failure.state != "retried":
        return f"is {failure.state}"
    number = failure.retried_as
    return "is being retried" if number is None else f"was retried already, as task {number}"


def message_of(task: Task) -> str:
    """Return the text of a task's error, bounded, as it was when the error was raised."""
    error = task.error
    return "" if error is None else masked(task._trace.message(error))[:MESSAGE_TEXT]


def details_of(task: Task) -> Any:
    """Return what a task's error says beside its text, as JSON can hold it; None for nothing.

    A task that was cancelled has no error, but perhaps what its body said as it left.
    """
    details = None if task._more is None else task._more.details
    if foreign.is_a(task.error, ChasquiError):  # another's attribute may be anything
        details = foreign.attribute(task.error, "details")
    if details is None:
        return None
    from chasqui.engine.values.marks import plain  # msgspec, which no failure needs to be recorded

    return plain(details)


def first_line(task: Task) -> str:
    """Return the first line of the text of a task's error."""
    return message_of(task).partition("\n")[0]


def remember(task: Task) -> None:
    """Keep the outcome of an attempt that will be followed by another."""
    more = task._pool.particulars(task)
    more.attempt = task.attempts
    attempt = Attempt(
        number=task.attempts,
        started=task.started or 0.0,
        finished=task.finished or 0.0,
        worker=task.worker or "",
        exception=foreign.kind_of(task.error),
        message=message_of(task),
        traceback=masked(task.traceback or ""),
    )
    more.errors = (*more.errors, attempt)[-KEEP_ATTEMPTS:]


def params_text(task: Task) -> str:
    """Return a task's parameters as ``name=value`` words, bounded."""
    if not is_typed(task.work):
        return id_of(task.work)[:PARAMS_TEXT]
    words: list[str] = []
    room = PARAMS_TEXT
    for name, text in task.work.params_shown():
        # Cut each value before joining: one huge text must not be copied again and again.
        words.append(f"{name}={masked(text[: room + longest_revealed()])[:room]}")
        room -= len(words[-1]) + 1
        if room <= 0:
            break
    return " ".join(words)


def id_of(work: object) -> str:
    """Return the id of a work without a type; never its code."""
    for kept in (foreign.stored(work, "id"), foreign.said(type(work), "id")):
        if foreign.is_a(kept, str):
            return foreign.exact(kept)
    return foreign.exact(foreign.attribute(work, "id", ""))


def _given(task: Task) -> tuple[str | None, str]:
    """Return a task's parameters as JSON, or why they cannot be kept."""
    work = task.work
    if not is_typed(work):
        return None, "it has no task type, so it cannot be made again"
    if _is_large(work.params):
        return None, TOO_LARGE
    import msgspec  # 12 ms, and it is imported already where a task has a type

    from chasqui.engine.values.marks import holds, is_lost

    try:
        given = msgspec.json.encode(work.params_as_json())
    except BaseException as broken:  # a bad parameter must not lose the failure
        foreign.let_through(broken)
        return None, f"its parameters have no JSON form: {foreign.kind_of(broken)}"
    if len(given) > PARAMS_JSON:
        return None, TOO_LARGE

    def values() -> list[Any]:
        return list(msgspec.json.decode(given).values())

    # Each value on its own: parameter names are not marks, even if one is named "repr".
    if b'{"repr":"' in given and any(map(is_lost, values())):
        return None, "a parameter has no JSON form, so it was not kept"
    if longest_revealed() and any(holds(one, MASK) for one in values()):
        return None, "the value of a secret stood in its parameters, so they were not kept"
    return given.decode(), ""


TOO_LARGE: Final = f"its parameters take more than {PARAMS_JSON:,} bytes, so they were not kept"


def _is_large(params: Mapping[str, Any]) -> bool:
    """Tell quickly whether a value is too large, without encoding a gigabyte to find out."""
    return any(
        kind.__len__(value) > PARAMS_JSON
        for value in params.values()
        for kind in _SIZED
        if foreign.is_a(value, kind)
    )


_SIZED: Final = (str, bytes, bytearray, list, tuple, dict, set, frozenset)
