"""The rows of the journal: durable tasks against queues that are as durable, and recovery."""

from __future__ import annotations

import json
import shutil
import sqlite3
import statistics
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from chasqui import Engine, task
from tests.benchmarks import durable
from tests.benchmarks.durable import WORKERS
from tests.benchmarks.measure import Result, Scale, compare, rate
from tests.benchmarks.works import QUEUE, Ran, spread

BATCH: Final = 100
BURNERS: Final = 3
SYNCHRONOUS: Final = {"power": "full", "process": "normal"}
"""What each mode of the journal is in SQLite, and so in the peers."""
RECOVER_SECONDS: Final = 2
RECOVER_MIB: Final = 64
PROGRAM: Final = Path(__file__).with_name("recovery_program.py")


def journal_batch(scale: Scale) -> Iterator[Result]:
    """Measure accepting, running and ending tasks on disk, in batches of 100, in both modes."""
    ours, theirs = scale.tasks // 2, max(scale.tasks // 100, 100)  # the peers are slow
    for mode, synchronous in SYNCHRONOUS.items():
        for name, peer in durable.PEERS.items():
            row, told = f"journal.batch.{mode}", f"{name}, synchronous {synchronous}"
            side = peer(theirs, synchronous)
            if side is None:
                yield Result(row, f"{name}: not installed", 0, 0, "-", "-")
                continue
            aim = 20 if mode == "power" else 0  # the aim is for what survives a power cut
            ratio, mine, other = compare(journal_rate(ours, mode), side, scale.rounds)
            yield Result(row, told, ratio, aim, f"{mine:,.0f}/s", f"{other:,.0f}/s")


def journal_busy(scale: Scale) -> Iterator[Result]:
    """Measure the same beside three CPU-bound threads in the process, against without.

    Each of those holds the interpreter for 5 ms before it lets another thread in, so a thread that
    waits for a commit goes on about 30 ms later. Hence also eight submitting threads, which share
    their commits.
    """
    for submitters in (8, 1):
        tasks = scale.tasks // 5 if submitters > 1 else scale.tasks // 20
        idle = journal_rate(tasks, "power", submitters)
        ratio, mine, other = compare(_beside_burners(idle), idle, scale.rounds)
        row = f"journal.busy.{submitters}"
        yield Result(row, "itself idle", ratio, 0.25, f"{mine:,.0f}/s", f"{other:,.0f}/s")


def journal_recover(scale: Scale) -> Iterator[Result]:
    """Measure from opening a journal with waiting tasks to the first body, and the memory.

    Once as a shutdown has left it, once as a kill has.
    """
    waiting = scale.tasks * 5
    with TemporaryDirectory() as folder:
        few, many = Path(folder, "few.db"), Path(folder, "many.db")
        _make(few, 1)
        _make(many, waiting)
        for killed in (False, True):
            if killed:
                _forget_end(few)
                _forget_end(many)
            bare = [_recover(few) for _ in range(scale.rounds)]
            found = [_recover(many) for _ in range(scale.rounds)]
            seconds, mib = (statistics.median(side) for side in zip(*found, strict=True))
            least, base = (statistics.median(side) for side in zip(*bare, strict=True))
            row = f"journal.recover.{'killed' if killed else 'stopped'}"
            told = f"a single task; {waiting:,} waiting"
            figures = f"{seconds:.2f} s", f"{least:.2f} s"
            yield Result(row, told, seconds, RECOVER_SECONDS, *figures, at_most=True, unit="s")
            figures = f"{mib:.0f} MiB", f"{base:.0f} MiB"
            yield Result(row, told, mib - base, RECOVER_MIB, *figures, at_most=True, unit="MiB")


def journal_rate(tasks: int, mode: str, submitters: int = 1) -> Callable[[], float]:
    """Return a side that submits batches to an engine with a journal, and has all of them run."""

    def side() -> float:
        ran = Ran()

        @task
        def unit(number: int) -> None:
            ran.one()

        def submit(engine: Engine, share: int) -> None:
            for first in range(0, share, BATCH):
                many = range(first, min(first + BATCH, share))
                engine.submit_batch("app.unit", [{"number": number} for number in many])

        def run() -> None:
            with TemporaryDirectory() as folder:
                path = Path(folder, "jobs.db")
                engine = Engine(WORKERS, QUEUE, journal=path, journal_mode=mode)
                engine.register(unit)
                engine.start()
                spread(lambda share: submit(engine, share), tasks, submitters)
                ledger = engine.shutdown()
            if ledger.completed != tasks:
                raise AssertionError(str(ledger))

        result = rate(tasks, run)
        ran.check(tasks)
        return result

    return side


def _beside_burners(side: Callable[[], float]) -> Callable[[], float]:
    """Return a side that runs while threads of the process compute."""

    def busy() -> float:
        over = threading.Event()

        def burn() -> None:
            while not over.is_set():
                sum(range(1000))

        burners = [threading.Thread(target=burn, daemon=True) for _ in range(BURNERS)]
        for burner in burners:
            burner.start()
        try:
            return side()
        finally:
            over.set()
            for burner in burners:
                burner.join()

    return busy


def _make(path: Path, waiting: int) -> None:
    """Make a journal, and copy its only waiting task until there are as many as wanted."""

    @task
    def unit(number: int) -> None:
        return None

    engine = Engine(WORKERS, QUEUE, journal=path)
    engine.register(unit)
    engine.submit("app.unit", {"number": 1})
    engine.shutdown(0)
    with closing(sqlite3.connect(path)) as connection:
        columns = [row[1] for row in connection.execute("pragma table_info(task)")]
        others = ", ".join(column for column in columns if column != "id")
        connection.execute(
            f"insert into task({others}) with recursive n(i) as"
            f" (select 1 union all select i + 1 from n where i < ?)"
            f" select {others} from task, n where task.id = 1 and i < ?",
            (waiting, waiting),
        )
        connection.commit()


def _forget_end(path: Path) -> None:
    """Have a journal look as if its engine had been killed."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("update engine set stopped_us = null")
        connection.commit()


def _recover(path: Path) -> tuple[float, float]:
    """Open a copy in a process of its own: seconds to the first body, and MiB at their peak."""
    with TemporaryDirectory(dir=path.parent) as folder:
        copy = Path(folder, "jobs.db")
        shutil.copy(path, copy)
        done = subprocess.run([sys.executable, PROGRAM, copy], capture_output=True, text=True)
        seconds, mib = json.loads(done.stdout)
        return seconds, mib
