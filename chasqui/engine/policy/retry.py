"""Retry: how often a failed task is retried, and after which delay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from chasqui import foreign, numbers
from chasqui.errors import Expired, TimeLimit, TryLater, WaitTimeout
from chasqui.keywords import hinting

if TYPE_CHECKING:
    import random


@hinting
@dataclass(frozen=True, slots=True)
class Retry:
    """Retry a failed task, each time after a longer delay.

    The delay before attempt n + 1 is ``base * backoff ** (n - 1)`` seconds, at most ``cap``. It is
    shortened by a random share of up to ``jitter``, so that tasks that failed together do not come
    back together.

    Raises:
        ValueError: a value makes no sense; the message says which.

    Examples: `chasqui-tui help retries` and `authors`.
    """

    attempts: int = 3
    """How many attempts are made at most, including the first."""
    backoff: float = 2.0
    base: float = 1.0
    """Seconds before the second attempt."""
    cap: float = 300.0
    """The longest delay, in seconds."""
    jitter: float = 0.5
    """The share of a delay, from 0 to 1, by which it may be shortened at random."""
    on: type[BaseException] | tuple[type[BaseException], ...] = (Exception,)
    """Which errors are retried: a class, or a tuple of classes.

    OSError does not include `TimeLimit` and `WaitTimeout`, although they are TimeoutErrors; name
    them, or TimeoutError, to retry these too.
    """

    def __post_init__(self) -> None:
        exact = {
            "attempts": numbers.count("attempts", self.attempts),
            "backoff": numbers.within("backoff", self.backoff, 1),
            "base": numbers.duration("base", self.base),
            "cap": numbers.duration("cap", self.cap),
            "jitter": numbers.within("jitter", self.jitter, 0, 1),
        }
        for name, value in exact.items():
            object.__setattr__(self, name, value)
        on = tuple(self.on) if isinstance(self.on, tuple | list) else (self.on,)
        for kind in on:
            if not (isinstance(kind, type) and issubclass(kind, BaseException)):
                raise ValueError(f"on must hold classes of errors, got {numbers.shown(kind)}")
        object.__setattr__(self, "on", on)

    @staticmethod
    def later(seconds: float) -> TryLater:
        """Make the error by which a body asks to be retried later: ``raise Retry.later(30)``."""
        return TryLater(seconds)

    def delay(self, attempt: int, error: BaseException, chance: random.Random) -> float | None:
        """Return the seconds until the retry after this attempt; None: no retry."""
        if attempt >= self.attempts or foreign.is_a(error, Expired):
            return None
        if foreign.is_a(error, TryLater) and (asked := _asked(error)) is not None:
            return asked
        if not foreign.is_a(error, *self._kinds_for(error)):
            return None
        try:
            full = min(self.cap, self.base * self.backoff ** (attempt - 1))
        except OverflowError:  # of the power: with a base of 0 the delay is 0 all the same
            full = self.cap if self.base else 0.0
        return full * (1 - self.jitter * chance.random())

    def _kinds_for(self, error: BaseException) -> tuple[type, ...]:
        """Return the classes among which an error is looked for.

        Every TimeoutError of Python is an OSError. That makes sense for a socket, but a time limit
        or a wait that is over is no trouble with a file or a network, so OSError does not mean it.
        """
        kinds = cast("tuple[type, ...]", self.on)
        if foreign.is_a(error, TimeLimit, WaitTimeout):
            return tuple(kind for kind in kinds if kind is not OSError)
        return kinds


def _asked(error: BaseException) -> float | None:
    """Return the seconds after which an error asks for a retry, if they are a valid number."""
    try:
        return numbers.duration("seconds", foreign.attribute(error, "seconds"))
    except ValueError:
        return None


BODY_ASKS = Retry()
"""What applies when a body asks to be retried later and its type has no retry."""
