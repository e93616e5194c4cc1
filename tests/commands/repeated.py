"""A run with a journal that is repeated in one folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

LINES = 2000
WORDS = ("demo.sleep", "--each", "seconds", "in", "--journal", "run.db")


class Life(NamedTuple):
    """What came of one run."""

    status: int
    rows: list[bytes]
    errors: bytes

    @property
    def lines(self) -> list[int]:
        return [json.loads(row)["line"] for row in self.rows if row.endswith(b"\n")]


class Folder:
    """A folder with an input, where a run is repeated."""

    def __init__(self, path: Path) -> None:
        self.path = path
        (path / "in").write_text("0\n" * LINES)

    def run(self, *words: str, crash: str = "", to: str = "", append: bool = False) -> Life:
        """Run, to a file if one is named, else to a pipe that is read."""
        command = [sys.executable, "-m", "chasqui", "run", *(words or WORDS)]
        environment = {**os.environ, "CHASQUI_CRASH_AT": crash}
        pipes: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        if not to:
            done = subprocess.run(
                command, cwd=self.path, env=environment, stdout=subprocess.PIPE, timeout=60, **pipes
            )
            return Life(done.returncode, done.stdout.splitlines(keepends=True), done.stderr)
        with (self.path / to).open("ab" if append else "wb") as out:
            done = subprocess.run(
                command, cwd=self.path, env=environment, stdout=out, timeout=60, **pipes
            )
        return Life(done.returncode, self.read(to), done.stderr)

    def read(self, name: str) -> list[bytes]:
        return (self.path / name).read_bytes().splitlines(keepends=True)


EVERY = list(range(1, LINES + 1))
