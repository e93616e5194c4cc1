"""The errors of Chasqui; the page `help errors` describes them for users.

The first line of each class says what happened; instances say to what, and what to do.
Data that a caller may want to act on is an attribute, never only part of the text.

Each is also the builtin error that it resembles, so that code which knows nothing of Chasqui
handles it well. `ChasquiError` is always the first base: its way of pickling has to come before
that of the builtin.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from chasqui.error_base import ChasquiError as ChasquiError
from chasqui.error_base import Refused as _Refused
from chasqui.journal_errors import Interrupted as Interrupted
from chasqui.journal_errors import JournalBusy as JournalBusy
from chasqui.journal_errors import JournalCorrupt as JournalCorrupt
from chasqui.journal_errors import JournalError as JournalError
from chasqui.journal_errors import JournalTooNew as JournalTooNew
from chasqui.journal_errors import JournalUnavailable as JournalUnavailable
from chasqui.journal_errors import JournalUnsafe as JournalUnsafe
from chasqui.nearest import all_near

if TYPE_CHECKING:
    from pathlib import Path

NAMED: Final = 8  # of the registered task types


# Accepting work


class BacklogFull(_Refused):
    """The backlog has no room for another task.

    ``accepted`` holds the tasks that had already got in before a submission of many stopped, and
    ``batch`` their `Batch`, if it was one; in another process, their numbers. ``pool`` is the name
    of the pool, and ``waiting`` how many tasks wait in it; None if that is unknown.
    """

    waiting: int | None = None

    def __init__(
        self,
        message: str,
        accepted: Sequence[Any] = (),
        batch: Any = None,
        *,
        pool: str = "",
        waiting: int | None = None,
    ) -> None:
        super().__init__(message, accepted, batch, pool=pool)
        self.waiting = waiting


class PoolClosed(_Refused, RuntimeError):
    """The pool no longer does this, because it is stopping or stopped.

    ``accepted``, ``batch`` and ``pool`` are as in `BacklogFull`.
    """


class PoolForked(ChasquiError, RuntimeError):
    """A forked child used its copy of the parent's pool, which has no threads there."""


class WouldDeadlock(_Refused, RuntimeError):
    """A task would wait for its own pool, and no worker would be left to end the wait.

    ``accepted`` and ``batch`` are as in `BacklogFull`.
    """


class ProcessDied(ChasquiError, RuntimeError):
    """The child process that ran the body of a task has died.

    ``pid`` is its number. ``status`` is its exit status, or None if a ``signal`` of this number
    ended it.
    """

    pid: int | None = None
    status: int | None = None
    signal: int | None = None

    def __init__(
        self,
        message: str,
        *,
        pid: int | None = None,
        status: int | None = None,
        signal: int | None = None,
    ) -> None:
        super().__init__(message)
        self.pid = pid
        self.status = status
        self.signal = signal


class CallRaised(ChasquiError):
    """A call that was made through an executor raised; its future holds the error."""


# Waiting for a result


class WaitTimeout(ChasquiError, TimeoutError):
    """The wait is over before its tasks have ended; they go on, and can be waited for again.

    ``timeout`` is the time that the wait was given, in seconds, and ``left`` how many tasks had not
    ended.
    """

    timeout: float | None = None
    left: int = 1

    def __init__(self, message: str, timeout: float | None = None, left: int = 1) -> None:
        super().__init__(message)
        self.timeout = timeout
        self.left = left


# Inside a running task


class Cancelled(ChasquiError):
    """The task was asked to stop, and did."""


class TimeLimit(ChasquiError, TimeoutError):
    """The task ran past its time limit; ``limit`` is in seconds.

    As a TimeoutError it is an OSError to Python. A body that handles OSError around its file or
    network calls lets this one through by ``except TimeLimit: raise`` before it.
    """

    limit: float | None = None

    def __init__(self, limit: float | None) -> None:
        self.limit = limit
        super().__init__(f"the task ran past its time limit of {limit:g} s")


class TryLater(ChasquiError):
    """The body asks to be tried again; ``seconds`` says when. Made by `Retry.later`."""

    def __init__(self, seconds: float) -> None:
        from chasqui import numbers

        self.seconds = seconds = numbers.duration("the delay of a retry", seconds)
        super().__init__(f"the task asks to be tried again in {seconds:g} s")


class NeverRan(ChasquiError, TypeError):
    """A body returned a generator, or a coroutine that nothing awaits, so it has not run."""


class Expired(ChasquiError, TimeoutError):
    """The task had to start by a moment that passed while it waited."""


# Task types and their parameters


class InvalidTaskType(ChasquiError, TypeError):
    """A function cannot be a task type; the text names the function and the parameter."""


class UnknownType(ChasquiError, KeyError):
    """No task type has this name; ``nearest`` holds the names that come closest."""

    def __init__(self, name: str, known: Iterable[str], *, reason: str | None = None) -> None:
        self.name = name
        known = sorted(known)
        self.nearest = all_near(name, known)
        text = f"unknown task type {name!r}"
        if reason:
            text += f": {reason}"
        elif self.nearest:
            text += "; did you mean " + " or ".join(self.nearest) + "?"
        else:
            text += f"; there are {_listed(known)}" if known else "; no type is registered"
        super().__init__(text)


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


class NoEngine(ChasquiError, RuntimeError):
    """No engine is in scope where `TaskType.submit` was called."""


class UnknownPool(ChasquiError, KeyError):
    """No pool of the engine has this name; ``nearest`` holds the names that come closest."""

    def __init__(self, name: str, known: Iterable[str], *, where: str = "") -> None:
        self.name = name
        known = list(known)
        self.nearest = all_near(name, known)
        near = " or ".join(self.nearest)
        hint = f"did you mean {near}?" if near else f"there are {', '.join(known)}"
        super().__init__(f"{where}{': ' if where else ''}unknown pool {name!r}; {hint}")


class InvalidParameters(ChasquiError, ValueError):
    """Parameters do not fit their task type; ``problems`` maps each wrong one to its reason."""

    def __init__(self, type_name: str, problems: Mapping[str, str]) -> None:
        self.type_name = type_name
        self.problems = dict(problems)
        listed = "; ".join(f"{name} {reason}" for name, reason in self.problems.items())
        super().__init__(f"{type_name}: {listed}")


class SecretMissing(ChasquiError, LookupError):
    """A secret cannot be had from where its reference points."""


# Settings and plugins


class ConfigError(ChasquiError, ValueError):
    """A config file cannot be used; ``problems`` holds one line for each thing wrong in it."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class PluginError(ChasquiError, RuntimeError):
    """A plugin failed and the config says ``strict = true``."""


# Hosts and their sockets


class SocketUnusable(ChasquiError, OSError):
    """A host's socket cannot be made or used where it belongs; ``path`` is what is in the way."""

    def __init__(self, path: Path, problem: str) -> None:
        self.path = path
        super().__init__(f"{path}: {problem}")


class AlreadyHosted(ChasquiError, RuntimeError):
    """Another process hosts this engine; ``pid`` is its number, or None if that is unknown."""

    def __init__(self, name: str, pid: int | None) -> None:
        self.name = name
        self.pid = pid
        process = "another process" if pid is None else f"process {pid}"
        super().__init__(
            f"engine {name} is hosted by {process} already; `chasqui-tui attach {name}` opens it"
        )


class NoHost(ChasquiError, LookupError):
    """No host of this user has the name that was given."""


# The console


class NoTerminal(ChasquiError, RuntimeError):
    """The console was started without a terminal to draw on."""


class ConsoleFailed(ChasquiError, RuntimeError):
    """The console ended because of a bug in it; the engine goes on."""
