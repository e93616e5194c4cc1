"""What the seed promised and broke is kept, and each check fails on a design like the seed's."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from chasqui import Dispatcher, Pool, PoolClosed
from tests.pool.conftest import WAIT, Call, Gate
from tests.pool.seed import SeedDispatcher, SeedPool
from tests.waiting import until

Make = Callable[[int, int], Any]
SOON = 0.5  # real seconds that a check waits for what a design that breaks it never does


class Kind:
    """Pools and dispatchers of one design."""

    def __init__(self, pool: Make, dispatcher: Any, patience: float) -> None:
        self.make, self.dispatcher, self.patience = pool, dispatcher, patience

    @contextmanager
    def pool(self, workers: int, queue_size: int, gate: Gate | None = None) -> Iterator[Any]:
        """Make a pool, start it, and end it with all that it runs."""
        pool = self.make(workers, queue_size)
        pool.start()
        try:
            yield pool
        finally:
            if gate is not None:
                gate.release.set()
            pool.shutdown(WAIT)

    def comes(self, event: threading.Event) -> bool:
        """Tell whether something happens."""
        return event.wait(self.patience)


HERE = Kind(Pool, Dispatcher, WAIT)
SEED = Kind(SeedPool, SeedDispatcher, SOON)


def a_graceful_shutdown_runs_what_is_queued_and_asks_nothing_to_stop(kind: Kind) -> None:
    gate, ran = Gate(), []

    def body(ctx: Any) -> None:
        gate(ctx)
        ran.append(ctx.cancelled)

    with kind.pool(1, 5, gate) as pool:
        for _ in range(3):
            pool.submit(Call(body))
        gate.await_entered()
        closer = threading.Thread(target=pool.shutdown, args=(WAIT,))
        closer.start()
        until(lambda: pool.state == "stopping")
        gate.release.set()
        closer.join(WAIT)

    assert [False, False, False] == ran


def a_submit_that_waits_while_the_pool_closes_is_refused_and_nothing_breaks(kind: Kind) -> None:
    gate, met = Gate(), []

    def submit() -> None:
        try:
            met.append(pool.submit(Call()))
        except BaseException as error:
            met.append(type(error))

    with kind.pool(1, 1, gate) as pool:
        pool.submit(Call(gate))
        gate.await_entered()
        pool.submit(Call())
        waits = threading.Thread(target=submit)
        waits.start()
        until(pool.blocked)
        closer = threading.Thread(target=pool.shutdown, args=(WAIT,))
        closer.start()
        waits.join(WAIT)
        gate.release.set()
        closer.join(WAIT)

    assert [PoolClosed] == met


def a_task_that_raises_costs_no_worker(kind: Kind) -> None:
    reached = threading.Event()

    def explode(ctx: Any) -> None:
        raise SystemExit("as rude as can be")

    with kind.pool(2, 10) as pool:
        for _ in range(4):
            pool.submit(Call(explode))
        pool.submit(Call(lambda ctx: reached.set()))

        assert kind.comes(reached)


def the_last_partial_batch_goes_without_waiting_for_more(kind: Kind) -> None:
    reached, more = threading.Event(), threading.Event()

    def source() -> Iterator[Call]:
        yield Call(lambda ctx: reached.set())
        more.wait(WAIT)

    with kind.pool(1, 10) as pool:
        dispatcher = kind.dispatcher(pool, batch_size=5, max_wait=0.01)
        dispatcher.start()
        dispatcher.process(source())
        try:
            assert kind.comes(reached)
        finally:
            more.set()
            dispatcher.shutdown(WAIT)


def the_last_partial_batch_is_not_lost_when_the_dispatcher_ends(kind: Kind) -> None:
    with kind.pool(1, 10) as pool:
        dispatcher = kind.dispatcher(pool, batch_size=5, max_wait=WAIT)
        dispatcher.start()
        dispatcher.process([Call() for _ in range(7)])
        report = dispatcher.shutdown(WAIT)

        assert (7, ()) == (report.accepted, report.left)


def what_a_batch_could_not_submit_is_reported(kind: Kind) -> None:
    gate = Gate()
    with kind.pool(1, 3, gate) as pool:
        pool.submit(Call(gate))
        gate.await_entered()
        dispatcher = kind.dispatcher(pool, batch_size=6)
        dispatcher.start()
        dispatcher.process([Call() for _ in range(6)])
        until(pool.blocked)
        closer = threading.Thread(target=pool.shutdown, args=(WAIT,))
        closer.start()
        report = dispatcher.shutdown(WAIT)
        gate.release.set()
        closer.join(WAIT)

    assert (3, 3) == (report.accepted, len(report.left))


def a_reading_adds_up_while_tasks_come_and_go(kind: Kind) -> None:
    with kind.pool(2, 10) as pool:
        enough, some_more = threading.Event(), threading.Semaphore(0)

        def feed() -> None:
            while not enough.is_set():
                pool.submit(Call())
                some_more.release()

        feeder = threading.Thread(target=feed)
        feeder.start()
        readings = []
        for _ in range(200):
            assert some_more.acquire(timeout=WAIT)
            readings.append(pool.metrics())
        enough.set()
        feeder.join(WAIT)

    assert all(reading.balanced for reading in readings)


def a_task_is_counted_as_accepted_before_it_can_run(kind: Kind) -> None:
    seen, has_read = [], threading.Event()

    def look(ctx: Any) -> None:
        seen.append(pool.metrics().accepted)
        has_read.set()

    with kind.pool(1, 10) as pool:
        pool.submit(Call(look))
        assert has_read.wait(WAIT)

    assert [1] == seen


PROMISES = [
    (1, a_graceful_shutdown_runs_what_is_queued_and_asks_nothing_to_stop),
    (2, a_submit_that_waits_while_the_pool_closes_is_refused_and_nothing_breaks),
    (3, a_task_that_raises_costs_no_worker),
    (4, the_last_partial_batch_goes_without_waiting_for_more),
    (4, the_last_partial_batch_is_not_lost_when_the_dispatcher_ends),
    (5, what_a_batch_could_not_submit_is_reported),
    (5, a_reading_adds_up_while_tasks_come_and_go),
    (6, a_task_is_counted_as_accepted_before_it_can_run),
]
IDS = [f"{number}-{promise.__name__}" for number, promise in PROMISES]


@pytest.mark.parametrize("promise", [promise for _, promise in PROMISES], ids=IDS)
def test_what_the_seed_promised_and_broke_is_kept(promise):
    promise(HERE)


@pytest.mark.parametrize("promise", [promise for _, promise in PROMISES], ids=IDS)
def test_the_check_fails_on_a_design_like_the_seeds(promise):
    with pytest.raises(AssertionError):
        promise(SEED)


def test_each_of_the_six_defects_has_a_check():
    assert set(range(1, 7)) == {number for number, _ in PROMISES}
