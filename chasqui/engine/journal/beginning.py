"""Beginning a life of an engine in its journal: what the last one left running, and a new slab."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING

from chasqui.engine.journal.crash import crash_at
from chasqui.engine.journal.lock import boot_id
from chasqui.engine.journal.marking import may_have_run
from chasqui.engine.journal.slab import Slab, slab_of
from chasqui.errors import JournalError, JournalUnsafe

if TYPE_CHECKING:
    from chasqui.engine.journal.store import Store
    from chasqui.engine.journal.view import LastEnd


def begin_life(store: Store, now_us: int) -> tuple[LastEnd | None, Slab]:
    """Return how the life before has ended, and a slab for this one.

    Raises:
        JournalUnsafe: it could not be written, as on a full disk.
    """
    try:
        slab = Slab.read(slab_of(store.path), store.uuid)
        last_end = store.begin(os.getpid(), boot_id(), now_us, slab)
        crash_at("begun")
        again = may_have_run(store.connection)
        return last_end, Slab.create(slab_of(store.path), store.uuid, store.epoch, again)
    except (OSError, sqlite3.Error) as error:
        if isinstance(error, JournalError):
            raise
        why = getattr(error, "strerror", None) or error
        raise JournalUnsafe(store.path, f"cannot be opened: {why}") from error
