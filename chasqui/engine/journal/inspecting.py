"""Inspecting a journal from outside, also beside the engine that writes it: nothing is changed.

All tasks are read in slices of their numbers. So no read lasts long, which would keep the writer
from copying its log into the file, and progress can be told.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import quote

import msgspec

from chasqui.engine.journal import faults, looking, place
from chasqui.engine.journal.lock import holder_of
from chasqui.engine.journal.reading import JournalReader
from chasqui.engine.journal.schema import FAILED, STATES
from chasqui.errors import JournalCorrupt, JournalUnavailable, JournalUnsafe

COUNT: Final = 20_000  # tasks that are counted in one read, unless that takes too long
ROWS: Final = 500  # tasks that are given out by one read
TABLES: Final = {"meta", "kept", "engine", "task", "failure", "batch"}
STEPS: Final = 100_000  # of SQLite's machine between two words about a long check
WORDS: Final = {number: word for word, number in STATES.items()}
COUNTED: Final = (
    "select type, state, count(*), min(created_us),"
    " sum(not json_valid(params) or (state >= 10) <> (finished_us is not null)), max(id) from"
    " (select id, type, state, created_us, finished_us, params from task where id > ?"
    " order by id limit ?) group by type, state"
)
TASKS: Final = (
    "select type, params, state, attempt, result, error, created_us, started_us, finished_us, id"
    " from task where id > ? {}"
    " and not coalesce(iif(json_valid(options), options ->> '$.refused', 0), 0) order by id limit ?"
)

Progress = Callable[[float | None], None]
"""Is called with the part that is done, from 0 to 1, or None if that is not known."""


class LifeReading(NamedTuple):
    """One life of an engine, in seconds since 1970."""

    number: int
    pid: int
    started: float
    stopped: float | None


class JournalStats(NamedTuple):
    """What a journal holds."""

    path: str
    version: int
    holder: int | None
    """The number of the process that has it open."""
    is_of_run: bool
    counts: dict[str, int]
    """By state."""
    types: dict[str, dict[str, int]]
    """By type and state."""
    failures: int
    oldest_waiting: float | None
    """When it was accepted, in seconds since 1970."""
    size: int
    log_size: int
    lives: int
    last: LifeReading | None
    unreadable: int
    """Tasks whose parameters are no JSON, or whose state cannot be."""


class Inspection:
    """A journal that is looked at; close it.

    Raises:
        JournalUnsafe, JournalCorrupt, JournalTooNew: it cannot be looked at.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        place.check(self.path)
        if not self.path.exists():
            raise JournalUnsafe(path, "does not exist; name the file of a journal")
        if not self.path.stat().st_size:
            raise JournalCorrupt(path, "is empty: it is new, or was emptied")
        self.header = looking.header_of(self.path)
        looking.check_header(self.path, self.header)
        self._reader = JournalReader(self.path)

    def close(self) -> None:
        self._reader.close()

    def __enter__(self) -> Inspection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def stats(self, progress: Progress) -> JournalStats:
        """Count what it holds; raises JournalUnavailable if it cannot be read."""
        counts: Counter[str] = Counter(dict.fromkeys(STATES, 0))
        types: dict[str, Counter[str]] = {}
        oldest, unreadable = None, 0
        for type, state, count, created, wrong, _ in self._lots(COUNTED, COUNT, progress):
            word = WORDS.get(state)
            if word is None:
                unreadable += count
                continue
            counts[word] += count
            types.setdefault(type, Counter())[word] += count
            unreadable += wrong or 0
            if word in ("queued", "scheduled"):
                oldest = created if oldest is None else min(oldest, created)
        lives = self._reader.all(
            "select epoch, pid, started_us, stopped_us from engine order by epoch desc limit 1"
        )
        holder = holder_of(self.path)
        return JournalStats(
            path=str(self.path),
            version=self.header.version,
            holder=None if holder is None else holder.pid,
            is_of_run=bool(self._reader.all("select 1 from kept where k = 'run'")),
            counts=dict(counts),
            types={name: dict(types[name]) for name in sorted(types)},
            failures=self._number("select count(*) from failure"),
            oldest_waiting=None if oldest is None else oldest / 1e6,
            size=_size(self.path),
            log_size=_size(Path(f"{self.path}-wal")),
            lives=lives[0][0] if lives else 0,
            last=_life(*lives[0]) if lives else None,
            unreadable=unreadable,
        )

    def rows(self, progress: Progress, *, failed: bool = False) -> Iterator[dict[str, Any]]:
        """Give the tasks by number, with the keys that `run` writes; ``failed``: only those.

        Refused lines of a run are no tasks, and are left out.
        """
        sql = TASKS.format(f"and state = {FAILED}" if failed else "")
        for row in self._lots(sql, ROWS, progress):
            try:
                record = _row(*row)
            except (TypeError, ValueError, AttributeError, KeyError) as error:
                # Its values are of kinds that the tables do not allow.
                raise JournalCorrupt(
                    self.path, f"has a damaged task {row[-1]}: {looking.advice(self.path)}"
                ) from error
            yield record

    def problems(self, progress: Progress) -> list[str]:
        """Check every page, and the sums of what the pages say; an empty list is a good answer."""
        with closing(sqlite3.connect(f"file:{quote(str(self.path))}?mode=ro", uri=True)) as file:
            file.execute("pragma query_only = on")
            file.set_progress_handler(lambda: progress(None), STEPS)
            try:
                found = [str(one) for (one,) in file.execute("pragma integrity_check(20)")]
            except faults.UNREADABLE as error:
                if not faults.is_damage(error):
                    raise JournalUnavailable(
                        f"the journal {self.path} cannot be checked now: {error}"
                    ) from error
                return [f"cannot be read: {error}"]
        if found != ["ok"]:
            return [line for one in found for line in one.splitlines()]
        return list(self._wrong_sums(progress))

    def _wrong_sums(self, progress: Progress) -> Iterator[str]:
        absent = TABLES - {name for (name,) in self._reader.all("select name from sqlite_master")}
        if absent:
            yield f"it has no table {', '.join(sorted(absent))}"
            return
        stats = self.stats(progress)
        if stats.unreadable:
            yield f"{stats.unreadable:,} tasks have parameters that are no JSON, or no proper state"
        if self._number("select count(*) from meta where k in ('uuid', 'seq')") != 2:
            yield "it does not say which journal it is, or which commit was its last"
        highest = self._number("select coalesce(max(id), 0) from task")
        if highest > self._last():
            yield f"a task has the number {highest:,}, and the last one given out is lower"

    def _lots(self, sql: str, size: int, progress: Progress) -> Iterator[tuple[Any, ...]]:
        """Give the rows of a query over all tasks, so many in one read, by the last number."""
        last, after = self._number("select max(id) from task"), 0
        while True:
            try:
                found = self._reader.all(sql, (after, size))
            except JournalUnavailable as error:
                if size == 1 or not _is_too_long(error):
                    raise
                size = max(1, size // 8)  # large parameters, or a slow disk
                continue
            if not found:
                return
            yield from found
            after = max(row[-1] for row in found)
            progress(min(1.0, after / last))

    def _last(self) -> int:
        return self._number(
            "select coalesce((select seq from sqlite_sequence where name = 'task'), 0)"
        )

    def _number(self, sql: str) -> int:
        found = self._reader.first(sql)
        return 0 if found is None or found[0] is None else int(found[0])


def _is_too_long(error: JournalUnavailable) -> bool:
    cause = error.__cause__
    return isinstance(cause, sqlite3.Error) and faults.code_of(cause) == sqlite3.SQLITE_INTERRUPT


def _row(
    type: str,
    params: str,
    state: int,
    attempts: int,
    result: str | None,
    error: str | None,
    created: int,
    started: int | None,
    finished: int | None,
    number: int,
) -> dict[str, Any]:
    kind, _, message = (error or "").partition(": ")
    if state >= STATES["completed"]:
        waited = None if started is None else (started - created) / 1e6
        ran = None if started is None or finished is None else (finished - started) / 1e6
    else:
        waited = ran = None
    return {
        "number": number,
        "type": type,
        "params": msgspec.Raw(params.encode()),
        "state": WORDS[state],
        "attempts": attempts,
        "result": None if result is None else msgspec.Raw(result.encode()),
        "error": {"type": kind, "message": message} if error else None,
        "waited": waited,
        "ran": ran,
    }


def _life(number: int, pid: int, started: int, stopped: int | None) -> LifeReading:
    return LifeReading(number, pid, started / 1e6, None if stopped is None else stopped / 1e6)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
