"""The dispatcher: batches in, nothing lost."""

from __future__ import annotations

import asyncio
import itertools
import multiprocessing
import queue
import threading
from typing import Any

import pytest

from chasqui import Dispatcher, Engine, PoolClosed, task
from chasqui.testing import FakeClock

WAIT = 10.0


class Recorder:
    """A target that records batches, and may refuse."""

    def __init__(self):
        self.batches = []
        self.came = threading.Condition()
        self.refuse_after = None

    def submit_batch(self, works):
        with self.came:
            if self.refuse_after is not None:
                raise PoolClosed("closed", accepted=works[: self.refuse_after])
            self.batches.append(list(works))
            self.came.notify_all()
        return list(works)

    def await_batches(self, count):
        with self.came:
            assert self.came.wait_for(lambda: len(self.batches) >= count, WAIT)


def test_a_batch_is_submitted_and_counted(make_pool, call):
    pool = make_pool(2)
    ran = []
    with Dispatcher(pool, batch_size=7) as dispatcher:
        count = dispatcher.dispatch_batch(call(lambda ctx: ran.append(1)) for _ in range(20))

    pool.shutdown(WAIT)
    assert (20, 20) == (count, len(ran))


def test_an_iterable_goes_in_batches_and_the_last_partial_one_is_flushed():
    target = Recorder()
    dispatcher = Dispatcher(target, batch_size=4, max_wait=3600)
    dispatcher.start()
    dispatcher.process(range(10))

    report = dispatcher.shutdown(WAIT)

    assert list(range(10)) == list(itertools.chain(*target.batches))
    assert (10, True) == (report.accepted, report.clean)


def test_a_partial_batch_goes_when_its_oldest_work_has_waited_long_enough():
    clock = FakeClock()
    target = Recorder()
    works: queue.Queue[Any] = queue.Queue()
    dispatcher = Dispatcher(target, batch_size=50, max_wait=5, clock=clock)
    dispatcher.start()
    dispatcher.process(works)
    works.put("one")
    clock.await_sleepers(1)
    assert [] == target.batches

    clock.advance(5)
    target.await_batches(1)

    assert [["one"]] == target.batches
    dispatcher.shutdown()


def test_a_queue_is_emptied_before_the_dispatcher_stops():
    target = Recorder()
    works: queue.Queue[Any] = queue.Queue()
    dispatcher = Dispatcher(target, batch_size=3)
    dispatcher.start()
    dispatcher.process(works)
    for number in range(100):
        works.put(number)

    report = dispatcher.shutdown(WAIT)

    assert list(range(100)) == list(itertools.chain(*target.batches))
    assert 100 == report.accepted


def test_what_the_target_refuses_is_in_the_report():
    target = Recorder()
    target.refuse_after = 2
    dispatcher = Dispatcher(target, batch_size=5, max_wait=WAIT)
    dispatcher.start()
    dispatcher.process(range(5))

    report = dispatcher.shutdown(WAIT)

    assert (2, (2, 3, 4), False) == (report.accepted, report.left, report.clean)


def test_a_source_that_raises_is_reported_and_what_it_gave_is_submitted(caplog):
    target = Recorder()
    dispatcher = Dispatcher(target, batch_size=5)

    def source():
        yield 1
        raise OSError("broken source")

    dispatcher.start()
    dispatcher.process(source())
    report = dispatcher.shutdown(WAIT)

    assert (1, ["broken source"]) == (report.accepted, [str(error) for error in report.errors])


def test_an_endless_source_ends_at_the_deadline(make_pool, call):
    pool = make_pool(2, 10)
    dispatcher = Dispatcher(pool, batch_size=5)
    dispatcher.start()
    dispatcher.process(call() for _ in itertools.count())

    report = dispatcher.shutdown(0.05)
    pool.shutdown(WAIT)

    assert pool.metrics().accepted >= report.accepted


def test_a_dispatcher_that_is_not_running_refuses():
    dispatcher = Dispatcher(Recorder())
    with pytest.raises(PoolClosed):
        dispatcher.dispatch_batch([1])
    dispatcher.start()
    with pytest.raises(PoolClosed):
        dispatcher.start()
    dispatcher.shutdown()
    with pytest.raises(PoolClosed):
        dispatcher.process([1])


@pytest.mark.parametrize("settings", [{"batch_size": 0}, {"batch_size": 2.5}, {"max_wait": -1}])
def test_a_dispatcher_refuses_settings_that_make_no_sense(settings):
    with pytest.raises(ValueError, match="must be"):
        Dispatcher(Recorder(), **settings)


@pytest.mark.parametrize("make", [queue.Queue, queue.SimpleQueue, multiprocessing.Queue])
def test_a_source_may_be_any_queue_that_threads_read(make):
    target, works = Recorder(), make()
    with Dispatcher(target, batch_size=3) as dispatcher:
        dispatcher.process(works)
        for number in range(10):
            works.put(number)
        target.await_batches(3)  # what waits in the pipe of another process does not count yet

    assert list(range(9)) == list(itertools.chain(*target.batches))[:9]


@pytest.mark.parametrize("source", [asyncio.Queue(), queue.Queue, 5, "text", {"a": 1}, None])
def test_a_queue_that_no_thread_can_read_is_refused_as_a_source(source):
    with (
        Dispatcher(Recorder()) as dispatcher,
        pytest.raises(TypeError, match="source must be an iterable or a queue, got "),
    ):
        dispatcher.process(source)


def test_in_a_block_it_starts_and_shuts_down():
    target = Recorder()

    with Dispatcher(target, batch_size=50, max_wait=WAIT) as dispatcher:
        dispatcher.process([1, 2, 3])

    assert [[1, 2, 3]] == target.batches
    with pytest.raises(PoolClosed):
        dispatcher.dispatch_batch([4])


def test_over_an_engine_it_takes_a_type_or_its_name():
    @task
    def double(number: int) -> int:
        return 2 * number

    engine = Engine(1)
    engine.register(double)
    with engine:
        for type in (double, "app.double"):
            with Dispatcher(engine, type=type) as dispatcher:
                assert 2 == dispatcher.dispatch_batch([{"number": 1}, {"number": 2}])

    assert 4 == engine.metrics().completed


def test_its_annotation_may_be_evaluated():
    assert "Dispatcher[int]" in str(Dispatcher[int])
