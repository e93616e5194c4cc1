"""Choosing failures: by number, group, filter or selection; and exporting them as jobs.

A selection is what a filter has found at one moment, so that an action applies to the failures that
the user saw. Failures that are not found, or unclear parts of a filter, are reported in the
outcome and never raise.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from os import PathLike
from typing import IO, Final, Protocol

from chasqui import arguments
from chasqui.engine.failures.failure import NOT_KEPT, Failure
from chasqui.engine.failures.groups import FailureGroup
from chasqui.engine.failures.outcome import Outcome
from chasqui.engine.filters.filter import Filter
from chasqui.pool.work import iterable

_GROUP: Final = re.compile(r"g-[0-9a-f]{10}")
_LIKE_A_GROUP: Final = re.compile(r"g-\S*")
_NO_GROUP: Final = "there is no such group"
_NO_ID: Final = f"{_NO_GROUP}; to look for a word that begins so, put it in quotes"


@dataclass(frozen=True, slots=True)
class FailureSelection:
    """The failures that a filter has chosen, newest first.

    Example: `chasqui-tui help failures`.
    """

    filter: Filter
    failures: tuple[Failure, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """What was not understood in the filter."""
        return self.filter.notes

    def __iter__(self) -> Iterator[Failure]:
        return iter(self.failures)

    def __len__(self) -> int:
        return len(self.failures)


Named = int | str | Failure | FailureGroup
What = Named | FailureSelection | Iterable[Named]
"""A number, the id of a group, the text of a filter, a record of these, or several of them."""


class Searchable(Protocol):
    """A source of failures to choose from, such as a `FailureLog`."""

    def find(self, number: int) -> Failure | None:
        """Return the failure of the task of this number, if it is kept."""
        ...

    def where(self, filter: str = "", **fields: object) -> FailureSelection:
        """Choose failures by a filter, and by values of its fields as keywords."""
        ...

    def has_group(self, id: str) -> bool:
        """Tell whether a group has this id."""
        ...


MEANT: Final = "numbers, a group or its id, a filter, or failures"

Skipped = list[tuple[int | str, str]]


def chosen(log: Searchable, what: What) -> tuple[list[int], Skipped]:
    """Return the numbers of the chosen failures, in the order of tasks, and what chose none."""
    numbers: dict[int, None] = {}
    skipped: Skipped = []
    for number in _chosen(log, what, skipped):
        numbers[number] = None
    return sorted(numbers), skipped


def export(log: Searchable, file: str | PathLike[str] | IO[bytes], what: What) -> Outcome:
    """Write failures as lines that ``chasqui-tui run --jobs`` takes, the oldest first.

    If everything is skipped, the file stays as it was: it may hold the only copy of earlier
    failures. A valid filter that matches nothing makes it empty, so that the file always holds what
    was asked for.

    Args:
        file: where to write; a new file can be read by its owner only, since parameters may be
            private.

    Raises:
        OSError: the file cannot be written.
    """
    if not isinstance(file, str | PathLike):
        arguments.function("file.writelines", getattr(file, "writelines", None))
    numbers, skipped = chosen(log, what)
    lines: dict[int, bytes] = {}
    for number in numbers:
        failure = log.find(number)
        if failure is None:
            skipped.append((number, NOT_KEPT))
        elif (line := failure.job()) is None:
            skipped.append((number, failure.kept_not))
        else:
            lines[number] = line
    if skipped and not lines:
        return Outcome(skipped=tuple(skipped))
    if isinstance(file, str | PathLike):
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        with os.fdopen(os.open(file, flags, 0o600), "wb") as opened:
            opened.writelines(lines.values())
    else:
        file.writelines(lines.values())
    return Outcome(tuple(lines), skipped=tuple(skipped))


def _chosen(log: Searchable, what: What, skipped: Skipped) -> Iterator[int]:
    if isinstance(what, int):
        yield what
    elif isinstance(what, Failure):
        yield what.number
    elif isinstance(what, FailureGroup):
        yield from _of_group(log, what.id, skipped)
    elif isinstance(what, FailureSelection):
        yield from _of_selection(what, skipped)
    elif not isinstance(what, str):
        for one in iterable("what", what, MEANT):
            yield from _chosen(log, one, skipped)
    elif _LIKE_A_GROUP.fullmatch(id := what.strip()):
        yield from _of_group(log, id, skipped)
    elif not what.strip():
        skipped.append((what, "an empty filter chooses nothing here; failures.where() chooses all"))
    else:
        yield from _of_selection(log.where(what), skipped)


def _of_group(log: Searchable, id: str, skipped: Skipped) -> Iterator[int]:
    if not _GROUP.fullmatch(id):  # not a pattern: with a star it would mean every group
        skipped.append((id, _NO_ID))
        return
    found = log.where(group=id).failures
    if not found:
        known = log.has_group(id)
        skipped.append((id, "none of its failures is kept" if known else _NO_GROUP))
    yield from (failure.number for failure in found)


def _of_selection(what: FailureSelection, skipped: Skipped) -> Iterator[int]:
    if what.notes:  # a mistyped filter does not choose what was meant
        skipped.append((what.filter.text, "; ".join(what.notes)))
    else:
        yield from (failure.number for failure in what.failures)
