"""Migration: the tables of an older version become those of this one, after a backup."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

from chasqui.engine.journal import faults
from chasqui.engine.journal.crash import crash_at
from chasqui.engine.journal.place import make
from chasqui.engine.journal.schema import BATCH, VERSION
from chasqui.errors import JournalCorrupt

STEPS: Final[Mapping[int, str]] = {1: f"drop view batch; {BATCH}"}
"""What makes the next version of each older one, as SQL; 1 is the first that there was."""


def migrate(
    path: Path, version: int, steps: Mapping[int, str] = STEPS, target: int = VERSION
) -> Path | None:
    """Bring a file to a version, and return its backup; None if it has that version.

    Either all steps happen or none. Call it with the lock, before the store is opened.

    Raises:
        JournalCorrupt: a step does not fit the file.
        sqlite3.Error: it cannot be written now.
    """
    if version >= target:
        return None
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        backup = _backup(file, path, version)
        crash_at("migrating")
        script = "".join(steps[one] for one in range(version, target))
        try:
            file.executescript(f"begin immediate; {script} pragma user_version = {target}; commit;")
        except sqlite3.Error as error:
            if not faults.is_of_rows(error) and not faults.is_damage(error):
                raise  # a full disk says nothing about the file
            raise JournalCorrupt(
                path,
                f"has tables of version {version} that cannot be brought to version {target} "
                f"({error}); {backup} is as it was",
            ) from None
        crash_at("migrated")
        file.execute("pragma wal_checkpoint(truncate)").fetchone()
    return backup


def _backup(file: sqlite3.Connection, path: Path, version: int) -> Path:
    when = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    backup = Path(f"{path}.version-{version}-{when}")
    # Under its name it is always whole. What is beside it is of a migration that was killed.
    part = Path(f"{path}.backup")
    for old in (part, Path(f"{part}-journal")):
        old.unlink(missing_ok=True)
    make(part)
    with closing(sqlite3.connect(part)) as copy:
        file.backup(copy)
    return part.rename(backup)
