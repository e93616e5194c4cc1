"""A program that hands a pool to what wants an executor of the standard library."""

from __future__ import annotations

import asyncio
from concurrent.futures import Executor, Future, as_completed
from typing import assert_type

from chasqui import Pool, PoolExecutor


def length(text: str) -> int:
    return len(text)


def lengths(executor: Executor, texts: list[str]) -> dict[int, str]:
    futures: dict[Future[int], str] = {executor.submit(length, text): text for text in texts}
    return {future.result(): futures[future] for future in as_completed(futures)}


async def in_a_loop(executor: PoolExecutor) -> int:
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(executor, length, "four")


def main() -> None:
    with Pool(workers=2) as pool, PoolExecutor(pool) as executor:
        future = executor.submit(length, "abc")
        assert_type(future, Future[int])
        assert future.result(timeout=10) == 3
        assert lengths(executor, ["a", "bc"]) == {1: "a", 2: "bc"}
        assert list(executor.map(length, ["a", "bc"])) == [1, 2]
        assert asyncio.run(in_a_loop(executor)) == 4


if __name__ == "__main__":
    main()
