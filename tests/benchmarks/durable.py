"""The same durable no-ops through other queues of Python that keep them in a file of SQLite.

Each side is as durable as Chasqui's: ``full`` syncs every commit to the disk and survives a power
cut, ``normal`` survives the death of the process. Both write ahead.
"""

from __future__ import annotations

import importlib.util
import threading
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.benchmarks.measure import rate
from tests.benchmarks.works import Ran

WORKERS: Final = 4
Side = Callable[[], float]


def huey(tasks: int, synchronous: str) -> Side | None:
    """Return huey's side: its SQLite storage and its consumer with threads."""
    if importlib.util.find_spec("huey") is None:
        return None
    import logging

    from huey import SqliteHuey

    logging.getLogger("huey").setLevel(logging.CRITICAL)

    def side() -> float:
        ran = Ran()
        with TemporaryDirectory() as folder:
            queue = SqliteHuey("bench", results=False, filename=str(Path(folder, "huey.db")))
            queue.storage.conn.execute(f"pragma synchronous = {synchronous}")

            @queue.task()  # type: ignore[untyped-decorator]
            def unit(number: int) -> None:
                ran.one()

            def run() -> None:
                consumer = queue.create_consumer(
                    workers=WORKERS, periodic=False, initial_delay=0.001
                )
                consumer.start()
                for number in range(tasks):
                    unit(number)
                while len(queue):
                    time.sleep(0.001)
                consumer.stop(graceful=True)

            result = rate(tasks, run)
            queue.storage.close()
        ran.check(tasks)
        return result

    return side


def litequeue(tasks: int, synchronous: str) -> Side | None:
    """Return litequeue's side: it has no workers, so threads pop, run and mark as done.

    Each thread has its own connection, which is faster here than one behind a lock.
    """
    if importlib.util.find_spec("litequeue") is None:
        return None
    from litequeue import LiteQueue

    def opened(folder: str) -> LiteQueue:
        queue = LiteQueue(Path(folder, "lite.db"), timeout=60)  # that it waits for its lock
        queue.conn.execute(f"pragma synchronous = {synchronous}")
        return queue

    def side() -> float:
        ran = Ran()
        with TemporaryDirectory() as folder:
            producer, over = opened(folder), threading.Event()

            def work() -> None:
                queue = opened(folder)
                while True:
                    was_over = over.is_set()
                    message = queue.pop()
                    if message is not None:
                        ran.one()
                        queue.done(message.message_id)
                    elif was_over:
                        break
                    else:
                        time.sleep(0.001)
                queue.conn.close()

            def run() -> None:
                workers = [threading.Thread(target=work) for _ in range(WORKERS)]
                for worker in workers:
                    worker.start()
                for number in range(tasks):
                    producer.put(f'["unit", {number}]')
                over.set()
                for worker in workers:
                    worker.join()

            result = rate(tasks, run)
            producer.conn.close()
        ran.check(tasks)
        return result

    return side


PEERS: Final[dict[str, Callable[[int, str], Side | None]]] = {
    "huey": huey,
    "litequeue": litequeue,
}
