"""Marking: what ran when the last life of an engine ended is written down when the next begins."""

from __future__ import annotations

import sqlite3
from typing import Final

from chasqui.engine.journal.schema import COUNT_OPEN
from chasqui.engine.journal.slab import SlabReading
from chasqui.engine.journal.view import LastEnd

RAN: Final = (
    "update task set attempt = max(attempt, ?), interrupted = interrupted + 1, again = 1,"
    " started_us = ? where id = ? and state < 10"
)
# How the attempt has ended is not in the file, so it is made again; those before it are over.
PERHAPS: Final = (
    "update task set attempt = ? - 1, again = 1 where id = ? and state < 10 and attempt < ?"
)
LAST: Final = "select epoch, pid, started_us, stopped_us from engine order by epoch desc limit 1"
AGAIN: Final = "select id from task where again and state < 10"


def mark(connection: sqlite3.Connection, slab: SlabReading) -> LastEnd | None:
    """Write down what ran when the last life ended, and return how it did.

    It is called in the transaction that begins this life. So a slab is counted once, also when this
    process dies before it has made its own: its epoch is then no longer that of the last life.
    """
    last = connection.execute(LAST).fetchone()
    if last is None:
        return None
    epoch, pid, started, stopped = last
    ran = 0
    if slab.epoch == epoch:
        # First those that may have ended: the attempt that runs is not in the file either.
        perhaps = [(attempt, number, attempt) for number, attempt in slab.attempts.items()]
        connection.executemany(PERHAPS, perhaps)
        for number, attempt, started in slab.running:
            ran += connection.execute(RAN, (attempt, started, number)).rowcount
    (left,) = connection.execute(COUNT_OPEN).fetchone()
    return LastEnd(
        epoch=epoch,
        pid=pid,
        started=started / 1e6,
        stopped=None if stopped is None else stopped / 1e6,
        interrupted=ran,
        requeued=left - ran,
    )


def may_have_run(connection: sqlite3.Connection) -> frozenset[int]:
    """Return the open tasks that an earlier life may have run."""
    return frozenset(number for (number,) in connection.execute(AGAIN))
