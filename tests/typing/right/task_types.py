"""A program with task types: their parameters and results are known wherever they go."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, assert_type

from chasqui import Batch, Context, Engine, Retry, Task, task


@task
def add(a: int, b: int = 2) -> int:
    """Add two numbers."""
    return a + b


@task
def tick() -> None: ...


@task(time_limit=30, retry=Retry(attempts=3), name="thumbnail")
def thumb(ctx: Context, path: Path, width: int = 256) -> str:
    ctx.progress(1, 1)
    return f"{path} at {width}"


@task
async def fetch(url: str) -> bytes:
    return url.encode()


@task
async def fetch_slowly(ctx: Context, url: str, *, times: int = 1) -> bytes:
    return url.encode() * times


class Maths:
    @staticmethod
    @task
    def double(number: int) -> int:
        return 2 * number


class Job:
    id = name = "job"

    def __init__(self, number: int) -> None:
        self.number = number

    def execute(self, ctx: Context) -> int:
        return self.number


class AsyncJob(Job):
    pass


def total(batch: Batch[int]) -> int:
    return sum(number for number in batch.results(timeout=10) if isinstance(number, int))


def texts(tasks: Sequence[Task[object]]) -> list[str]:
    return [str(task.result(timeout=10)) for task in tasks]


async def directly() -> bytes:
    return await fetch("ab")


def by_name(engine: Engine, name: str, params: dict[str, Any]) -> Any:
    task = engine.submit(name, params, priority=3, key="once")
    assert_type(task, Task[Any])
    return task.result(timeout=10)


def main() -> None:
    assert_type(add(1, b=2), int)
    assert_type(Maths.double(2), int)
    assert add(1) == 3 and Maths().double(2) == 4
    assert add.__name__ == "add" and add.__doc__ == "Add two numbers."

    engine = Engine(workers=4)
    assert_type(engine.register(add)(1), int)
    for one in (tick, thumb, fetch, fetch_slowly, Maths.double):
        engine.register(one)
    with engine:
        number = engine.call(add, 1, b=2)
        assert_type(number, Task[int])
        assert_type(number.result(), int)
        assert number.result() == 3
        assert_type(engine.call(thumb, Path("a.png"), width=64), Task[str])
        assert_type(engine.call(fetch, "ab"), Task[bytes])
        assert_type(engine.call(fetch_slowly, "ab", times=2), Task[bytes])
        assert_type(engine.call(tick), Task[None])
        assert_type(add.submit(1, b=2), Task[int])
        assert_type(thumb.submit(Path("a.png"), 64), Task[str])
        assert_type(fetch.submit("ab"), Task[bytes])
        assert_type(engine.call(Maths.double, 2), Task[int])

        assert_type(add.submit(1, b=2), Task[int])  # on the engine of this block
        assert_type(thumb.submit(Path("b.png")), Task[str])
        later = engine.submit(add.work(1), delay=0.01, priority=5, time_limit=10, key="add")
        assert_type(later, Task[int])
        assert_type(engine.submit(fetch.work("a")), Task[bytes])
        assert_type(engine.submit(add, {"a": 1}, timeout=10), Task[int])
        assert_type(engine.try_submit(thumb.work(Path("a"))), Task[str])
        assert_type(engine.submit(Job(3)), Task[int])
        assert by_name(engine, "app.add", {"a": 1}) == 3

        sums = engine.submit_batch(add, [{"a": 1}, {"a": 2, "b": 3}])
        assert_type(sums, list[Task[int]])
        assert texts(sums) == ["3", "5"]
        batch = engine.batch(add.work(number) for number in range(3))
        assert_type(batch, Batch[int])
        assert total(batch) == 9
        assert_type(engine.batch([Job(1), Job(2)]), Batch[int])
        assert_type(engine.batch([("app.add", {"a": 1}), "app.tick"]), Batch[Any])
        mapped = engine.map(add, range(3))
        assert_type(mapped, Batch[int])
        assert total(mapped) == 9
        assert_type(engine.map(thumb, [Path("a"), Path("b")]), Batch[str])
        pairs = engine.batch_of(add, [(1, 2), (3, 4)], priority=3)
        assert_type(pairs, Batch[int])
        assert pairs.results(timeout=10) == [3, 7]
    assert engine.metrics().failed == 0


if __name__ == "__main__":
    main()
