"""What a plain Textual program costs on this machine: the measure of what a console costs there.

A console wakes a few times a second and then touches much memory. How long it takes then has little
to do with how fast the machine adds up numbers: one that did that as fast as the machine of the
limits drew everything half as fast.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Final

from tests.benchmarks.terminals import drain, on_terminal, terminal, until_drawn

UPDATE_MS: Final = 35.0
"""Of an update on the machine of the limits. A console of that time took 6.0 to 6.7 ms there for a
reading and its drawing. The same commit and this program were measured on another machine, in turn,
at their best of ten: 11.9 and 66 ms."""
UPDATES: Final = 20
MODULE: Final = "tests.benchmarks.plain_program"


def update() -> float:
    """Return the milliseconds of CPU of an update at its best."""
    return min(_found("costs"))


def wait() -> float:
    """Return how many milliseconds an update waits to be drawn, at the 95th percentile."""
    return sorted(_found("waits"))[-2]


def _found(what: str) -> list[float]:
    with tempfile.TemporaryDirectory() as folder, terminal() as (master, slave):
        file = Path(folder, "found")
        program = on_terminal(slave, MODULE, str(UPDATES), str(file))
        drain(master, program)
        found: dict[str, list[float]] = json.loads(file.read_text())
    return found[what]


def start() -> float:
    """Return the milliseconds until its first drawing."""
    return until_drawn(b"RUNNING", MODULE, "1", "/dev/null")
