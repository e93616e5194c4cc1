"""Every error that Chasqui raises on purpose.

The first line of each class says what happened; instances say to what, and what to do.
Data that a caller may want to act on is an attribute, never only part of the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Self

from chasqui.nearest import all_near

if TYPE_CHECKING:
    from pathlib import Path

NAMED: Final = 8  # of the registered task types


class ChasquiError(Exception):
    """Something that Chasqui refuses or reports; the base of all its errors.

    It can be pickled and copied, as can every class derived from it; see `chasqui.pickling`.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        from chasqui import pickling  # it is slow to import, and most errors stay where they are

        return pickling.rebuild, pickling.parts(self, self._sent())

    def __copy__(self) -> Self:
        from chasqui import pickling

        return pickling.copied(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        from chasqui import pickling

        return pickling.deeply_copied(self, memo)

    def _sent(self) -> dict[str, Any]:
        """Return the attributes that go to another process."""
        return vars(self)


# Accepting work


class _Refused(ChasquiError):
    """A submission was refused, or one of many stopped early.

    ``accepted`` holds the tasks that had already got in before a submission of many stopped, and
    ``batch`` their `Batch`, if it was one. Another process gets their numbers.
    """

    accepted: tuple[Any, ...] = ()
    batch: Any = None

    def __init__(self, message: str, accepted: Sequence[Any] = (), batch: Any = None) -> None:
        super().__init__(message)
        self.accepted = tuple(accepted)
        self.batch = batch

    def _sent(self) -> dict[str, Any]:
        numbers = tuple(getattr(task, "number", task) for task in self.accepted)
        batch = getattr(self.batch, "number", self.batch)
        return {**super()._sent(), "accepted": numbers, "batch": batch}


class BacklogFull(_Refused):
    """The backlog has no room for another task.

    ``accepted`` holds the tasks that had already got in before a submission of many stopped, and
    ``batch`` their `Batch`, if it was one; in another process, their numbers.
    """


class PoolClosed(_Refused):
    """The pool no longer does this, because it is stopping or stopped.

    ``accepted`` and ``batch`` are as in `BacklogFull`.
    """


class PoolForked(ChasquiError):
    """A forked child used its copy of the parent's pool, which has no threads there."""


class WouldDeadlock(_Refused):
    """A task would wait for its own pool, and no worker would be left to end the wait.

    ``accepted`` and ``batch`` are as in `BacklogFull`.
    """


class CallRaised(ChasquiError):
    """A call that was made through an executor raised; its future holds the error."""


# Inside a running task


class Cancelled(ChasquiError):
    """The task was asked to stop, and did."""


class TimeLimit(ChasquiError):
    """The task ran past its time limit; ``limit`` is in seconds."""

    def __init__(self, limit: float | None) -> None:
        self.limit = limit
        super().__init__(f"the task ran past its time limit of {limit:g} s")


class TryLater(ChasquiError):
    """The body asks to be tried again; ``seconds`` says when. Made by `Retry.later`."""

    def __init__(self, seconds: float) -> None:
        from chasqui import numbers

        self.seconds = seconds = numbers.duration("the delay of a retry", seconds)
        super().__init__(f"the task asks to be tried again in {seconds:g} s")


class NeverRan(ChasquiError):
    """A body returned a generator, or a coroutine that nothing awaits, so it has not run."""


class Expired(ChasquiError):
    """The task had to start by a moment that passed while it waited."""


# Task types and their parameters


class InvalidTaskType(ChasquiError):
    """A function cannot be a task type; the text names the function and the parameter."""


class UnknownType(ChasquiError):
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


class UnknownPool(ChasquiError):
    """No pool of the engine has this name; ``nearest`` holds the names that come closest."""

    def __init__(self, name: str, known: Iterable[str], *, where: str = "") -> None:
        self.name = name
        known = list(known)
        self.nearest = all_near(name, known)
        near = " or ".join(self.nearest)
        hint = f"did you mean {near}?" if near else f"there are {', '.join(known)}"
        super().__init__(f"{where}{': ' if where else ''}unknown pool {name!r}; {hint}")


class InvalidParameters(ChasquiError):
    """Parameters do not fit their task type; ``problems`` maps each wrong one to its reason."""

    def __init__(self, type_name: str, problems: Mapping[str, str]) -> None:
        self.type_name = type_name
        self.problems = dict(problems)
        listed = "; ".join(f"{name} {reason}" for name, reason in self.problems.items())
        super().__init__(f"{type_name}: {listed}")


class SecretMissing(ChasquiError):
    """A secret cannot be had from where its reference points."""


# Settings and plugins


class ConfigError(ChasquiError):
    """A config file cannot be used; ``problems`` holds one line for each thing wrong in it."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class PluginError(ChasquiError):
    """A plugin failed and the config says ``strict = true``."""


# Hosts and their sockets


class SocketUnusable(ChasquiError):
    """A host's socket cannot be made or used where it belongs; ``path`` is what is in the way."""

    def __init__(self, path: Path, problem: str) -> None:
        self.path = path
        super().__init__(f"{path}: {problem}")


class AlreadyHosted(ChasquiError):
    """Another process hosts this engine; ``pid`` is its number, or None if that is unknown."""

    def __init__(self, name: str, pid: int | None) -> None:
        self.name = name
        self.pid = pid
        process = "another process" if pid is None else f"process {pid}"
        super().__init__(
            f"engine {name} is hosted by {process} already; `chasqui-tui attach {name}` opens it"
        )


class NoHost(ChasquiError):
    """No host of this user has the name that was given."""
