"""The row of the executor: functions through `PoolExecutor.submit`, and the standard library's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from chasqui import Pool, PoolExecutor
from tests.benchmarks.measure import Result, Scale, compare
from tests.benchmarks.works import QUEUE, WORKERS, futures_rate

AIM = 1.2


def executor_submit(scale: Scale) -> Iterator[Result]:
    """Measure no-op functions with their futures dropped, and with all of them kept."""
    tasks = max(scale.tasks // 2, 1)
    for kept in (False, True):
        name = f"executor.submit.{'kept' if kept else 'dropped'}"
        mine, other = futures_rate(tasks, _ours, kept=kept), futures_rate(tasks, _theirs, kept=kept)
        ratio, ours, theirs = compare(mine, other, scale.rounds)
        figures = f"{ours:,.0f} /s", f"{theirs:,.0f} /s"
        yield Result(name, "ThreadPoolExecutor", ratio, AIM, *figures)


def _ours() -> tuple[PoolExecutor, Callable[[], object]]:
    pool = Pool(WORKERS, QUEUE)
    pool.start()
    return PoolExecutor(pool), pool.shutdown


def _theirs() -> tuple[ThreadPoolExecutor, Callable[[], object]]:
    executor = ThreadPoolExecutor(WORKERS)
    return executor, executor.shutdown
