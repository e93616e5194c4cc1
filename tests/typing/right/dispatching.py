"""A program that feeds a pool and an engine in batches, from lists, generators and queues."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from queue import Queue
from typing import Any

from chasqui import Context, Dispatcher, DispatchReport, Engine, Pool, Work, task


class Row:
    name = "row"

    def __init__(self, id: str) -> None:
        self.id = id

    def execute(self, ctx: Context) -> str:
        return self.id


@task
def store(row: int) -> int:
    return row


def rows() -> Iterator[Row]:
    for number in range(10):
        yield Row(str(number))


def feed(dispatcher: Dispatcher[Work]) -> int:
    return dispatcher.dispatch_batch([Row("a"), Row("b")])


def main() -> None:
    waiting: Queue[Row] = Queue()
    with Pool(workers=2) as pool:
        with Dispatcher(pool, batch_size=3, max_wait=0.01) as dispatcher:
            dispatcher.process(rows())
            dispatcher.process(waiting)
            waiting.put(Row("c"))
            assert feed(dispatcher) == 2
        report: DispatchReport = dispatcher.shutdown()
        assert report.clean and report.accepted == 13

    params: list[Mapping[str, Any]] = [{"row": 1}, {"row": 2}]
    with Engine(workers=2) as engine:
        engine.register(store)
        with (
            Dispatcher(engine, type=store) as by_type,
            Dispatcher(engine, type="app.store") as named,
        ):
            assert by_type.dispatch_batch(params) == 2
            named.process({"row": number} for number in range(5))
    assert engine.metrics().completed == 7


if __name__ == "__main__":
    main()
