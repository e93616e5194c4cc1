"""A program with works of its own: what to do, with an id, a name and a result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_type

from chasqui import BacklogFull, Context, Ledger, Metrics, Pool, Task, Work


@dataclass(frozen=True)
class Resize:
    id: str
    width: int
    name: str = "resize"

    def execute(self, ctx: Context, /) -> int:
        ctx.progress(1, 2)
        ctx.raise_if_cancelled()
        ctx.log.info("half of %s", self.id)
        return self.width * 2


class Fetch:
    name = "fetch"

    def __init__(self, url: str) -> None:
        self.id = url

    async def execute(self, ctx: Context) -> bytes:
        return self.id.encode()


def run(pool: Pool, works: list[Work[int]]) -> list[int]:
    return [task.result() for task in pool.submit_batch(works)]


def report(task: Task[int]) -> None:
    assert task.done and task.result() in (20, 40)


def main() -> None:
    pool = Pool(workers=2, queue_size=2, name="images")
    first = pool.submit(Resize("a", 10), priority=5, time_limit=10)
    assert_type(first, Task[int])
    assert_type(pool.try_submit(Fetch("b")), Task[bytes])
    try:
        pool.try_submit(Resize("c", 10))
    except BacklogFull as full:
        assert full.accepted == ()
    first.add_done_callback(report)
    with pool:
        assert first.result() == 20
        assert run(pool, [Resize("d", 10), Resize("e", 20)]) == [20, 40]
        tasks = pool.submit_batch([Fetch("f"), Fetch("g")])
        assert_type(tasks, list[Task[bytes]])
        assert [task.result() for task in tasks] == [b"f", b"g"]
        later = pool.submit_later(Resize("h", 1), 0.01)
        assert_type(later, Task[int])
        assert later.result() == 2
        reading = pool.metrics()
        assert_type(reading, Metrics)
        assert reading.accepted == 7
    ledger = pool.shutdown()
    assert_type(ledger, Ledger)
    assert ledger.clean


if __name__ == "__main__":
    main()
