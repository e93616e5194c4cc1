"""Answers: what the target of a dispatcher has accepted and refused, and when it is tried again."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from chasqui import foreign, loggers
from chasqui.error_base import Refused
from chasqui.errors import BacklogFull, ChasquiError, JournalUnavailable, PoolClosed, UnknownType
from chasqui.pool.dispatch_report import DispatchReport

log = loggers.named("chasqui.pool")

AGAIN_SECONDS: Final = 1.0  # as an engine tries a journal again that cannot be written


class Refusal(NamedTuple):
    """What a target has said to a batch by raising an error."""

    error: BaseException
    accepted: int
    """How many works of the batch were accepted before."""
    pause: float | None
    """Seconds after which the target may take the rest; inf: it is closed; None: it refuses only
    these works, and may take others."""


class Answers:
    """The answers of a target; the lock of its dispatcher guards them."""

    def __init__(self) -> None:
        self.accepted = 0
        self.are_reported = False
        self.again = -math.inf  # monotonic: when the target is tried; inf: it is closed
        self.errors: list[BaseException] = []
        self.away: Sequence[Any] = ()
        """What the target was given and has not answered."""
        self._left: list[Any] = []
        self._refusal: BaseException | None = None  # why the target takes nothing now

    @property
    def are_over(self) -> bool:
        """Whether the target takes nothing any more."""
        return self.again == math.inf

    def took(self, accepted: int, of: int) -> None:
        """Note that the target takes works, as these many of those that it was given first."""
        self.accepted += accepted
        self.away = self.away[of:]
        self._refusal = None

    def left(self, works: Iterable[Any], error: BaseException) -> None:
        """Note works that are refused for good."""
        self._left += works
        self.errors.append(error)

    def refused(self, batch: Sequence[Any], refusal: Refusal, now: float) -> Sequence[Any]:
        """Note a refusal, and return the works of the batch that are to be tried again.

        They are put back then, with all that was not tried yet.
        """
        rest = batch[refusal.accepted :]
        self.took(refusal.accepted, len(batch))
        if refusal.pause is None:
            self.left(rest, refusal.error)
            return ()
        self._refusal, self.again, self.away = refusal.error, now + refusal.pause, ()
        return rest

    def tell(self, refusal: Refusal, count: int) -> None:
        """Log how many works were refused: once for each outage, not at every try."""
        if self._refusal is None or refusal.pause != AGAIN_SECONDS:
            level = logging.WARNING if foreign.is_a(refusal.error, ChasquiError) else logging.ERROR
            text = foreign.text_of(refusal.error)
            log.log(level, "dispatcher: %d works not accepted: %s", count - refusal.accepted, text)

    def warn_of_late(self) -> None:
        """Log that a source has yielded a work that is in no report yet."""
        log.warning(
            "dispatcher: a source yielded a work after shutdown() had returned; it was not"
            " submitted, and a further shutdown() returns it in `left`"
        )

    def report(self, buffer: Iterable[Any]) -> DispatchReport:
        """Return what became of all works, with those that are in the buffer still."""
        self.are_reported = True
        errors = self.errors if self._refusal is None else [*self.errors, self._refusal]
        left = (*self._left, *buffer)
        return DispatchReport(self.accepted, left, tuple(errors), tuple(self.away))


def refusal_of(error: BaseException) -> Refusal:
    """Return what a target says with an error; it may be the error of a stranger."""
    accepted, pause = 0, None
    if foreign.is_a(error, Refused):
        accepted = len(foreign.attribute(error, "accepted", ()))
    if foreign.is_a(error, PoolClosed, UnknownType):
        pause = math.inf
    elif foreign.is_a(error, BacklogFull, JournalUnavailable):
        pause = AGAIN_SECONDS
    return Refusal(error, accepted, pause)
