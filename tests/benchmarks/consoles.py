"""The rows of consoles: what the real one costs, attached to a host, on a real pseudo-terminal.

Costs are CPU time of the console's process, or of the thread of a host that serves clients, which
another program on this machine changes little. Of several figures the best is what the console
itself takes.
"""

from __future__ import annotations

import contextlib
import json
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks import plain
from tests.benchmarks.machine import Yardstick
from tests.benchmarks.measure import Result, Scale
from tests.benchmarks.starts import environment
from tests.benchmarks.terminals import MODULE, drain, on_terminal, terminal, until_drawn

RATE = 4  # readings a second, as a console makes unless it is told otherwise
FAST = 10  # the most that a console can be told
CONSOLES = 10


def console_tick(scale: Scale) -> Iterator[Result]:
    """Measure a reading and its drawing, with few and with very many tasks waiting."""
    few = 1_000
    for waiting in (few, 5 * scale.tasks if scale.rounds > 1 else few):
        with Yardstick(plain.update, plain.UPDATE_MS) as yardstick, host(waiting) as (path, _):
            found = console(path, RATE, 2 * scale.rounds, "ticks")
        costs = found["costs"]
        name, peer = f"console.tick.{waiting}", f"{RATE} Hz, attached"
        yield _row(name, 10, costs, "ms", peer, yardstick.slowness)


def console_bytes(scale: Scale) -> Iterator[Result]:
    """Measure what is written to the terminal."""
    with host(1_000) as (path, _):
        found = console(path, FAST, 2 * scale.rounds, "ticks")
    kib = found["bytes"] / 1024
    yield Result("console.bytes", "-", kib, 60, f"{kib:.0f} KiB/s", "-", at_most=True, unit="KiB/s")


def console_key(scale: Scale) -> Iterator[Result]:
    """Measure a digit key, and how long it takes to be drawn beside a host that burns."""
    yardstick = Yardstick(plain.update, plain.UPDATE_MS)
    with yardstick, host(1_000) as (path, _):
        found, alone = console(path, 0.01, 4 * scale.rounds, "keys"), plain.wait()
    # What a program on this machine waits longer when another one burns is not the console's.
    with host(1_000, "burning") as (path, _), Yardstick(plain.wait, alone) as beside:
        burning = console(path, 0.01, 4 * scale.rounds, "keys")
    idle, busy = (sorted(one["waits"])[-2] for one in (found, burning))  # p95 of twenty
    figures = f"{busy:.1f} ms", f"{idle:.1f} ms"
    yield _row("console.key.p95", 1.5, [busy / idle], "x", "sleepers", beside.slowness, figures)
    yield _row("console.key", 15, found["costs"], "ms", "attached", yardstick.slowness)


def console_cost(scale: Scale) -> Iterator[Result]:
    """Measure the thread of the host that serves ten consoles."""
    with host(1_000) as (path, ask):
        words = ("tests.benchmarks.clients_program", path, str(CONSOLES), str(RATE))
        with subprocess.Popen((*MODULE, *words)) as clients:
            time.sleep(3)
            shares = []
            for _ in range(2 * scale.rounds):
                before, began = ask(), time.monotonic()
                time.sleep(1)
                shares.append(100 * (ask() - before) / (time.monotonic() - began))
            clients.kill()
    yield _row("console.cost", 2, shares, "%", f"{CONSOLES} consoles")


def console_start(scale: Scale) -> Iterator[Result]:
    """Measure from the start of a console's process to its first data.

    Its peer is a plain Textual program with a table: most of both is the import of Textual.
    """
    with host(1_000) as (path, _):
        for side in (lambda: _first_data(path), plain.start):
            side()  # the first reads what is compiled from the disk
        pairs = [(_first_data(path), plain.start()) for _ in range(2 * scale.rounds)]
    ours, theirs = map(min, zip(*pairs, strict=True))
    figures = f"{ours:.0f} ms", f"{theirs:.0f} ms"
    yield Result("console.start", "plain Textual", ours / theirs, 1.5, *figures, at_most=True)


def _row(
    name: str,
    aim: float,
    costs: list[float],
    unit: str,
    peer: str,
    slowness: float = 1.0,
    figures: tuple[str, str] | None = None,
) -> Result:
    """Return a row with a limit, which grows where the machine is slower than that of the limit."""
    best = min(costs)
    ours, theirs = figures or (f"median {statistics.median(costs):.1f} {unit}", "-")
    if slowness > 1:
        peer = f"{peer}; {aim:g} {unit} x {slowness:.2f}, the machine now"
    limit = round(aim * slowness, 1)
    return Result(name, peer, best, limit, ours, theirs, at_most=True, unit=unit)


@contextlib.contextmanager
def host(waiting: int, kind: str = "sleeping") -> Iterator[tuple[str, Any]]:
    """Run a host; yield its socket and a function that asks for the CPU of its server."""
    words = (*MODULE, "tests.benchmarks.host_program", str(waiting), kind)
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment()
    ) as program:
        assert program.stdin is not None and program.stdout is not None
        sent, answers = program.stdin, program.stdout

        def ask() -> float:
            sent.write("cpu\n")
            sent.flush()
            return float(answers.readline())

        try:
            yield answers.readline().strip(), ask
        finally:
            program.kill()


def console(path: str, rate: float, count: int, what: str) -> Any:
    """Run a console that measures itself, and return what it found."""
    with _shown(path, rate, count, what) as (program, file):
        program.wait(60 + 2 * count)
        found = json.loads(file.read_text())
        if "crash" in found:
            raise AssertionError(found["crash"])
        return found


@contextlib.contextmanager
def _shown(
    path: str, rate: float, count: int, what: str
) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """Run a console on a terminal that is read."""
    with tempfile.TemporaryDirectory() as folder, terminal() as (master, slave):
        file = Path(folder, "found")
        program = _started(slave, path, rate, count, what, str(file))
        reader = threading.Thread(target=drain, args=(master, program), daemon=True)
        reader.start()
        try:
            yield program, file
        finally:
            program.kill()
            program.wait()
            reader.join()


def _first_data(path: str) -> float:
    """Return the milliseconds until the command `attach` shows what its host says."""
    return until_drawn(b"RUNNING", "chasqui", "attach", Path(path).stem.rpartition("-")[0])


def _started(slave: int, *words: object) -> subprocess.Popen[bytes]:
    """Start a console that measures itself on a terminal."""
    return on_terminal(slave, "tests.benchmarks.console_program", *map(str, words))
