"""A program that ran functions in a ThreadPoolExecutor, on a pool."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import assert_type

from chasqui import Pool, Task


def size_of(path: Path, *, unit: int = 1) -> float:
    return path.stat().st_size / unit


async def fetch(url: str, times: int = 1) -> str:
    await asyncio.sleep(0)
    return url * times


class Counter:
    def __init__(self, start: int) -> None:
        self.count = start

    def add(self, more: int) -> int:
        self.count += more
        return self.count


def total(tasks: Sequence[Task[float]]) -> float:
    return sum(task.result(timeout=10) for task in tasks)


def states(tasks: Sequence[Task[object]]) -> list[str]:
    return [task.state for task in tasks]


def main() -> None:
    here = Path(__file__)
    with Pool(workers=4, queue_size=100) as pool:
        size = pool.call(size_of, here, unit=1024)
        assert_type(size, Task[float])
        page = pool.call(fetch, "ab", times=2)
        assert_type(page, Task[str])
        assert_type(page.result(), str)
        assert page.result() == "abab"

        counter = pool.call(Counter, 3).result()
        assert_type(counter, Counter)
        assert pool.call(counter.add, 4).result() == 7
        assert pool.call(partial(size_of, unit=2), here).result() > 0
        assert pool.call(len, "abc").result() == 3
        assert pool.call(lambda: 5).result() == 5

        sizes = pool.map(size_of, [here, here])
        assert_type(sizes, list[Task[float]])
        assert total(sizes) == 2 * size_of(here)
        pages = pool.map(fetch, ["a", "b"], timeout=10)
        assert_type(pages, list[Task[str]])
        assert [page.result() for page in pages] == ["a", "b"]
        assert states(pages) == ["completed", "completed"]


if __name__ == "__main__":
    main()
