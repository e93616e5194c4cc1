"""Choosing failures: by number, group, filter or selection; and writing those chosen as jobs.

A selection is what a filter has found at one moment, so that what is acted on is what was looked
at. What cannot be found, or what a filter does not say clearly, is named and never an exception.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from os import PathLike
from typing import IO, Final, Protocol

from chasqui import arguments
from chasqui.dataclass import dataclass
from chasqui.engine.failures.failure import NOT_KEPT, Failure
from chasqui.engine.failures.groups import FailureGroup
from chasqui.engine.failures.outcome import RemedyOutcome
from chasqui.engine.filters.filter import Filter
from chasqui.pool.work import iterable

_GROUP: Final = re.compile(r"g-[0-9a-f]{10}")
_LIKE_A_GROUP: Final = re.compile(r"g-\S*")
_NO_GROUP: Final = "there is no such group"
_NO_ID: Final = f"{_NO_GROUP}; to look for a word that begins so, put it in quotes"


@dataclass(frozen=True, slots=True)
class FailureSelection:
    """The failures that a filter has chosen, newest first."""

    filter: Filter
    failures: tuple[Failure, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """What of the filter is not understood."""
        return self.filter.notes

    def __iter__(self) -> Iterator[Failure]:
        return iter(self.failures)

    def __len__(self) -> int:
        return len(self.failures)


Named = int | str | Failure | FailureGroup
What = Named | FailureSelection | Iterable[Named]
"""A number, the id of a group, the text of a filter, a record of one of them, or several."""


class Searchable(Protocol):
    """Where failures are chosen from; a `FailureLog` is one."""

    def find(self, number: int) -> Failure | None:
        """Return the failure of the task of this number, if it is kept."""
        ...

    def where(self, filter: str = "", **fields: object) -> FailureSelection:
        """Choose failures by a filter, and by fields of it that must have a value."""
        ...

    def has_group(self, id: str) -> bool:
        """Say whether a group has this id."""
        ...


MEANT: Final = "numbers, a group or its id, a filter, or failures"

Skipped = list[tuple[int | str, str]]


def chosen(log: Searchable, what: What) -> tuple[list[int], Skipped]:
    """Return the numbers of the failures meant, in the order of the tasks, and what means none."""
    numbers: dict[int, None] = {}
    skipped: Skipped = []
    for number in _chosen(log, what, skipped):
        numbers[number] = None
    return sorted(numbers), skipped


def export(log: Searchable, file: str | PathLike[str] | IO[bytes], what: What) -> RemedyOutcome:
    """Write failures as lines that ``chasqui-tui run --jobs`` takes, the oldest first.

    When all that was named is skipped, the file stays as it was: what is in it may be all that is
    left of earlier failures. A filter that is understood and fits nothing makes it empty, so that
    what is in it is always what was asked for.

    Args:
        file: where to; a file that is made can be read by its owner only, since parameters may
            be private.

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
        return RemedyOutcome(skipped=tuple(skipped))
    if isinstance(file, str | PathLike):
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        with os.fdopen(os.open(file, flags, 0o600), "wb") as opened:
            opened.writelines(lines.values())
    else:
        file.writelines(lines.values())
    return RemedyOutcome(tuple(lines), skipped=tuple(skipped))


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
    if not _GROUP.fullmatch(id):  # which must not be matched: with a star it would mean every group
        skipped.append((id, _NO_ID))
        return
    found = log.where(group=id).failures
    if not found:
        known = log.has_group(id)
        skipped.append((id, "none of its failures is kept" if known else _NO_GROUP))
    yield from (failure.number for failure in found)


def _of_selection(what: FailureSelection, skipped: Skipped) -> Iterator[int]:
    if what.notes:  # what a mistyped filter chooses is not what was meant
        skipped.append((what.filter.text, "; ".join(what.notes)))
    else:
        yield from (failure.number for failure in what.failures)
