"""The rows of processes: bodies in children, against other pools of processes."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, Final

from chasqui import Engine
from tests.benchmarks import process_bodies as bodies
from tests.benchmarks.measure import Result, Scale, rate

CHILDREN: Final = 2
TASKS: Final = 64
SECONDS: Final = 0.05
NO_OPS: Final = 20_000
Map = Callable[[str, list[int]], None]
"""Runs a body for each of these arguments, and waits for all results."""


def processes_cpu(scale: Scale) -> Iterator[Result]:
    """Measure 64 tasks of 50 ms, against the best of the others."""
    turns = max(int(SECONDS / _seconds_of(10_000) * 10_000), 1)
    tasks = TASKS if scale.rounds > 1 else 4
    yield _against_best("processes.cpu", 1 / 1.03, scale, "turns", [turns] * tasks)


def processes_noop(scale: Scale) -> Iterator[Result]:
    """Measure no-ops, against the best of the others."""
    count = NO_OPS if scale.rounds > 1 else 200
    yield _against_best("processes.noop", 1.5, scale, "nothing", list(range(count)))


def processes_cores(scale: Scale) -> Iterator[Result]:
    """Measure the turns that two children make in the time of one, where two cores are free."""
    seconds = 1.0 if scale.rounds > 1 else 0.05
    ratios = []
    with _engine() as engine:
        for _ in range(scale.rounds):
            (one,) = _spun(engine, 1, seconds)
            ratios.append(sum(_spun(engine, 2, seconds)) / one)
    ratio = statistics.median(ratios)
    yield Result("processes.cores", "one child", ratio, 1.8, f"{ratio:.2f} cores", "1")


def processes_replace(scale: Scale) -> Iterator[Result]:
    """Measure from the death of a child to the first result of the next."""
    took = []
    with _engine(1) as engine:
        engine.call(bodies.nothing_task, 1).result(30)
        for _ in range(scale.rounds * 5):
            engine.call(bodies.dies_task).wait(30)
            began = time.perf_counter()
            engine.call(bodies.nothing_task, 1).result(30)
            took.append((time.perf_counter() - began) * 1000)
    middle = statistics.median(took)
    figures = f"{middle:.1f} ms", "-"
    yield Result("processes.replace", "-", middle, 10, *figures, at_most=True, unit="ms")


def _against_best(name: str, aim: float, scale: Scale, body: str, given: list[int]) -> Result:
    sides: dict[str, Any] = {"chasqui": _ours, **PEERS}
    rates: dict[str, list[float]] = {}
    for _ in range(scale.rounds):
        for side, made in sides.items():
            try:
                with made() as run:
                    run(body, given[:CHILDREN])  # until its processes live
                    rates.setdefault(side, []).append(rate(len(given), lambda: run(body, given)))
            except ImportError:
                continue
    ours = rates.pop("chasqui")
    best = max(rates, key=lambda side: statistics.median(rates[side]))
    ratio = statistics.median(mine / other for mine, other in zip(ours, rates[best], strict=True))
    middle = {side: statistics.median(found) for side, found in rates.items()}
    others = ", ".join(f"{side} {found:,.0f}" for side, found in middle.items())
    return Result(name, best, ratio, aim, f"{statistics.median(ours):,.0f} /s", others)


def _engine(children: int = CHILDREN) -> Engine:
    engine = Engine(children, queue_size=100_000, backend="processes")
    for body in (bodies.turns_task, bodies.nothing_task, bodies.spins_task, bodies.dies_task):
        engine.register(body)
    return engine


@contextmanager
def _ours() -> Iterator[Map]:
    def run(body: str, given: list[int]) -> None:
        type_ = getattr(bodies, f"{body}_task")
        for task in [engine.call(type_, one) for one in given]:
            task.result(120)

    with _engine() as engine:
        yield run


@contextmanager
def _executor() -> Iterator[Map]:
    with ProcessPoolExecutor(CHILDREN, get_context("forkserver")) as pool:
        yield lambda body, given: _all([pool.submit(getattr(bodies, body), one) for one in given])


@contextmanager
def _loky() -> Iterator[Map]:
    from loky import ProcessPoolExecutor as Loky

    pool = Loky(CHILDREN)
    try:
        yield lambda body, given: _all([pool.submit(getattr(bodies, body), one) for one in given])
    finally:
        pool.shutdown()


@contextmanager
def _pebble() -> Iterator[Map]:
    from pebble import ProcessPool

    with ProcessPool(CHILDREN, context=get_context("forkserver")) as pool:
        yield lambda body, given: _all(
            [pool.submit(getattr(bodies, body), None, one) for one in given]
        )


PEERS: Final[dict[str, Any]] = {
    "ProcessPoolExecutor": _executor,
    "loky": _loky,
    "pebble": _pebble,
}


def _all(futures: list[Any]) -> None:
    for future in futures:
        future.result(120)


def _spun(engine: Engine, children: int, seconds: float) -> list[int]:
    made = [engine.call(bodies.spins_task, seconds) for _ in range(children)]
    return [task.result(60) for task in made]


def _seconds_of(turns: int) -> float:
    began = time.perf_counter()
    bodies.turns(turns)
    return time.perf_counter() - began
