"""The same no-ops through other task queues of Python that can run in one process."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable

from tests.benchmarks.measure import rate
from tests.benchmarks.works import WORKERS, Ran

Side = Callable[[], float]


def huey(tasks: int) -> Side | None:
    """Return huey's side: its memory storage and its consumer with threads."""
    if importlib.util.find_spec("huey") is None:
        return None
    import logging

    from huey import MemoryHuey

    logging.getLogger("huey").setLevel(logging.CRITICAL)

    def side() -> float:
        ran = Ran()
        queue = MemoryHuey("bench", results=False)

        @queue.task()  # type: ignore[untyped-decorator]
        def unit(number: int) -> None:
            ran.one()

        def run() -> None:
            consumer = queue.create_consumer(workers=WORKERS, periodic=False, initial_delay=0.001)
            consumer.start()
            for number in range(tasks):
                unit(number)
            while len(queue):
                time.sleep(0.001)
            consumer.stop(graceful=True)

        result = rate(tasks, run)
        ran.check(tasks)
        return result

    return side


def dramatiq(tasks: int) -> Side | None:
    """Return dramatiq's side: its stub broker and a worker with threads."""
    if importlib.util.find_spec("dramatiq") is None:
        return None
    import logging

    from dramatiq import Worker, actor
    from dramatiq.brokers.stub import StubBroker

    logging.getLogger("dramatiq").setLevel(logging.CRITICAL)

    def side() -> float:
        ran = Ran()
        broker = StubBroker(middleware=[])

        @actor(broker=broker)
        def unit(number: int) -> None:
            ran.one()

        def run() -> None:
            worker = Worker(broker, worker_threads=WORKERS, worker_timeout=10)
            worker.start()
            for number in range(tasks):
                unit.send(number)
            broker.join(unit.queue_name)
            worker.stop()

        result = rate(tasks, run)
        ran.check(tasks)
        return result

    return side


PEERS: dict[str, Callable[[int], Side | None]] = {"huey": huey, "dramatiq": dramatiq}
