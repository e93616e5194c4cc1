"""What a filter has found in a history at one moment, whole or page by page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from chasqui.engine.filters.filter import Filter
    from chasqui.engine.history.finished import Finished


class HistoryPage(NamedTuple):
    """Some finished tasks, newest first; see `TaskHistory.page`."""

    tasks: tuple[Finished, ...]
    cursor: int
    """What to ask for next; 0: there are no more."""
    notes: tuple[str, ...]
    """What was not understood in the filter."""
    total: int = 0
    """How many the filter matches, these and those after them."""


@dataclass(frozen=True, slots=True)
class HistorySelection:
    """The finished tasks that a filter has chosen, newest first.

    Example: `chasqui-tui help history`.
    """

    filter: Filter
    tasks: tuple[Finished, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """What was not understood in the filter."""
        return self.filter.notes

    def __iter__(self) -> Iterator[Finished]:
        return iter(self.tasks)

    def __len__(self) -> int:
        return len(self.tasks)
