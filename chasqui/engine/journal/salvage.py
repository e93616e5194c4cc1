"""Salvage: what can be read of a damaged journal becomes a new one, and the other is set aside.

Each row is read by its number, without an index. A page that cannot be read costs the rows that it
holds, and no other. If only the beginning of the file is gone, that of a new journal takes its
place in a copy: the tables of all journals of a version begin at the same pages. So the log can
also be read without its file.

The new journal takes the place of the damaged one when it is complete. A kill before that leaves
everything as it was.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

from chasqui.engine.journal import faults, place
from chasqui.engine.journal.crash import crash_at
from chasqui.engine.journal.inspecting import Progress
from chasqui.engine.journal.schema import QUEUED, SCHEDULED
from chasqui.engine.journal.store import Store

LOGS: Final = ("-wal", "-shm", "-journal")
CHUNK: Final = 500
LOST: Final = 10_000  # numbers in a row that are tried one by one, before larger steps are taken
FARTHEST: Final = 1 << 40  # the largest of those


class Saved(NamedTuple):
    """What came of it."""

    aside: Path
    tasks: int
    waiting: int
    failures: int
    unread: int
    """Rows that could not be read, or did not fit; there may have been more."""
    absent: int
    """Numbers between the first and the last that have no task."""


def salvage(path: Path, progress: Progress) -> Saved:
    """Make a new journal of what can be read, and set the old one aside; call it with the lock.

    Raises:
        OSError, sqlite3.Error: it cannot be set aside, or the new one cannot be written.
    """
    with TemporaryDirectory(dir=path.parent, prefix=f"{path.name}.salvage-") as name:
        folder = Path(name)
        saved = _saved(path, folder, progress)
        crash_at("salvaged")
        aside = _set_aside(path)
        crash_at("set-aside")
        (folder / "new.db").replace(path)
        _sync(path.parent)
    return saved._replace(aside=aside)


def _saved(path: Path, folder: Path, progress: Progress) -> Saved:
    """Write what can be read into a new journal in the folder."""
    place.make(folder / "new.db")
    store = Store(folder / "new.db", "power")
    try:
        source = _opened(path, folder)
        if source is None:
            return Saved(path, 0, 0, 0, 1, 0)
        with closing(source):
            return _copied(source, store.connection, path, progress)
    finally:
        store.checkpoint()
        store.close()


def _set_aside(path: Path) -> Path:
    """Give the old journal another name; its own is taken from it by the new one.

    The file is there under both names meanwhile. So a kill in between leaves a journal that is
    refused, and not none, which would be begun anew.
    """
    when = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    aside = Path(f"{path}.corrupt-{when}")
    while aside.exists():
        aside = Path(f"{aside}x")
    if path.exists():
        aside.hardlink_to(path)
    for ending in LOGS:
        with contextlib.suppress(FileNotFoundError):
            Path(f"{path}{ending}").rename(f"{aside}{ending}")
    with contextlib.suppress(FileNotFoundError):
        # The slab stays as well: it is of the same journal, and names the tasks that ran.
        shutil.copyfile(f"{path}.slab", f"{aside}.slab")
        place.make(Path(f"{aside}.slab"))
    return aside


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _opened(path: Path, folder: Path) -> sqlite3.Connection | None:
    """Open a copy, as it is or with a new beginning; None if neither can be read."""
    # Always a copy: what is kept as evidence must not be written to, not even by its own log.
    copy = folder / "copy.db"
    for has_beginning, has_log in ((True, True), (False, True), (False, False)):
        for ending in ("", "-wal", "-shm"):
            Path(f"{copy}{ending}").unlink(missing_ok=True)
        for ending in ("", "-wal") if has_log else ("",):
            with contextlib.suppress(FileNotFoundError):
                shutil.copyfile(f"{path}{ending}", f"{copy}{ending}")
        if not has_beginning:
            _give_beginning(copy, folder)
        source = sqlite3.connect(copy, isolation_level=None)
        with contextlib.suppress(*faults.UNREADABLE):
            if source.execute("pragma table_info(task)").fetchall():
                return source
        source.close()
    return None


def _give_beginning(copy: Path, folder: Path) -> None:
    fresh = folder / "fresh.db"
    if not fresh.exists():
        store = Store(fresh, "process")
        store.checkpoint()
        (size,) = store.connection.execute("pragma page_size").fetchone()
        store.close()
        os.truncate(fresh, size)
    first = bytearray(fresh.read_bytes())
    copy.touch()
    pages = max(1, copy.stat().st_size // len(first))
    first[28:32] = pages.to_bytes(4, "big")
    with copy.open("r+b") as file:
        file.write(first)


def _copied(
    source: sqlite3.Connection, target: sqlite3.Connection, aside: Path, progress: Progress
) -> Saved:
    columns = [name for _, name, *_ in target.execute("pragma table_info(task)")]
    there = {name for _, name, *_ in source.execute("pragma table_info(task)")}
    shared = [name for name in columns if name in there]
    unread = [0]
    tasks = waiting = 0
    state = shared.index("state")
    for rows in _rows(source, shared, unread, progress):
        kept = _insert(target, "task", shared, rows, unread)
        tasks += len(kept)
        waiting += sum(row[state] in (QUEUED, SCHEDULED) for row in kept)
    failures = 0
    for table in ("failure", "kept", "engine"):
        count = _copy_table(source, target, table, unread)
        failures += count if table == "failure" else 0
    _copy_meta(source, target)
    (first,) = target.execute("select min(id) from task").fetchone()
    absent = 0 if first is None else max(0, _last(target) - first + 1 - tasks)
    return Saved(aside, tasks, waiting, failures, unread[0], absent)


def _rows(
    source: sqlite3.Connection, columns: Sequence[str], unread: list[int], progress: Progress
) -> Iterator[list[tuple[Any, ...]]]:
    select = f"select {', '.join(columns)} from task not indexed where"
    last, after, lost = _last(source), 0, 0
    while True:
        try:
            given = after, CHUNK
            found = source.execute(f"{select} id > ? order by id limit ?", given).fetchall()
            if not found:
                return
            after = found[-1][columns.index("id")]
        except faults.UNREADABLE:
            found = list(_one_by_one(source, f"{select} id = ?", after, last, unread))
            after += CHUNK
        lost = 0 if found else lost + CHUNK
        yield found
        progress(min(1.0, after / last) if last else None)
        if lost >= LOST:
            farther = _next_readable(source, after)
            if farther is None:
                return
            after, lost = farther, 0


def _next_readable(source: sqlite3.Connection, after: int) -> int | None:
    """Return a number after which there is something readable again; None if there is none."""

    def is_readable(after: int) -> bool:
        try:
            source.execute("select id from task not indexed where id > ? limit 1", (after,))
        except faults.UNREADABLE:
            return False
        return True

    step = 1
    while not is_readable(after + step):
        step *= 2
        if step > FARTHEST:
            return None
    first, last = after + step // 2, after + step
    while first < last:
        middle = (first + last) // 2
        if is_readable(middle):
            last = middle
        else:
            first = middle + 1
    return last


def _one_by_one(
    source: sqlite3.Connection, select: str, after: int, last: int, unread: list[int]
) -> Iterator[tuple[Any, ...]]:
    for number in range(after + 1, after + CHUNK + 1):
        try:
            yield from source.execute(select, (number,)).fetchall()
        except faults.UNREADABLE:
            # Beyond the last number there was no row.
            unread[0] = unread[0] + 1 if number <= last else max(unread[0], 1)


def _last(source: sqlite3.Connection) -> int:
    with contextlib.suppress(*faults.UNREADABLE):
        row = source.execute("select seq from sqlite_sequence where name = 'task'").fetchone()
        return int(row[0]) if row else 0
    return 0


def _insert(
    target: sqlite3.Connection,
    table: str,
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    unread: list[int],
) -> list[tuple[Any, ...]]:
    """Insert what the tables take; a row that was damaged may not fit them."""
    marks = ", ".join("?" * len(columns))
    statement = f"insert into {table}({', '.join(columns)}) values ({marks})"
    kept = []
    target.execute("begin immediate")
    for row in rows:
        try:
            target.execute(statement, row)
            kept.append(row)
        except (sqlite3.IntegrityError, sqlite3.DataError):
            unread[0] += 1
    target.execute("commit")
    return kept


def _copy_table(
    source: sqlite3.Connection, target: sqlite3.Connection, table: str, unread: list[int]
) -> int:
    columns = [name for _, name, *_ in target.execute(f"pragma table_info({table})")]
    found: list[tuple[Any, ...]] = []
    try:
        for row in source.execute(f"select {', '.join(columns)} from {table}"):
            found.append(row)
    except faults.UNREADABLE:
        unread[0] += 1
    return len(_insert(target, table, columns, found, unread))


def _copy_meta(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """Keep which journal it is: its tasks' idempotency keys begin with that."""
    with contextlib.suppress(*faults.UNREADABLE):
        for name in ("uuid", "seq"):
            row = source.execute("select v from meta where k = ?", (name,)).fetchone()
            if row is not None:
                target.execute("update meta set v = ? where k = ?", (row[0], name))
    last = max(_last(source), _last(target))
    target.execute("update sqlite_sequence set seq = ? where name = 'task'", (last,))
