"""What both sides run, and the peer at its best.

Each side makes its own distinct units inside the timed part, drops the handles, waits once at the
end, and is checked to have run every body.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from typing import Any

from chasqui import Pool
from tests.benchmarks.measure import rate

WORKERS = 8
QUEUE = 1000


class Ran:
    """Counts the bodies that ran: `next` of a counter is atomic."""

    def __init__(self) -> None:
        self._counter = count()
        self.one = self._counter.__next__

    def check(self, expected: int) -> None:
        """See that as many ran as were submitted."""
        ran = self.one()
        if ran != expected:
            raise AssertionError(f"{ran} bodies ran of {expected}")


class Unit:
    """One no-op, as work for a pool or as a callable for the peer."""

    __slots__ = ("id", "one")
    name = "unit"

    def __init__(self, id: int, one: Callable[[], int]) -> None:
        self.id: Any = id
        self.one = one

    def execute(self, ctx: Any) -> None:
        self.one()

    def __call__(self) -> None:
        self.one()


class Failing(Unit):
    """The same, but it raises."""

    __slots__ = ()
    name = "failing"

    def execute(self, ctx: Any) -> None:
        self.one()
        raise ValueError(self.id)

    def __call__(self) -> None:
        self.one()
        raise ValueError(self.id)


def pool_rate(
    tasks: int, *, unit: type[Unit] = Unit, batch: int = 0, submitters: int = 1
) -> Callable[[], float]:
    """Return a side that submits to a pool, one by one or in batches."""

    def side() -> float:
        ran = Ran()

        def submit(pool: Pool, share: int) -> None:
            one = ran.one
            if batch:
                for first in range(0, share, batch):
                    last = min(first + batch, share)
                    pool.submit_batch([unit(at, one) for at in range(first, last)])
            else:
                for at in range(share):
                    pool.submit(unit(at, one))

        def run() -> None:
            pool = Pool(WORKERS, QUEUE)
            pool.start()
            spread(lambda share: submit(pool, share), tasks, submitters)
            ledger = pool.shutdown()
            ended = ledger.failed if unit is Failing else ledger.completed
            if ended != tasks:
                raise AssertionError(str(ledger))

        result = rate(tasks, run)
        ran.check(tasks)
        return result

    return side


def executor_rate(
    tasks: int, *, unit: type[Unit] = Unit, submitters: int = 1
) -> Callable[[], float]:
    """Return the peer's side: the faster of its plain form and one bounded by a semaphore."""

    def plain(ran: Ran) -> None:
        def submit(share: int) -> None:
            one = ran.one
            for at in range(share):
                executor.submit(unit(at, one))

        with ThreadPoolExecutor(WORKERS) as executor:
            spread(submit, tasks, submitters)

    def bounded(ran: Ran) -> None:
        room = threading.Semaphore(QUEUE)

        def done(future: object) -> None:
            room.release()

        def submit(share: int) -> None:
            one = ran.one
            for at in range(share):
                room.acquire()
                executor.submit(unit(at, one)).add_done_callback(done)

        with ThreadPoolExecutor(WORKERS) as executor:
            spread(submit, tasks, submitters)

    def side() -> float:
        best = 0.0
        for form in (plain, bounded):
            ran = Ran()
            best = max(best, rate(tasks, partial(form, ran)))
            ran.check(tasks)
        return best

    return side


def spread(submit: Callable[[int], None], tasks: int, submitters: int) -> None:
    if submitters == 1:
        submit(tasks)
        return
    threads = [
        threading.Thread(target=submit, args=(tasks // submitters,)) for _ in range(submitters)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def futures_rate(
    tasks: int, make: Callable[[], tuple[Any, Callable[[], object]]], *, kept: bool
) -> Callable[[], float]:
    """Return a side that calls functions through an executor, and keeps their futures or not.

    ``make`` returns the executor and what ends it and all below it.
    """

    def side() -> float:
        ran = Ran()

        def run() -> None:
            executor, end = make()
            one, futures = ran.one, []
            for _ in range(tasks):
                future = executor.submit(lambda: one() and None)
                if kept:
                    futures.append(future)
            end()

        result = rate(tasks, run)
        ran.check(tasks)
        return result

    return side
