"""The errors of journals; programs import them from `chasqui.errors`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from chasqui.error_base import ChasquiError, Refused

if TYPE_CHECKING:
    from pathlib import Path


class JournalError(ChasquiError, OSError):
    """A journal cannot be used; ``path`` is the file, and the text says what to do."""

    def __init__(self, path: Path | str, problem: str) -> None:
        self.path = path
        self.problem = problem
        super().__init__(f"the journal {path} {problem}")


class JournalBusy(JournalError):
    """Another process, or another engine of this one, has the journal open.

    ``pid`` is its number, or None if that is unknown, and ``socket`` where consoles attach to it,
    empty if they cannot.
    """

    def __init__(
        self, path: Path | str, pid: int | None = None, socket: str = "", since: str = ""
    ) -> None:
        self.pid = pid
        self.socket = socket
        holder = "another process" if pid is None else f"process {pid}"
        what = f"attach with `chasqui-tui attach {socket}`" if socket else "stop it first"
        if pid == os.getpid() and not socket:
            holder, what = "another engine of this process", "shut that down first"
        since = f", since {since}" if since else ""
        super().__init__(path, f"is held by {holder}{since}; {what}, or use another file")


class JournalCorrupt(JournalError):
    """The file is damaged, or is not a journal."""


class JournalTooNew(JournalError):
    """A newer version of Chasqui has written the file; ``version`` is that of its tables."""

    def __init__(self, path: Path | str, version: int, known: int) -> None:
        self.version = version
        super().__init__(
            path,
            f"has tables of version {version}, and this Chasqui knows them up to {known}: use the "
            "newer Chasqui that wrote it, whose `chasqui-tui journal export` writes its tasks",
        )


class JournalUnsafe(JournalError):
    """The file is where others could change it, or where a journal cannot work."""


class JournalUnavailable(Refused, RuntimeError):
    """The journal cannot be written now, so nothing is accepted.

    ``accepted``, ``batch`` and ``pool`` are as in `BacklogFull`.
    """


class Interrupted(ChasquiError, RuntimeError):
    """The process ended while the task ran, three times in a row or for a type that gives up."""
