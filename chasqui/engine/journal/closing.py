"""Closing a journal: what waits is written, the end of the life is noted, the file is closed.

Each step can be repeated, since Ctrl+C may cut a shutdown short, and the next goes on with it.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from chasqui import loggers
from chasqui.engine.journal.crash import crash_at

if TYPE_CHECKING:
    from chasqui.engine.journal.committer import Committer
    from chasqui.engine.journal.store import Store

log = loggers.named("chasqui.engine.journal")


def write_rest(committer: Committer, store: Store) -> None:
    """Write what waits, end the committer's thread, and complain of what could not be written."""
    left = committer.close()
    if any(left):
        log.error(
            "the journal %s was closed without %d ends of tasks, which may run again, and"
            " %d other rows: it could not be written",
            store.path,
            left.updates,
            left.failures + left.kept + left.priorities,
        )


def end_life(store: Store, now_us: int) -> int:
    """Note that the life has ended in order, close the file, and return how many tasks it keeps.

    On a full disk the end cannot be noted: then the next life takes it for a crash, which costs a
    check of the file and nothing else.
    """
    kept = 0
    try:
        kept = store.count_open()
        crash_at("closing")
        store.end(now_us)
        crash_at("stopped")
        store.checkpoint()
        crash_at("checkpointed")
    except sqlite3.Error as error:
        log.error("the journal %s: its end could not be written: %s", store.path, error)
    store.close()
    return kept
