"""The row of short commands: `run` with a row for each, against what people use else.

Both start one process after another, so the rate is bound by what a process costs on the machine.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from tests.benchmarks.measure import Result, Scale, compare, rate
from tests.benchmarks.starts import environment
from tests.benchmarks.works import WORKERS

NAME: Final = "run.commands"
PEERS: Final = {
    "xargs": (1.0, ("xargs", f"-P{WORKERS}", "-n1", "true")),
    "parallel": (3.0, ("parallel", f"-j{WORKERS}", "true")),
}
"""What to go for against each, and how it runs the commands."""
OURS: Final = (sys.executable, "-m", "chasqui", "run")


def run_commands(scale: Scale) -> Iterator[Result]:
    """Measure short commands through 8 workers, a row for each."""
    count = max(scale.tasks // 40, 50)
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        (folder / ".parallel").mkdir()
        (folder / ".parallel/will-cite").touch()  # GNU parallel asks once
        (folder / "numbers").write_text("".join(f"{number}\n" for number in range(count)))
        ours = _rate(folder, count, (*OURS, "--workers", str(WORKERS), "--", "true"), rows=True)
        ours()  # what it imports is compiled
        for peer, (aim, command) in PEERS.items():
            if shutil.which(command[0]) is None:
                yield Result(NAME, f"{peer}: not installed", 0, 0, "-", "-")
                continue
            ratio, mine, other = compare(ours, _rate(folder, count, command), scale.rounds)
            yield Result(NAME, peer, ratio, aim, f"{mine:,.0f}/s", f"{other:,.0f}/s")


def _rate(
    folder: Path, count: int, command: tuple[str, ...], *, rows: bool = False
) -> Callable[[], float]:
    def run() -> None:
        with (folder / "numbers").open("rb") as numbers, (folder / "rows").open("wb") as printed:
            subprocess.run(
                command,
                check=True,
                cwd=folder,
                env={**environment(), "HOME": os.fspath(folder)},
                stdin=numbers,
                stdout=printed,
                stderr=subprocess.DEVNULL,
            )
        if rows and (folder / "rows").read_bytes().count(b'"state":"completed"') != count:
            raise AssertionError("a row is missing")

    return lambda: rate(count, run)
