"""Faults: what an error of SQLite says about the commit that met it."""

from __future__ import annotations

import sqlite3
from typing import Final, Literal

Doubt = Literal["", "ask", "reopen", "sync"]
"""What must be done before it is known whether a commit has landed: nothing, ask for the number of
the last one, open the file anew first, or have everything written to the disk again as well."""

SYNC: Final = {
    sqlite3.SQLITE_IOERR_FSYNC,
    sqlite3.SQLITE_IOERR_DIR_FSYNC,
}
ROOM: Final = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR_WRITE,  # also of a file that may not grow, by RLIMIT_FSIZE
}
ROWS: Final = {
    sqlite3.SQLITE_CONSTRAINT,
    sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_TOOBIG,
    sqlite3.SQLITE_ERROR,
}
CLEAN: Final = {*ROOM, *ROWS, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
DAMAGE: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
UNREADABLE: Final = (sqlite3.DatabaseError, UnicodeDecodeError)
"""What reading a damaged file raises: SQLite may quote bytes of it that are no text."""


def code_of(error: BaseException) -> int:
    """Return the extended code of SQLite; 0 for an error of another origin."""
    return getattr(error, "sqlite_errorcode", 0)


def doubt_of(error: sqlite3.Error) -> Doubt:
    """Say what must be done after a commit has raised this.

    After a full disk the transaction is rolled back, and the connection can go on. After a failed
    fsync, Linux has dropped the pages and calls the next fsync a success.
    """
    code = code_of(error)
    if code in SYNC:
        return "sync"
    return "" if code in CLEAN or code & 0xFF in CLEAN else "reopen"


def is_of_room(error: BaseException) -> bool:
    """Tell whether a commit found no room on the disk."""
    return isinstance(error, sqlite3.Error) and code_of(error) in ROOM


def is_of_rows(error: sqlite3.Error) -> bool:
    """Tell whether a commit was refused for what its rows are; others may be written."""
    return code_of(error) & 0xFF in ROWS


def is_damage(error: BaseException) -> bool:
    """Tell whether the file is damaged, so that nothing more may be written."""
    if isinstance(error, UnicodeDecodeError):
        return True
    return isinstance(error, sqlite3.Error) and code_of(error) & 0xFF in DAMAGE


def explained(error: BaseException) -> str:
    """Return what an error means for the file, and what to do."""
    if is_of_room(error):
        return (
            f"there is no room ({error}): make room on its disk, or raise the limit on the size of "
            "files; it is tried again every second"
        )
    if is_damage(error):
        return (
            f"the file is damaged ({error}): stop the engine and use `chasqui-tui journal recover`"
        )
    name = getattr(error, "sqlite_errorname", "") or type(error).__name__
    return f"{error} ({name}): look at its disk; it is tried again every second"
