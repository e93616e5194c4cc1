"""Lives: an engine that is killed or stopped and begins again with the same journal."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from chasqui import Context, Engine, task
from chasqui.testing import FakeClock


@task
def note(ctx: Context, n: int = 0, customer: str = "x") -> int:
    """Return the number."""
    return n


class Lives:
    """The engines of one journal, one after the other; each stops before the next begins."""

    def __init__(self, path: Path, clock: FakeClock) -> None:
        self.path = path
        self.clock = clock
        self.types: list[Any] = [note]
        self.engines: list[Engine] = []

    def make(self, **settings: Any) -> Engine:
        """Make the next engine, and do not start it."""
        self.stop()
        engine = Engine(1, 100, journal=self.path, clock=self.clock, plugins=False, **settings)
        for type in self.types:
            engine.register(type)
        self.engines.append(engine)
        return engine

    def begin(self, **settings: Any) -> Engine:
        """Make the next engine, and start it."""
        engine = self.make(**settings)
        engine.start()
        return engine

    def stop(self) -> None:
        """Stop the engine of now, which leaves what waits in the journal."""
        for engine in self.engines[-1:]:
            if engine.state != "stopped":
                engine.shutdown(0)


def in_file(path: Path, sql: str, *given: Any) -> list[Any]:
    """Read or change the file of a journal, which no engine may have open for a change."""
    with closing(sqlite3.connect(path)) as file:
        rows = file.execute(sql, given).fetchall()
        file.commit()
        return rows
