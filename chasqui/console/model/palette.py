"""The entries of the command palette, and which of them a few typed letters mean.

A number, alone or after ``#``, means the task with that number, whatever has become of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chasqui.console.model.fuzzy import Match, match

LARGEST = 2**63 - 1  # of the numbers that a host's socket can carry
_NUMBER = re.compile(r"\s*(?:task\s*)?[#:]?\s*(\d[\d,_ ]*)", re.ASCII)
_NAMED = re.compile(r"\btasks? ([\d,]+)", re.ASCII)
_WHOLE = Match((0,), ())


@dataclass(frozen=True, slots=True)
class PaletteEntry:
    """Something that the palette can do."""

    id: str
    """The subject and its name, such as ``act:engine.pause`` or ``task:377``."""
    name: str
    about: str = ""
    key: str = ""


def narrowed(
    entries: Sequence[PaletteEntry], typed: str, named: int | None = None
) -> list[tuple[PaletteEntry, Match]]:
    """Return the entries that a typed text means, the best first.

    Args:
        entries: all of them, in the order to list while nothing is typed.
        typed: the text; after ``#`` it means tasks only.
        named: the task that ``#`` alone means.
    """
    tasks = [(entry, _WHOLE) for entry in _tasks(typed, named)]
    if typed.lstrip().startswith("#"):
        return tasks
    found = [(entry, match(typed, entry.name, f"{entry.about} {entry.id}")) for entry in entries]
    matches = [(entry, how) for entry, how in found if how is not None]
    if typed.strip():
        matches.sort(key=lambda pair: pair[1].rank)
    return tasks + matches


def number_in(typed: str) -> int | None:
    """Return the number of the task that a typed text means; None if it is not a number."""
    found = _NUMBER.fullmatch(typed)
    if found is None:
        return None
    number = int("".join(re.findall(r"\d", found[1]))[:40])
    return number if number <= LARGEST else None


def task_named(text: str) -> int | None:
    """Return the number of the first task that a message names, such as "submitted task 163"."""
    found = _NAMED.search(text)
    return number_in(found[1]) if found else None


def _tasks(typed: str, named: int | None) -> Iterator[PaletteEntry]:
    number = number_in(typed)
    if number is not None:
        yield PaletteEntry(f"task:{number}", f"task {number}", "everything about it")
    elif typed.strip() == "#" and named is not None:
        yield PaletteEntry(f"task:{named}", f"task {named}", "the task that was last named here")
