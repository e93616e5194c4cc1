"""The rows of start-up: what a person waits for, as a multiple of what an empty Python takes.

The programs are compiled before, as pip compiles what it installs: bytecode is kept in a folder of
the benchmark's own, also where the environment says that none is to be written.
"""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping

from tests.benchmarks.measure import Result, Scale, compare

PEER = "python -c pass"
COMMAND = (sys.executable, "-m", "chasqui")
ENGINE = "from chasqui import Engine; Engine()"


def start_version(scale: Scale) -> Iterator[Result]:
    """Measure `--version`."""
    yield _times("start.version", 2.5, scale, lambda: _ends(*COMMAND, "--version"))


def start_run(scale: Scale) -> Iterator[Result]:
    """Measure `run hello.greet` to its first row."""
    words = (*COMMAND, "run", "hello.greet", "name=Ana")
    yield _times("start.run", 8, scale, lambda: _says(*words))


def import_engine(scale: Scale) -> Iterator[Result]:
    """Measure a program that makes an engine, beyond an empty one."""
    _ends(sys.executable, "-c", ENGINE)
    mine, empty = [], []
    for _ in range(scale.rounds * 2):
        mine.append(_ends(sys.executable, "-c", ENGINE))
        empty.append(_ends(sys.executable, "-c", "pass"))
    ours, theirs = min(mine) * 1000, min(empty) * 1000
    figures = f"{ours:.0f} ms", f"{theirs:.0f} ms"
    yield Result("import.engine", PEER, ours - theirs, 80, *figures, at_most=True, unit="ms")


def _times(name: str, aim: float, scale: Scale, ours: Callable[[], float]) -> Result:
    def empty() -> float:
        return _ends(sys.executable, "-c", "pass")

    ours()
    ratio, mine, other = compare(ours, empty, scale.rounds * 2)
    figures = f"{mine * 1000:.0f} ms", f"{other * 1000:.0f} ms"
    return Result(name, PEER, ratio, aim, *figures, at_most=True, unit="x")


def _ends(*command: str) -> float:
    """Return the seconds until a program has ended."""
    began = time.perf_counter()
    subprocess.run(
        command, check=True, capture_output=True, stdin=subprocess.DEVNULL, env=environment()
    )
    return time.perf_counter() - began


def _says(*command: str) -> float:
    """Return the seconds until a program has written its first line, in a home of its own."""
    with tempfile.TemporaryDirectory() as home:
        began = time.perf_counter()
        with subprocess.Popen(
            command,
            env={**environment(), "HOME": home},
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as child:
            assert child.stdout is not None
            line = child.stdout.readline()
            took = time.perf_counter() - began
            child.stdout.read()
        if not line.startswith("{"):
            raise AssertionError(f"no row came: {line!r}")
    return took


@functools.cache
def environment() -> Mapping[str, str]:
    """Return the environment of the programs: nothing of this one that slows or changes them."""
    folder = tempfile.mkdtemp(prefix="chasqui-bytecode-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    hidden = ("XDG_", "CHASQUI_", "PYTHONDONTWRITE", "PYTHONUNBUFFERED")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    return {**kept, "PYTHONPYCACHEPREFIX": folder}
