"""What the acceptance scripts share: running the command, and looking at it on a terminal."""

from __future__ import annotations

import contextlib
import json
import os
import re
import sqlite3
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from picture import save_png
from terminal import Terminal

LOOK: Final = 0.01  # seconds between two looks at what is waited for
USUAL: Final = 0.3  # processor seconds of what `slowness` measures, where limits were set


def check(holds: object, what: str) -> None:
    """End the script with a line that says what does not hold."""
    if not holds:
        raise SystemExit(f"does not hold: {what}")


def slowness() -> float:
    """Return how many times as long plain Python takes as on the machine that limits were set on.

    It makes, reads and stores JSON, in processor time. Never less than 1: on a faster machine the
    limits stay what they are.
    """
    began = time.thread_time()
    with contextlib.closing(sqlite3.connect(":memory:")) as base:
        base.execute("create table row(id integer primary key, kind text, params text)")
        for number in range(20_000):
            row = json.loads(json.dumps({"type": "plain", "params": {"seconds": number}}))
            given = number, row["type"], str(row["params"])
            base.execute("insert into row values (?, ?, ?)", given)
    return max(1.0, (time.thread_time() - began) / USUAL)


def soon(condition: Callable[[], object], what: str, seconds: float = 60.0) -> float:
    """Wait until something holds, and return after how many seconds it did."""
    began = time.monotonic()
    while not condition():
        check(time.monotonic() - began < seconds, f"{what} within {seconds:g} s")
        time.sleep(LOOK)
    return time.monotonic() - began


def run(
    *words: str | bytes, input: bytes | None = None, **more: Any
) -> subprocess.CompletedProcess[bytes]:
    """Run chasqui-tui to its end."""
    return subprocess.run(
        ["chasqui-tui", *words], input=input, capture_output=True, timeout=600, **more
    )


def rows(output: bytes) -> list[dict[str, Any]]:
    """Read output rows."""
    return [json.loads(line) for line in output.splitlines()]


def peak_of(command: str) -> int:
    """Run a shell line in a child of its own and return the largest peak memory in it, in KiB."""
    code = (
        "import resource, subprocess, sys\n"
        "status = subprocess.run(sys.argv[1], shell=True, stderr=subprocess.DEVNULL).returncode\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, status)"
    )
    done = subprocess.run(
        ["python3", "-c", code, command], capture_output=True, text=True, check=True
    )
    return int(done.stdout.split()[-2])


# A folder that no machine has, as long as the one that `run` makes for a script.
FOLDER = re.compile(r"/tmp/chasqui-acceptance-\w{8}")
NEUTRAL = "/srv/operators/the-work-of-today"


def _neutral(screen: Any) -> None:
    """Put a neutral name where a screen shows the script's own folder."""
    for number, line in enumerate(screen.display):
        for found in FOLDER.finditer(line):
            row = screen.buffer[number]
            for at, letter in enumerate(NEUTRAL, found.start()):
                row[at] = row[at]._replace(data=letter)


def keep_screen(terminal: Terminal, name: str) -> None:
    """Keep a screen beside the scripts, for a person to look at, if the run was asked to."""
    if "KEEP_SCREENS" not in os.environ:
        return
    terminal.settle()
    _neutral(terminal.screen)
    kept = Path(__file__).parent / "screens" / name
    kept.with_suffix(".txt").write_text(terminal.text + "\n", encoding="utf-8")
    save_png(terminal.screen, kept.with_suffix(".png"))
