"""The rows: what is measured, against what, and how far to go."""

from __future__ import annotations

import statistics
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from chasqui import Engine, Pool, task
from chasqui.engine.policy.rules import Policy
from tests.benchmarks import inprocess
from tests.benchmarks.commands import run_commands
from tests.benchmarks.consoles import (
    console_bytes,
    console_cost,
    console_key,
    console_start,
    console_tick,
)
from tests.benchmarks.executors import executor_submit
from tests.benchmarks.journals import journal_batch, journal_busy, journal_recover
from tests.benchmarks.measure import Result, Scale, compare, rate
from tests.benchmarks.processes import (
    processes_cores,
    processes_cpu,
    processes_noop,
    processes_replace,
)
from tests.benchmarks.starts import import_engine, start_run, start_version
from tests.benchmarks.works import QUEUE, WORKERS, Failing, executor_rate, pool_rate

PEER = "ThreadPoolExecutor"
TYPES: Final = 20
Row = Callable[[Scale], Iterator[Result]]


def pool_submit(scale: Scale) -> Iterator[Result]:
    """Measure no-op tasks one by one."""
    yield _rates("pool.submit", 8, scale, pool_rate(scale.tasks), executor_rate(scale.tasks))


def pool_batch(scale: Scale) -> Iterator[Result]:
    """Measure the same through `submit_batch` of 1,000."""
    ours = pool_rate(scale.tasks, batch=1000)
    yield _rates("pool.batch", 13, scale, ours, executor_rate(scale.tasks))


def pool_contend(scale: Scale) -> Iterator[Result]:
    """Measure eight submitting threads."""
    ours, theirs = pool_rate(scale.tasks, submitters=8), executor_rate(scale.tasks, submitters=8)
    yield _rates("pool.contend", 6, scale, ours, theirs)


def pool_failing(scale: Scale) -> Iterator[Result]:
    """Measure tasks that all raise."""
    ours = pool_rate(scale.tasks, unit=Failing)
    yield _rates("pool.failing", 5, scale, ours, executor_rate(scale.tasks, unit=Failing))


def pool_latency(scale: Scale) -> Iterator[Result]:
    """Measure from submit to the first line of the body, one task at a time, the pool idle."""
    ours = [_latencies(scale.probes, _through_pool)]  # the first is not counted
    theirs: list[list[float]] = []
    for _ in range(scale.rounds):
        ours.append(_latencies(scale.probes, _through_pool))
        theirs.append(_latencies(scale.probes, _through_executor))
    ours = ours[-scale.rounds :]
    for name, at in (("p50", 50), ("p99", 99)):
        pairs = [(_share(a, at), _share(b, at)) for a, b in zip(ours, theirs, strict=True)]
        ratio = statistics.median(b / a for a, b in pairs)
        mine, other = (statistics.median(side) * 1e6 for side in zip(*pairs, strict=True))
        yield Result(f"pool.latency.{name}", PEER, ratio, 1, f"{mine:.1f} us", f"{other:.1f} us")


def pool_memory(scale: Scale) -> Iterator[Result]:
    """Measure the bytes of a waiting task, each its own work with one own argument."""
    for kept in (True, False):
        mine = _bytes_each(scale.tasks, kept, _fill_pool)
        other = _bytes_each(scale.tasks, kept, _fill_executor)
        name = f"pool.memory.{'kept' if kept else 'dropped'}"
        yield Result(name, PEER, other / mine, 3, f"{mine:.0f} bytes", f"{other:.0f} bytes")


def pool_vs_inprocess(scale: Scale) -> Iterator[Result]:
    """Measure the same no-ops through task queues that can run in one process."""
    tasks = max(scale.tasks // 10, 200)  # they are slow
    for name, side in inprocess.PEERS.items():
        theirs = side(tasks)
        if theirs is None:
            yield Result("pool.vs.inprocess", f"{name}: not installed", 0, 0, "-", "-")
        else:
            yield _rates("pool.vs.inprocess", 20, scale, pool_rate(scale.tasks), theirs, name)


def engine_submit(scale: Scale) -> Iterator[Result]:
    """Measure a typed task with validated parameters against the bare pool."""
    ours, theirs = _engine_rate(scale.tasks), pool_rate(scale.tasks)
    yield _rates("engine.submit", 0.5, scale, ours, theirs, "pool.submit")


def engine_history(scale: Scale) -> Iterator[Result]:
    """Measure that every task is remembered against the same without."""
    forgets = {"app.unit0": Policy(keep="none")}
    ours, theirs = _engine_rate(scale.tasks), _engine_rate(scale.tasks, policies=forgets)
    yield _rates("engine.history", 0.9, scale, ours, theirs, 'keep="none"')


def engine_lanes(scale: Scale) -> Iterator[Result]:
    """Measure 20 types, half of them with limits and rates, against one type without."""
    limits = Policy(concurrency=WORKERS // 2, rate="1000000/s")
    limited = {f"app.unit{number}": limits for number in range(0, TYPES, 2)}
    ours = _engine_rate(scale.tasks, TYPES, policies=limited)
    yield _rates("engine.lanes", 0.5, scale, ours, _engine_rate(scale.tasks), "engine.submit")


def import_time(scale: Scale) -> Iterator[Result]:
    """Measure what `import chasqui` takes, and a first use of `Pool`, beyond the peer's module."""

    def took(code: str) -> float:
        best = min(_process(code) for _ in range(scale.rounds * 2))
        return best * 1000

    bare = took("import concurrent.futures")
    for name, code in (("import", "import chasqui"), ("import.pool", "from chasqui import Pool")):
        mine = took(code)
        figures = f"{mine:.0f} ms", f"{bare:.0f} ms"
        yield Result(name, "concurrent.futures", mine - bare, 60, *figures, at_most=True, unit="ms")


ROWS: dict[str, Row] = {
    "pool.submit": pool_submit,
    "pool.batch": pool_batch,
    "pool.contend": pool_contend,
    "pool.failing": pool_failing,
    "pool.latency": pool_latency,
    "pool.memory": pool_memory,
    "pool.vs.inprocess": pool_vs_inprocess,
    "executor.submit": executor_submit,
    "processes.cpu": processes_cpu,
    "processes.noop": processes_noop,
    "processes.cores": processes_cores,
    "processes.replace": processes_replace,
    "engine.submit": engine_submit,
    "engine.history": engine_history,
    "engine.lanes": engine_lanes,
    "journal.batch": journal_batch,
    "journal.busy": journal_busy,
    "journal.recover": journal_recover,
    "import": import_time,
    "import.engine": import_engine,
    "start.version": start_version,
    "start.run": start_run,
    "run.commands": run_commands,
    "console.tick": console_tick,
    "console.key": console_key,
    "console.bytes": console_bytes,
    "console.cost": console_cost,
    "console.start": console_start,
}


def _rates(
    row: str,
    aim: float,
    scale: Scale,
    ours: Callable[[], float],
    theirs: Callable[[], float],
    peer: str = PEER,
) -> Result:
    ratio, mine, other = compare(ours, theirs, scale.rounds)
    return Result(row, peer, ratio, aim, f"{mine:,.0f}/s", f"{other:,.0f}/s")


def _engine_rate(tasks: int, types: int = 1, **settings: Any) -> Callable[[], float]:
    def body(number: int, label: str = "x") -> None:
        return None

    def run() -> None:
        engine = Engine(workers=WORKERS, queue_size=QUEUE, **settings)
        names = [f"app.unit{one}" for one in range(types)]
        for one in range(types):
            engine.register(task(name=f"unit{one}")(body))
        engine.start()
        for number in range(tasks):
            engine.submit(names[number % types], {"number": number, "label": "a"})
        ledger = engine.shutdown()
        if ledger.completed != tasks:
            raise AssertionError(str(ledger))

    return lambda: rate(tasks, run)


# Latency


class _Probe:
    """Notes when its body begins."""

    id = name = "probe"

    def __init__(self) -> None:
        self.at = 0.0
        self.done = threading.Event()

    def execute(self, ctx: object) -> None:
        self.at = time.perf_counter()
        self.done.set()

    def __call__(self) -> None:
        self.execute(None)


def _latencies(probes: int, through: Callable[[int], list[float]]) -> list[float]:
    return sorted(through(probes))


def _through_pool(probes: int) -> list[float]:
    with Pool(WORKERS, QUEUE) as pool:
        return _probe(probes, pool.submit)


def _through_executor(probes: int) -> list[float]:
    with ThreadPoolExecutor(WORKERS) as executor:
        return _probe(probes, executor.submit)


def _probe(probes: int, submit: Callable[[_Probe], object]) -> list[float]:
    found = []
    for _ in range(probes):
        probe = _Probe()
        began = time.perf_counter()
        submit(probe)
        probe.done.wait()
        found.append(probe.at - began)
        time.sleep(0.0002)  # until the worker has fallen idle again
    return found


def _share(ordered: list[float], percent: int) -> float:
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


# Memory


class _Argument:
    """A work with one argument of its own."""

    __slots__ = ("id",)
    name = "argument"

    def __init__(self, id: object) -> None:
        self.id: Any = id

    def execute(self, ctx: object) -> None:
        return None

    def __call__(self) -> None:
        return None


def _bytes_each(
    tasks: int, kept: bool, fill: Callable[[int, list[object] | None], object]
) -> float:
    handles: list[object] | None = [] if kept else None
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    close = fill(tasks, handles)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    close()  # type: ignore[operator]
    return (after - before) / tasks


def _fill_pool(tasks: int, handles: list[object] | None) -> object:
    pool = Pool(1, tasks)
    for number in range(tasks):
        handle = pool.submit(_Argument(float(number)))
        if handles is not None:
            handles.append(handle)
    return lambda: pool.shutdown(0, drain=False)


def _fill_executor(tasks: int, handles: list[object] | None) -> object:
    executor, gate = ThreadPoolExecutor(1), threading.Event()
    executor.submit(gate.wait)
    for number in range(tasks):
        handle = executor.submit(_Argument(float(number)))
        if handles is not None:
            handles.append(handle)

    def close() -> None:
        gate.set()
        executor.shutdown(cancel_futures=True)

    return close


def _process(code: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - began
