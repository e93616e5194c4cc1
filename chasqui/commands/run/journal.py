"""The journal of a run: which lines of the input are final, and which rows may not be printed yet.

The input is the truth, so only ends are kept. A line that has ended is a task in the file, whose
number is that of the line, with a digest of its text. A line without one runs again after a kill.

The rows of one commit are a batch. They are in the file together with the ends of their lines until
it is known that they are printed; see `chasqui.commands.run.printing`.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Self

import msgspec

from chasqui.commands.given import Usage
from chasqui.commands.run.claim import claim, value_of
from chasqui.commands.run.line_keys import Before, LineChanged, LineKey
from chasqui.commands.run.line_work import LineNotes, RanBefore, counted
from chasqui.control.intake.lines import Unreadable
from chasqui.engine.journal.crash import crash_at
from chasqui.engine.journal.lock import boot_id
from chasqui.engine.journal.opening import opened
from chasqui.engine.journal.schema import CANCELLED, COMPLETED, FAILED
from chasqui.engine.journal.slab import Slab, slab_of
from chasqui.engine.journal.store import Store
from chasqui.engine.policy.retry import Retry
from chasqui.engine.policy.rules import Policy
from chasqui.engine.types.task_type import TypedWork

BATCH: Final = "run.rows."
OUTPUT: Final = "run.output"
RAN: Final = "run.ran"
LAST: Final = "select epoch, stopped_us from engine order by epoch desc limit 1"
IS_FINAL: Final = "select 1 from task where id = ?"
CHUNK: Final = 1000  # lines that are read from the file at once

# One statement for a commit, as in `chasqui.engine.journal.schema`. It takes the rows apart itself,
# and is not part of the file.
STATEMENT: Final = f"""
create temp view ended as select null as now, null as epoch, null as lines, null as kept;
create temp trigger ended_apply instead of insert on ended begin
  insert into task(id, type, state, priority, attempt, epoch, created_us, started_us, finished_us,
      params, options, result, error)
    select e.value ->> '$[1].line',
           coalesce(e.value ->> '$[1].type', ''),
           case e.value ->> '$[1].state'
             when 'completed' then {COMPLETED} when 'failed' then {FAILED} else {CANCELLED} end,
           0,
           e.value ->> '$[1].attempts',
           new.epoch,
           new.now - cast(1e6 * (coalesce(e.value ->> '$[1].ran', 0)
             + coalesce(e.value ->> '$[1].waited', 0)) as integer),
           new.now - cast(1e6 * (e.value ->> '$[1].ran') as integer),
           new.now,
           e.value -> '$[1].params',
           json_object('digest', e.value ->> 0, 'refused',
             json(iif(e.value ->> '$[1].number' is null, 'true', 'false'))),
           e.value -> '$[1].result',
           (e.value ->> '$[1].error.type') || ': ' || (e.value ->> '$[1].error.message')
      from json_each(new.lines) e;
  delete from kept where k in (select o.value ->> 0 from json_each(new.kept) o);
  insert into kept
    select o.value ->> 0, o.value ->> 1 from json_each(new.kept) o where o.value ->> 1 is not null;
end;
"""
# One row without `group by`, which would sort all lines, in memory.
COUNTS: Final = f"""
select coalesce(sum(state = {COMPLETED}), 0), coalesce(sum(state = {FAILED} and not refused), 0),
    coalesce(sum(state = {CANCELLED}), 0), coalesce(sum(refused), 0)
  from (select state, options ->> '$.refused' as refused from task)
"""
LINES: Final = "select id, options ->> '$.digest' from task where id > ? order by id limit ?"
FAILED_LINES: Final = (
    f"select id, type, params from task where id > ? and state = {FAILED}"
    " and not (options ->> '$.refused') order by id limit ?"
)

_encode: Final = msgspec.json.encode


class RowBatch(msgspec.Struct, frozen=True):
    """Rows that were committed together, and where they were about to be printed."""

    seq: int
    rows: str
    output: dict[str, Any] | None = None
    """See `chasqui.commands.run.printed.describe`; None: nowhere."""
    at: int = 0
    """In a file, they are nowhere before this position."""


class RunJournal:
    """An open journal of a run. Any thread."""

    def __init__(self, path: Path, store: Store, notes: LineNotes) -> None:
        self.path = path
        self.notes = notes
        self._store = store
        # The lock guards the connection: the thread that reads lines and the one that commits.
        self._lock = threading.Lock()
        self._execute = store.connection.execute
        store.connection.executescript(STATEMENT)
        self.before = Before(*self._execute(COUNTS).fetchone())
        """What was there when it was opened."""
        self._last = store.last_number()
        self._known: deque[tuple[int, str]] = deque()
        self._looked = 0

    @classmethod
    def open(cls, path: Path, command: Mapping[str, Any]) -> Self:
        """Open or make the journal for a command.

        Raises:
            Usage: it belongs to something else.
            JournalError: it cannot be opened; see `chasqui.engine.journal.opening`.
        """
        store: Store | None = None
        try:
            store = opened(path, "power", for_run=True)
            claim(store, path, command)
            return cls(path, store, _begun(store, path))
        except BaseException as error:
            if store is not None:
                store.close()
            if isinstance(error, sqlite3.Error | msgspec.MsgspecError):
                raise Usage(f"{path}: cannot be opened as a journal: {error}") from None
            raise

    def close(self) -> None:
        """Note that this run has ended in order, and close the file."""
        with self._lock:
            self._store.end(_now())
            self._store.checkpoint()
            self._store.close()

    @property
    def again(self) -> str:
        """The words with which the command is repeated to go on."""
        return f"--journal {self.path}"

    def noted(self, key: LineKey, work: TypedWork, rules: Policy) -> tuple[TypedWork, Retry | None]:
        """Return the work of a line that is noted while it runs, and how it is retried."""
        return self.notes.noted(key, work, rules)

    def has(self, key: LineKey) -> bool:
        """Tell whether a line is final; lines are asked for in order.

        Raises:
            LineChanged: it is, and it, or one that was passed over, was another one then.
            Unreadable: the file cannot be read.
        """
        number, digest, _ = key
        while number <= self._last:
            if not self._known and not self._read_on():
                return False
            known, was = self._known[0]
            if known > number:
                return False
            self._known.popleft()
            if known < number:
                raise LineChanged(self._changed(known, "was emptied"))
            if was != digest:
                raise LineChanged(self._changed(known, "has changed"))
            return True
        return False

    def missing(self) -> int:
        """Return the number of a final line that the input did not come to; 0 for none."""
        return self._last if self._known or self._read_on() else 0

    def failed_lines(self) -> Iterator[tuple[str, str]]:
        """Yield the types and the parameters, as JSON, of tasks that failed in earlier runs."""
        after = 0
        while found := self._select(FAILED_LINES, after):
            yield from ((type, params) for _, type, params in found)
            after = found[-1][0]

    def unprinted(self) -> list[RowBatch]:
        """Return the batches that may not be printed, in order; raises Unreadable."""
        try:
            found = self._execute("select v from kept where k glob ? order by k", (f"{BATCH}*",))
            return [msgspec.json.decode(text, type=RowBatch) for (text,) in found]
        except (sqlite3.Error, msgspec.MsgspecError) as error:
            raise Unreadable(f"{self.path}: cannot be read: {error}") from None

    def output(self) -> dict[str, Any] | None:
        """Return which output the last run had, and up to where it has written."""
        last: dict[str, Any] | None = value_of(self._store, OUTPUT)
        return last

    def commit(
        self,
        ended: Sequence[tuple[LineKey, bytes]],
        batch: RowBatch | None,
        printed: Iterable[int] = (),
        output: Mapping[str, Any] | None = None,
    ) -> None:
        """Write what has ended, with its rows, and forget the rows of batches that are printed.

        Raises:
            sqlite3.Error: nothing of it is written.
        """
        lines = b",".join(b'["%b",%b]' % (key.digest.encode(), row) for key, row in ended)
        kept: list[tuple[str, str | None]] = [(_name(seq), None) for seq in printed]
        if batch is not None:
            kept.append((_name(batch.seq), _encode(batch).decode()))
        if output is not None:
            kept.append((OUTPUT, _encode(output).decode()))
        values = _now(), self._store.epoch, f"[{lines.decode()}]", _encode(kept).decode()
        crash_at("run-before-commit")
        with self._lock:
            self._execute("insert into ended values (?, ?, ?, ?)", values)
        crash_at("run-committed")

    def _read_on(self) -> bool:
        found = self._select(LINES, self._looked)
        self._known.extend(one for one in found if one[0] <= self._last)
        if found:
            self._looked = found[-1][0]
        return bool(self._known)

    def _select(self, statement: str, after: int) -> list[Any]:
        try:
            with self._lock:
                return list(self._execute(statement, (after, CHUNK)))
        except sqlite3.Error as error:
            raise Unreadable(f"{self.path}: cannot be read: {error}") from None

    def _changed(self, number: int, how: str) -> str:
        return (
            f"line {number} {how} since it was run, and {self.path} has its end; run what has "
            "changed with a journal of its own, or without one"
        )


def _begun(store: Store, path: Path) -> LineNotes:
    """Begin the life of a run, and return what is known of the lines that earlier ones ran."""
    slab = Slab.read(slab_of(path), store.uuid)
    last = store.connection.execute(LAST).fetchone()
    found = value_of(store, RAN)
    before = RanBefore() if found is None else msgspec.convert(found, RanBefore, strict=False)
    was_killed = last is not None and last == (slab.epoch, None)
    ran = counted(before, slab, was_killed=was_killed)
    final = {line for line in ran.lines if store.connection.execute(IS_FINAL, (line,)).fetchone()}
    ran = RanBefore(ran.epoch, {line: one for line, one in ran.lines.items() if line not in final})
    if ran != before:
        store.connection.execute(
            "insert or replace into kept values (?, ?)", (RAN, _encode(ran).decode())
        )
    crash_at("run-counted")
    store.begin(os.getpid(), boot_id(), _now())
    return LineNotes(Slab.create(slab_of(path), store.uuid, store.epoch), store.uuid, ran.lines)


def _name(seq: int) -> str:
    return f"{BATCH}{seq:012}"


def _now() -> int:
    return time.time_ns() // 1000
