"""The kept failures by their number, with a count of the kinds that are open.

It belongs to a failure log, whose lock guards it. The count is kept up with every change, so that
asking for it costs the same however many failures there are.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from typing import Any

from chasqui.engine.failures.failure import OPEN, Failure


class KeptFailures(dict[int, Failure]):
    """The kept failures, in the order of their end."""

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[int, Mapping[str, Any]] = {}
        """The keywords of their submissions that a retry repeats; most have none."""
        self._open = Counter[str]()  # by kind; a kind without any has no place

    @property
    def open_kinds(self) -> int:
        """How many kinds have a kept failure that is neither retried nor discarded."""
        return len(self._open)

    def put(self, failure: Failure, said: Mapping[str, Any] | None = None) -> None:
        """Add a failure, or replace that of its number, which keeps its place and what was said."""
        before = self.get(failure.number)
        if before is not None:
            self._count(before, -1)
        self[failure.number] = failure
        if said:
            self.said[failure.number] = said
        self._count(failure, +1)

    def let_go(self, number: int) -> Failure:
        """Drop a failure, and return it."""
        gone = self.pop(number)
        self.said.pop(number, None)
        self._count(gone, -1)
        return gone

    def split(self) -> tuple[deque[int], deque[int]]:
        """Return the numbers of those that are not discarded, and of those that are."""
        kept = self.values()
        return (
            deque([one.number for one in kept if one.state != "discarded"]),
            deque([one.number for one in kept if one.state == "discarded"]),
        )

    def _count(self, failure: Failure, by: int) -> None:
        if failure.state in OPEN:
            self._open[failure.group] += by
            if not self._open[failure.group]:
                del self._open[failure.group]
