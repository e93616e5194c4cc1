"""Opening a journal: by one process at a time, in a safe place, and only if it is whole.

The order matters. What must not be touched is refused before anything is written: first the place,
then the lock, then what the file says. Only then is it opened to be written.
"""

from __future__ import annotations

import shlex
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from chasqui.engine.journal import faults, looking, place
from chasqui.engine.journal.crash import crash_at
from chasqui.engine.journal.lock import JournalLock
from chasqui.engine.journal.migration import migrate
from chasqui.engine.journal.store import Store
from chasqui.errors import JournalCorrupt, JournalError, JournalUnsafe

RUN: Final = "run"
"""Under this name a `chasqui-tui run` keeps its command; such a file is not for an engine."""


def check(path: Path) -> None:
    """Refuse a place or a file, named by mistake, that can hold no journal; nothing is changed.

    Raises:
        JournalUnsafe, JournalCorrupt, JournalTooNew: it can hold none.
    """
    place.check(path)
    if _is_something(path) and not Path(f"{path}.lock").exists():
        # If it is another kind of file, no lock should be left beside it.
        looking.check_header(path, looking.header_of(path))


def opened(path: Path, mode: str, *, for_run: bool = False) -> Store:
    """Open a journal, or make it. It is locked until it is closed.

    Args:
        for_run: whether it is for a `chasqui-tui run`, whose journals no engine can use.

    Raises:
        JournalUnsafe, JournalBusy, JournalCorrupt, JournalTooNew: it is as it was.
    """
    path = path.absolute()
    check(path)
    lock = JournalLock.take(path)
    try:
        crash_at("locked")
        store = _opened(path, mode, lock)
        if not for_run and RUN in store.kept():
            store.close()
            raise JournalUnsafe(
                path, "is the journal of a `chasqui-tui run`; name a file of the engine's own"
            )
    except (OSError, *faults.UNREADABLE) as error:
        lock.release()
        if isinstance(error, JournalError):
            raise
        if faults.is_damage(error):
            raise JournalCorrupt(path, f"is damaged ({error}): {looking.advice(path)}") from error
        why = getattr(error, "strerror", None) or error
        raise JournalUnsafe(path, f"cannot be opened: {why}") from error
    except BaseException:
        lock.release()
        raise
    store.lock = lock
    return store


def _opened(path: Path, mode: str, lock: JournalLock) -> Store:
    if not path.exists():
        _check_gone(path)
        lock.write("")  # it was removed on purpose
    elif Path(f"{path}-journal").exists():
        _roll_back(path)  # its very first commit was cut off
    if _is_something(path):
        looking.check_header(path, looking.header_of(path))
        migrate(path, looking.check_inside(path))
    elif looking.has_log(path):
        raise JournalCorrupt(path, f"was emptied, and its log is there: {looking.advice(path)}")
    elif path.exists() and lock.before.uuid:
        # SQLite would take an empty file for a new one, and nothing would be missed.
        raise JournalCorrupt(
            path,
            "was emptied, and had tasks: put a backup in its place, or begin anew by "
            f"`rm {shlex.quote(str(path))}`",
        )
    place.make(path)
    store = Store(path, mode)
    crash_at("created")
    lock.write(store.uuid)
    return store


def _check_gone(path: Path) -> None:
    """Refuse a log without its file, which SQLite would remove with the tasks that it holds."""
    if looking.has_log(path):
        raise JournalCorrupt(
            path,
            f"is missing, and its log {path.name}-wal is there: put the file back, or "
            f"{looking.advice(path)}",
        )


def _is_something(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _roll_back(path: Path) -> None:
    with closing(sqlite3.connect(path)) as file:
        file.execute("pragma user_version").fetchone()
