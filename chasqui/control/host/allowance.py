"""Allowances: how many requests a client may make, so that one that floods does not slow others.

Requests that submit are not counted: the backlog's room holds them back, and a limit for them would
be one on tasks. For the others there is an allowance that grows with time. When it is used up, a
request is refused as busy, and the client's next ones are left unread for a moment: a flood of
refusals would cost as much as one of answers.
"""

from __future__ import annotations

from typing import Final

from chasqui.control.wire.messages import WireError

A_SECOND: Final = 200.0
MOST: Final = 400.0
REST_SECONDS: Final = 0.25
"""How long nothing is read from a client whose allowance is used up."""


class Allowance:
    """The requests that one client may still make."""

    __slots__ = ("_at", "_left", "is_spent")

    def __init__(self, now: float) -> None:
        self._at = now
        self._left = MOST
        self.is_spent = False
        """Whether the last request was one too many."""

    def take(self, now: float) -> None:
        """Use a request up; raises WireError when none is left."""
        self._left = min(MOST, self._left + (now - self._at) * A_SECOND)
        self._at = now
        self.is_spent = self._left < 1.0
        if self.is_spent:
            text = f"more than {A_SECOND:.0f} requests a second"
            raise WireError("busy", text, "ask less often; tasks go in by the thousand")
        self._left -= 1.0
