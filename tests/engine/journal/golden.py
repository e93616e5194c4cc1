"""Golden journals: one of each version of the tables that was ever released, as SQL text.

Later versions must open them. When the version of the tables grows, the text of the last one stays
as it is, and this writes one of the new version:

    python -m tests.engine.journal.golden
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from chasqui import Engine, task
from chasqui.engine.journal.schema import VERSION
from chasqui.testing import FakeClock
from tests.waiting import until

FOLDER = Path(__file__).parent / "golden"
BOOT = "00000000"


@task
def double(n: int) -> int:
    """Return twice the number."""
    return 2 * n


@task
def refuse(why: str) -> None:
    """Fail."""
    raise ValueError(why)


def engine_of(path: Path, clock: FakeClock) -> Engine:
    """Make an engine with a journal and the types of the golden journals."""
    engine = Engine(1, 100, journal=path, clock=clock, plugins=False)
    engine.register(double)
    engine.register(refuse)
    return engine


def text_of(path: Path) -> str:
    """Return a journal as SQL."""
    with closing(sqlite3.connect(path)) as file:
        names = ("application_id", "user_version")
        numbers = [(name, file.execute(f"pragma {name}").fetchone()[0]) for name in names]
        lines = [*file.iterdump(), *(f"PRAGMA {name}={number};" for name, number in numbers)]
    return "\n".join(lines) + "\n"


def built(version: int, path: Path) -> Path:
    """Make the journal of a version from its text."""
    path.touch(0o600)
    with closing(sqlite3.connect(path)) as file:
        file.executescript((FOLDER / f"version-{version}.sql").read_text("utf-8"))
        file.execute("pragma journal_mode = wal").fetchone()
    return path


def written() -> Path:
    """Write the text of a journal with tasks in each state, a failure, a key and a pause."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "jobs.db")
        engine = engine_of(path, FakeClock())
        engine.start()
        for n in range(1, 4):
            engine.submit("app.double", {"n": n}).result()
        failed = engine.submit("app.refuse", {"why": "no"})
        until(lambda: failed.state == "failed")
        engine.pause()
        engine.submit("app.double", {"n": 5}, priority=5, key="five")
        engine.submit("app.double", {"n": 6})
        engine.submit("app.double", {"n": 7}, delay=3600)
        engine.submit("app.double", {"n": 8}).cancel()
        engine.shutdown(0)
        with closing(sqlite3.connect(path)) as file:  # nothing of the machine it is made on
            file.execute("update engine set pid = 4321, boot = ?", (BOOT,))
            file.commit()
        text = text_of(path).replace(str(FOLDER.parents[3]), "/srv/chasqui")
    target = FOLDER / f"version-{VERSION}.sql"
    target.parent.mkdir(exist_ok=True)
    target.write_text(text, "utf-8")
    return target


if __name__ == "__main__":
    print(written())
