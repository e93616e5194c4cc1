"""Lives of an engine with a journal: start one, read what it says, kill it, check what is left.

A `Journal` is the file over all its lives. After each of them `check` compares the rows with what
was said, and with the rows after the life before.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from bench import check

from chasqui.engine.journal.housekeeping import SLICE
from chasqui.engine.journal.schema import VERSION
from chasqui.engine.journal.slab import Slab, slab_of

LOAD = Path(__file__).parent / "journal_load.py"
STATES = {10: "completed", 11: "failed", 12: "cancelled"}
PATIENCE = 60.0  # seconds for a life to get where it is killed, on a machine with other work

MANY = 1_000_000  # finished tasks that a journal keeps
FLUSHED = 1.0  # seconds after which an end is surely on disk, on a machine with other work


class Row(NamedTuple):
    """What the journal says of a task."""

    state: int
    attempt: int
    epoch: int
    finished: int | None
    result: str | None
    error: str | None

    @property
    def is_final(self) -> bool:
        return self.state >= 10


class Begun(NamedTuple):
    """A body that began."""

    number: int
    attempt: int
    redelivered: bool


@dataclass
class Said:
    """What a life of the engine said before it ended."""

    started: bool = False
    acknowledged: list[int] = field(default_factory=list)
    begun: list[Begun] = field(default_factory=list)
    ended: dict[int, tuple[str, float]] = field(default_factory=dict)
    ledger: dict[str, int] | None = None
    status: int = 0
    died: float = 0.0
    """The latest moment at which it can have died."""

    def take(self, line: bytes) -> None:
        what, *words = line.decode().split()
        if what == "S":
            self.started = True
        elif what == "A":
            self.acknowledged += map(int, words)
        elif what == "B":
            self.begun.append(Begun(int(words[0]), int(words[1]), words[2] == "1"))
        elif what == "E":
            self.ended[int(words[0])] = words[1], float(words[2])
        else:
            self.ledger = json.loads(line[2:])


def live(
    path: Path, mode: str, way: str, chance: random.Random, point: str = "", keep: int = MANY
) -> Said:
    """Have an engine live until it dies at a point, has drained, or is killed at random."""
    said = Said()
    reading, writing = os.pipe()
    command = [sys.executable, LOAD, path, mode, writing, chance.randrange(1 << 30), way, keep]
    environment = {**os.environ, "CHASQUI_CRASH_AT": point}
    errors = path.with_name("errors.txt")
    with errors.open("wb") as stderr:
        program = subprocess.Popen(
            [str(word) for word in command], pass_fds=[writing], env=environment, stderr=stderr
        )
    os.close(writing)
    # At a point it dies by itself, somewhere after this many acknowledgements.
    wanted = None if point or way != "load" else chance.randrange(1000, 9000)
    after = chance.uniform(0, 0.03)  # seconds, so that it is not always just after an answer
    began = time.monotonic()
    for line in _lines(reading, program):
        said.take(line)
        if point and time.monotonic() - began > PATIENCE:
            program.kill()
            raise SystemExit(f"does not hold: {point} is reached within {PATIENCE} s of load")
        if wanted is not None and len(said.acknowledged) >= wanted:
            wanted = None
            time.sleep(after)
            program.kill()
    said.status, said.died = program.wait(PATIENCE), time.monotonic()
    text = errors.read_text()
    killed = said.status == -signal.SIGKILL
    check(killed or (way != "load" and said.status == 0), f"{way} {point}: {said.status}\n{text}")
    check(not point or killed, f"{point} is reached; the engine ended by itself\n{text}")
    check("Traceback" not in text, f"{way} {point}:\n{text}")
    return said


def _lines(pipe: int, program: subprocess.Popen[bytes]) -> Iterator[bytes]:
    rest = b""
    with os.fdopen(pipe, "rb", 0) as source:
        while True:
            if not select.select([source], [], [], PATIENCE)[0]:
                program.kill()
                raise SystemExit(f"does not hold: an engine says something within {PATIENCE} s")
            data = source.read(1 << 16)
            if not data:
                check(not rest, f"whole lines only, not {rest!r}")
                return
            *whole, rest = (rest + data).split(b"\n")
            yield from whole


class Journal:
    """The file of a journal over all lives of the engine."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: dict[int, Row] = {}
        self.epochs = 0
        self.uuid = str(UUID(int=0))
        self.acknowledged: set[int] = set()
        self.last_begun: dict[int, int] = {}
        """The attempt in which the body of a task began last, over all lives so far."""
        self.named: set[int] = set()
        """What the slab names after the last life: it ran, or its end was perhaps not written."""
        self.ever_named: set[int] = set()
        self.uncertain: set[int] = set()
        """Tasks whose bodies began, and how they ended is not written: they run again."""
        self.keeps = MANY
        """How many finished tasks the life keeps; what is over that may go, the oldest first."""
        self.pruned = 0
        self.reruns = 0
        self.finals = {"completed": 0, "failed": 0, "cancelled": 0}
        """The sum of what each life has brought to an end."""

    def check(self, said: Said, what: str) -> None:
        """Compare the file with what the life said that has just ended."""
        before, self.rows = self.rows, self._read()
        rows = self.rows
        self.acknowledged.update(said.acknowledged)
        before = self._without_pruned(before, what)
        lost = [number for number in self.acknowledged if number not in rows]
        check(not lost, f"{what}: all acknowledged tasks are kept; lost: {sorted(lost)[:10]}")
        for number, old in before.items():
            now = rows.get(number)
            check(now is not None, f"{what}: the row of task {number} stays")
            if old.is_final:
                check(now == old, f"{what}: a final state stays: task {number}, {old}, {now}")
        self._check_bodies(said, before, what)
        for number, (state, seen) in said.ended.items():
            kept = STATES.get(rows[number].state)
            # An end is on disk a few milliseconds after it; that of a task that ran is in the slab
            # until then. A task that was cancelled before it ran is in no slab, and comes back.
            late = state == "cancelled" and said.died - seen < FLUSHED
            explained = kept == state or (kept is None and (late or number in self.named))
            check(
                explained, f"{what}: task {number} was seen {state}, is {kept} and not in the slab"
            )
        self._check_sums(said, before, what)

    def _without_pruned(self, before: dict[int, Row], what: str) -> dict[int, Row]:
        """Forget finished tasks that were pruned, which are the oldest; return the rest.

        A life dies in its first slice. How many are in that is not known here, since tasks that end
        while the life lasts count as well.
        """
        keeps, self.keeps = self.keeps, MANY
        if keeps == MANY:
            return before
        gone = {n: row for n, row in before.items() if row.is_final and n not in self.rows}
        latest = max((row.finished or 0 for row in gone.values()), default=0)
        kept = [row.finished or 0 for row in self.rows.values() if row.is_final]
        check(latest <= min(kept), f"{what}: the oldest are pruned")
        told = f"{len(gone)} pruned, {len(kept)} left of which {keeps} stay"
        check(not gone or len(kept) >= keeps, f"{what}: not too many are pruned; {told}")
        check(len(gone) <= SLICE, f"{what}: one slice is pruned; {told}")
        self.acknowledged.difference_update(gone)
        self.pruned += len(gone)
        return {number: row for number, row in before.items() if number not in gone}

    def _check_bodies(self, said: Said, before: dict[int, Row], what: str) -> None:
        here: dict[int, int] = {}
        for number, attempt, redelivered in said.begun:
            told = f"{what}: task {number}, attempt {attempt}"
            old, last = before.get(number), self.last_begun.get(number, 0)
            check(number in self.rows, f"{told}: it was on disk before it began")
            check(old is None or not old.is_final, f"{told}: it was final before, {old}")
            check(attempt > here.get(number, 0), f"{told}: it ran in this life already")
            check(attempt >= last, f"{told}: attempt {last} began in an earlier life")
            if number not in here:
                named = number in self.ever_named
                check(named or not redelivered, f"{told}: redelivered, but it never ran")
                check(
                    redelivered or number not in self.uncertain, f"{told}: is not told that it ran"
                )
                self.reruns += number in self.uncertain
                self.uncertain.discard(number)
            here[number] = attempt
        self.named = self._named()
        self.ever_named |= self.named
        for number, attempt in here.items():
            row = self.rows[number]
            self.last_begun[number] = attempt
            if not row.is_final and row.attempt < attempt:  # so it will run again
                self.uncertain.add(number)
                explained = number in self.named
                check(explained, f"{what}: task {number} ran, {row}, and the slab does not name it")

    def _check_sums(self, said: Said, before: dict[int, Row], what: str) -> None:
        """See that what was open, and what came, is open still, or came to an end in this life."""
        rows = self.rows
        ended = [
            n for n, r in rows.items() if r.is_final and not (n in before and before[n].is_final)
        ]
        came = len(rows) - len(before)
        was = sum(not row.is_final for row in before.values())
        now = sum(not row.is_final for row in rows.values())
        check(was + came == now + len(ended), f"{what}: {was} + {came} = {now} + {len(ended)}")
        check(all(rows[n].epoch == self.epochs for n in ended), f"{what}: ends are of this life")
        counts = dict.fromkeys(self.finals, 0)
        for number in ended:
            counts[STATES[rows[number].state]] += 1
        for state, count in counts.items():
            self.finals[state] += count
        if said.ledger is not None:
            expected = {"accepted": was + came, **counts, "left": now}
            check(said.ledger == expected, f"{what}: ledger {said.ledger}, rows {expected}")

    def _read(self) -> dict[int, Row]:
        if not self.path.exists():
            return {}
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as connection:
            if not connection.execute("select 1 from sqlite_schema").fetchone():
                return {}  # it was killed before there was a table
            (self.uuid,) = connection.execute("select v from meta where k = 'uuid'").fetchone()
            (self.epochs,) = connection.execute(
                "select coalesce(max(epoch), 0) from engine"
            ).fetchone()
            found = connection.execute(
                "select id, state, attempt, epoch, finished_us, result, error from task"
            )
            return {row[0]: Row(*row[1:]) for row in found}

    def _named(self) -> set[int]:
        found = Slab.read(slab_of(self.path), self.uuid)
        open_rows = {number: row for number, row in self.rows.items() if not row.is_final}
        return {n for n, row in open_rows.items() if found.may_have_run(n, row.attempt)}

    @property
    def finished(self) -> int:
        """How many tasks are finished."""
        return sum(row.is_final for row in self.rows.values())

    def keep_fewer(self) -> int:
        """Have the next life delete a slice of finished tasks, and return how many it keeps."""
        # A slice takes none that ended in that life: whether those are lost could not be told.
        check(self.finished >= SLICE, f"a slice of {self.finished} finished tasks")
        self.keeps = self.finished // 2
        return self.keeps

    def make_older(self) -> None:
        """Have the file say that it is of an older version, so that the next life migrates it."""
        with closing(sqlite3.connect(self.path)) as connection:
            connection.execute(f"pragma user_version = {VERSION - 1}")

    def sound(self) -> None:
        """See that the file itself is whole."""
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as connection:
            (answer,) = connection.execute("pragma integrity_check").fetchone()
        check(answer == "ok", f"{self.path}: {answer}")
