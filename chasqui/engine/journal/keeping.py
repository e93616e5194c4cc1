"""Keeping: the small state of an engine that outlives it, such as pauses, limits and strikes.

Each piece has a name, such as ``hold app.fetch``: the part of the engine that it belongs to, and
the rest. A change is kept before its caller goes on. What a program says before the journal is
open counts more than what an earlier life of the engine left there, since it was said later.

An engine without a journal has a keeper as well, which keeps nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from chasqui import loggers
from chasqui.errors import ChasquiError

log = loggers.named("chasqui.engine.journal")

Restore = Callable[[str, Any], None]
"""Takes the rest of a name, and the value that was kept under it."""
WRONG: Final = (KeyError, IndexError, TypeError, ValueError, ChasquiError)
"""What a value may raise that another version has kept."""


class Writes(Protocol):
    """What a keeper needs of a journal."""

    @property
    def is_open(self) -> bool:
        """Whether it can be written."""
        ...

    def keep(self, name: str, value: Any, *, wait: bool = True) -> None:
        """Keep a value under a name; None for none any more."""
        ...


class Keeper:
    """Keeps values by name in a journal, and hands them back in the next life. Any thread.

    Args:
        journal: where they are kept; None: nowhere.
    """

    def __init__(self, journal: Writes | None) -> None:
        self._journal = journal
        self._parts: dict[str, Restore] = {}
        self._unwritten: dict[str, Callable[[], Any]] = {}

    def part(self, name: str, restore: Restore) -> None:
        """Have what was kept for a part of the engine handed to it when the journal is opened."""
        self._parts[name] = restore

    def keep(self, name: str, read: Callable[[], Any], *, wait: bool = True) -> None:
        """Keep what ``read`` returns, as JSON; None for none any more.

        It is read again after it was written, and written again if it has changed meanwhile. So of
        two threads that change the same thing the last one leaves it as it is in memory.

        If the journal cannot be written, a warning says so, and it is tried again with the next
        change: an operator must be able to pause an engine whose disk is full.

        Args:
            wait: return when it is on disk; else it is written soon.
        """
        if self._journal is None:
            return
        self._unwritten[name] = read
        if self._journal.is_open:
            self._write_all(self._journal, wait=wait)

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Hand out what an earlier life has kept, and keep what was said before this."""
        for name, value in kept.items():
            part, _, rest = name.partition(" ")
            restore = self._parts.get(part)
            if restore is None or name in self._unwritten:
                continue
            try:
                restore(rest, value)
            except WRONG as error:
                log.warning("what was kept as %s is left out: %s", name, error)
        if self._journal is not None:
            self._write_all(self._journal, wait=True)

    def _write_all(self, journal: Writes, *, wait: bool) -> None:
        for name, read in list(self._unwritten.items()):
            self._unwritten.pop(name, None)
            try:
                _write(journal, name, read, wait=wait)
            except ChasquiError as error:
                self._unwritten.setdefault(name, read)
                log.warning("%s is not kept for the next start yet: %s", name, error)
                return


def _write(journal: Writes, name: str, read: Callable[[], Any], *, wait: bool) -> None:
    while True:
        value = read()
        journal.keep(name, value, wait=wait)
        if read() == value:
            return
