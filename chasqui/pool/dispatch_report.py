"""The report of a dispatcher: how much was accepted, what was left, and what went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chasqui.datarecord import listed


@listed("clean")
@dataclass(frozen=True, slots=True)
class DispatchReport:
    """What a dispatcher did until it was shut down.

    Example: `chasqui-tui help dispatcher`.
    """

    accepted: int
    left: tuple[Any, ...] = ()
    """Works that were read from a source but not accepted."""
    errors: tuple[BaseException, ...] = ()
    """What sources raised, and what the target refused."""
    unsettled: tuple[Any, ...] = ()
    """Works that were being submitted when the time was over: some of them may yet be accepted."""

    @property
    def clean(self) -> bool:
        """Whether all that was read was accepted, and no source failed."""
        return not (self.left or self.errors or self.unsettled)
