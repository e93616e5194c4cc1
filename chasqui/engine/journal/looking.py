"""Looking at a journal's file before it is opened to be written: is it one, whole and not too new?

What is refused here is unchanged afterwards. The beginnings of the file and of its log are read as
bytes, which tells most damage; the rest is checked by SQLite through a connection that can only
read.
"""

from __future__ import annotations

import shlex
import sqlite3
import struct
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote

from chasqui.engine.journal import faults
from chasqui.engine.journal.schema import APPLICATION, OLDEST, VERSION
from chasqui.errors import JournalCorrupt, JournalTooNew

HEADER: Final = 100  # bytes of the header of every SQLite file
MAGIC: Final = b"SQLite format 3\0"
SMALL: Final = 32 << 20  # bytes of a file that is checked each time it is opened
LOG_HEADER: Final = 32  # bytes of the header of its log
LOG_MAGIC: Final = 0x377F0682  # or one more, if its sums are of big-endian numbers


class Header(NamedTuple):
    """What the beginning of the file says."""

    page_size: int
    pages: int
    application: int
    version: int


def header_of(path: Path) -> Header:
    """Read the beginning of the file; call it before this process has a connection to it.

    Raises:
        JournalCorrupt: it is not that of an SQLite file.
    """
    # Closing a descriptor of the file frees the locks of all of this process's connections to it.
    with path.open("rb") as file:
        data = file.read(HEADER)
    if not data.strip(b"\0"):
        raise JournalCorrupt(path, f"has only zeros at its beginning: {advice(path)}")
    if not data.startswith(MAGIC):
        raise JournalCorrupt(path, f"is not a journal, or was overwritten: {advice(path)}")
    if len(data) < HEADER:
        raise JournalCorrupt(path, f"was cut short: it has {len(data)} bytes: {advice(path)}")

    def number(at: int, length: int = 4) -> int:
        return int.from_bytes(data[at : at + length], "big")

    size = number(16, 2)
    return Header(65536 if size == 1 else size, number(28), number(68), number(60))


def check_header(path: Path, header: Header) -> None:
    """Check what the beginning of the file says.

    Raises:
        JournalCorrupt: it is damaged, or the database of another program.
        JournalTooNew: a newer Chasqui has written it.
    """
    if header.application != APPLICATION:
        raise JournalCorrupt(path, "is a database of another program; name another file")
    if header.version > VERSION:
        raise JournalTooNew(path, header.version, VERSION)
    if has_log(path):
        _check_log(path, header)
        return  # the rest of the file may be in the log
    size = path.stat().st_size
    if size < header.pages * header.page_size:
        raise JournalCorrupt(
            path,
            f"was cut short: it has {size:,} bytes of {header.pages * header.page_size:,}: "
            f"{advice(path)}",
        )


def has_log(path: Path) -> bool:
    """Tell whether there is anything in the log beside the file."""
    log = Path(f"{path}-wal")
    return log.exists() and log.stat().st_size > LOG_HEADER


def check_inside(path: Path) -> int:
    """Check the pages if the last life did not end in order, or if that is quick.

    Call it with the lock.

    Returns the version, which is not that of the header if a migration was killed just after its
    commit, which is in the log then.

    Raises:
        JournalCorrupt: they are damaged.
        JournalTooNew: a newer Chasqui has written it.
        sqlite3.Error: they cannot be read now, which says nothing about them.
    """
    try:
        with closing(_connection(path)) as file:
            (version,) = file.execute("pragma user_version").fetchone()
            if version > VERSION:
                raise JournalTooNew(path, version, VERSION)
            if version < OLDEST:
                problem = f"tables of version {version}, which never was"
            else:
                problem = _problem(file, path)
    except faults.UNREADABLE as error:
        # A table that is missing is an ordinary error of SQL.
        is_absent = faults.code_of(error) == sqlite3.SQLITE_ERROR
        if not faults.is_damage(error) and not is_absent:
            raise
        problem = str(error)
    if problem:
        raise JournalCorrupt(path, f"is damaged ({problem}): {advice(path)}")
    return int(version)


def _problem(file: sqlite3.Connection, path: Path) -> str:
    (known,) = file.execute("select count(*) from meta where k in ('uuid', 'seq')").fetchone()
    if known != 2:
        return "it does not say which journal it is"
    last = file.execute("select stopped_us from engine order by epoch desc limit 1").fetchone()
    if path.stat().st_size <= SMALL or (last is not None and last[0] is None):
        (found,) = file.execute("pragma quick_check(1)").fetchone()
        if found != "ok":
            return str(found).replace("\n", " ")
    return ""


def _connection(path: Path) -> sqlite3.Connection:
    """Connect to a file so that nothing beside it is made or changed, if SQLite can do that.

    Without a log the file is all of it, and the lock keeps it as it is. With one, SQLite
    notes in the file -shm what the log holds; here it does so in memory, unless that is not enough.
    """
    ways = ("immutable=1",) if not has_log(path) else ("readonly_shm=1", "mode=ro")
    for way in ways:
        file = sqlite3.connect(f"file:{quote(str(path))}?mode=ro&{way}", uri=True)
        try:
            file.execute("pragma query_only = on")
            file.execute("select count(*) from sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            file.close()
            other = sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY
            if way == ways[-1] or faults.code_of(error) & 0xFF not in other:
                raise
        except BaseException:
            file.close()
            raise
        else:
            return file
    raise AssertionError(ways)


def _check_log(path: Path, header: Header) -> None:
    """Check the beginning of the log, since SQLite drops one that is not right, with its tasks.

    Its header is on the disk before anything that follows it, so neither a kill nor a power cut
    can leave it half written.
    """
    with Path(f"{path}-wal").open("rb") as file:
        data = file.read(LOG_HEADER)
    magic, _, page_size = struct.unpack(">3I", data[:12])
    order = ">" if magic & 1 else "<"
    sums = struct.unpack(">2I", data[24:])
    if magic & ~1 == LOG_MAGIC and page_size == header.page_size and sums == _sums(data, order):
        return
    what = "has only zeros" if not data.strip(b"\0") else "was overwritten"
    raise JournalCorrupt(path, f"has a log {path.name}-wal that {what}: {advice(path)}")


def _sums(data: bytes, order: str) -> tuple[int, int]:
    """Return the two checksums of the first 24 bytes, as SQLite's file format defines them."""
    first = second = 0
    for one, two in struct.iter_unpack(f"{order}2I", data[:24]):
        first = (first + one + second) & 0xFFFFFFFF
        second = (second + two + first) & 0xFFFFFFFF
    return first, second


def advice(path: Path) -> str:
    """Return the next command for a file that is damaged."""
    quoted = shlex.quote(str(path))
    return f"`chasqui-tui journal recover {quoted}` sets it aside and saves what can be read"
