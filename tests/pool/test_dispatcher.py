"""The dispatcher: batches in, nothing lost."""

from __future__ import annotations

import asyncio
import itertools
import multiprocessing
import queue
import threading
from typing import Any

import pytest

from chasqui import (
    BacklogFull,
    Dispatcher,
    Engine,
    InvalidParameters,
    JournalUnavailable,
    PoolClosed,
    UnknownType,
    task,
)
from chasqui.testing import FakeClock
from tests.waiting import until

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


class Refusing(Recorder):
    """A target that takes some of a batch and then refuses, as often as a test says."""

    def __init__(self, make, times=1, takes=0):
        super().__init__()
        self.make, self.times, self.takes = make, times, takes
        self.asked = 0

    def submit_batch(self, works):
        self.asked += 1
        if self.times == 0:
            return super().submit_batch(works)
        self.times -= 1
        self.batches += [works[: self.takes]] if self.takes else []
        raise self.make(works[: self.takes])


def full_disk(accepted):
    return JournalUnavailable("the disk is full", accepted)


def fed(target, source, clock, batch_size=5):
    """Start a dispatcher over a target, on a clock that stands, and have it read a source."""
    dispatcher = Dispatcher(target, batch_size=batch_size, max_wait=3600, clock=clock)
    dispatcher.start()
    dispatcher.process(source)
    return dispatcher


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


def test_at_the_deadline_each_work_that_was_read_is_accepted_left_or_unsettled(make_pool, call):
    pool = make_pool(1, 2)
    pool.pause()
    taken = [call() for _ in range(12)]
    clock = FakeClock()
    dispatcher = fed(pool, taken, clock)
    until(lambda: pool.metrics().queued == 2 and len(dispatcher._buffer) == 6)

    report = dispatcher.shutdown(0)

    assert (0, 11) == (report.accepted, len(report.unsettled) + len(report.left))
    assert taken[:5] == list(report.unsettled)
    assert taken[5:11] == list(report.left)
    assert not report.clean
    pool.shutdown(WAIT, drain=False)


def test_what_a_source_yields_after_the_report_is_logged_and_in_the_next(caplog):
    asked, goes_on = threading.Event(), threading.Event()

    def source():
        asked.set()
        goes_on.wait(WAIT)
        yield from "ab"

    target = Recorder()
    dispatcher = fed(target, source(), FakeClock())
    assert asked.wait(WAIT)
    assert () == dispatcher.shutdown(0).left
    goes_on.set()

    until(lambda: not dispatcher._readers)
    assert ("a",) == dispatcher.shutdown().left
    assert [] == target.batches
    assert 1 == caplog.text.count("after shutdown() had returned; it was not submitted")


def test_what_was_settled_of_a_batch_that_goes_singly_is_not_unsettled():
    first, over = threading.Event(), threading.Event()

    class Slow(Recorder):
        def submit_batch(self, works):
            if len(works) > 1:
                raise InvalidParameters("demo", {"n": "is wrong"})
            if works == [2]:
                first.set()
                over.wait(WAIT)
            return super().submit_batch(works)

    dispatcher = fed(Slow(), [1, 2, 3, 4, 5], FakeClock())
    assert first.wait(WAIT)

    report = dispatcher.shutdown(0)

    assert (1, (), (2, 3, 4, 5)) == (report.accepted, report.left, report.unsettled)
    over.set()
    until(lambda: dispatcher._flusher is None)


def test_a_pool_that_is_closed_ends_reading_and_what_was_read_is_in_the_report(make_pool, call):
    pool = make_pool(1, 5)
    taken = []

    def source():
        for number in range(100_000):
            if number == 20:
                pool.shutdown(WAIT)
            taken.append(call())
            yield taken[-1]

    dispatcher = Dispatcher(pool, batch_size=5)
    dispatcher.start()
    dispatcher.process(source())
    report = dispatcher.shutdown(WAIT)

    assert 20 <= len(taken) <= 20 + 3 * 5
    assert (len(taken), 1) == (report.accepted + len(report.left), len(report.errors))
    assert list(report.left) == taken[report.accepted :]


@pytest.mark.parametrize(
    "make", [lambda works: PoolClosed("closed", works), lambda works: UnknownType("none", ())]
)
def test_a_target_that_takes_no_more_leaves_in_a_queue_what_is_there(make, caplog):
    target = Refusing(make, times=-1)
    works: queue.Queue[Any] = queue.Queue()
    for number in range(1_000):
        works.put(number)
    dispatcher = fed(target, works, FakeClock())
    until(lambda: not dispatcher._busy())

    with pytest.raises(PoolClosed, match="the target is closed"):
        dispatcher.process([1])
    with pytest.raises(PoolClosed, match="was started already"):
        dispatcher.start()
    report = dispatcher.shutdown()

    assert list(range(1_000 - works.qsize())) == list(report.left)
    assert (1, 1, 1) == (target.asked, len(report.errors), len(caplog.records))
    assert len(report.left) <= 3 * 5


def test_a_closed_target_ends_reading_of_what_is_no_work_too(make_pool, call):
    pool = make_pool(1, 5)
    pool.shutdown(WAIT)
    dispatcher = Dispatcher(pool, max_wait=0)
    taken = []

    def source():
        yield call()
        until(lambda: dispatcher._flusher is None)
        for number in range(1_000):
            taken.append(number)
            yield number

    dispatcher.start()
    dispatcher.process(source())
    dispatcher.shutdown(WAIT)

    assert [0] == taken


@pytest.mark.parametrize("make", [full_disk, lambda works: BacklogFull("full", works)])
def test_a_refusal_that_passes_is_waited_for_and_the_rest_of_the_batch_tried_again(make, caplog):
    clock, target = FakeClock(), Refusing(make, times=3, takes=1)
    dispatcher = fed(target, range(12), clock)
    for asked in (1, 2, 3):
        until(lambda asked=asked: target.asked == asked and clock.waiting())
        clock.await_sleepers(1)
        clock.advance(0.9)
        assert target.asked == asked
        clock.advance(0.1)

    report = dispatcher.shutdown(WAIT)

    assert list(range(12)) == list(itertools.chain(*target.batches))
    assert max(map(len, target.batches)) <= 5
    assert (12, True, 1) == (report.accepted, report.clean, len(caplog.records))


def test_the_deadline_of_a_shutdown_ends_the_wait_for_a_journal_and_the_works_are_left():
    clock, target = FakeClock(), Refusing(full_disk, times=1)
    dispatcher = fed(target, iter([1, 2, 3]), clock, batch_size=3)
    until(lambda: target.asked == 1 and dispatcher._buffer == [1, 2, 3])
    flusher = dispatcher._flusher

    report = dispatcher.shutdown(0)
    clock.advance(1)
    flusher.join(WAIT)

    assert ((1, 2, 3), ["the disk is full"]) == (report.left, [str(e) for e in report.errors])
    assert (1, False) == (target.asked, flusher.is_alive())


def test_while_a_journal_cannot_be_written_no_more_is_read_than_two_batches_and_a_work():
    class Slow(Refusing):
        def submit_batch(self, works):
            if self.times:  # what is read while the target refuses is read before it has
                until(lambda: len(dispatcher._buffer) >= 5)
            return super().submit_batch(works)

    clock, target = FakeClock(), Slow(full_disk, times=5)
    dispatcher = Dispatcher(target, batch_size=5, max_wait=3600, clock=clock)
    dispatcher.start()
    taken = []
    dispatcher.process(taken.append(number) or number for number in range(100))
    for asked in range(1, 6):
        until(lambda asked=asked: target.asked == asked and len(dispatcher._buffer) >= 11)
        assert 11 == len(dispatcher._buffer) == len(taken)
        clock.await_sleepers(1)
        clock.advance(1)

    assert 100 == dispatcher.shutdown(WAIT).accepted
    assert list(range(100)) == list(itertools.chain(*target.batches))


def test_a_journal_that_fails_among_works_submitted_singly_keeps_their_order():
    class Picky(Refusing):
        def submit_batch(self, works):
            if "x" in works:
                raise InvalidParameters("app.note", {"n": "is wrong"})
            return super().submit_batch(works)

    clock, target = FakeClock(), Picky(full_disk, times=1)
    dispatcher = fed(target, ["x", 1, 2, 3], clock, batch_size=4)
    until(lambda: target.asked == 1 and dispatcher._buffer == [1, 2, 3])
    clock.await_sleepers(1)
    clock.advance(1)

    report = dispatcher.shutdown(WAIT)

    assert ([[1, 2, 3]], ("x",), 1) == (target.batches, report.left, len(report.errors))


def test_what_a_target_refuses_for_itself_is_left_and_the_next_goes_on():
    target = Refusing(lambda works: ValueError("odd"))

    with Dispatcher(target, batch_size=2, max_wait=WAIT) as dispatcher:
        dispatcher.process([1, 2, 3, 4])
    report = dispatcher.shutdown()

    assert ([[3, 4]], (1, 2)) == (target.batches, report.left)


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


def test_over_an_engine_what_is_no_mapping_is_refused_alone():
    @task
    def greet(name: str) -> str:
        return name

    many: list[Any] = [{"name": "ana"}, 7, {"name": "eva"}]
    with Engine(1) as engine:
        engine.register(greet)
        with Dispatcher(engine, type=greet, max_wait=3600) as dispatcher:
            with pytest.raises(
                TypeError, match=r"works\[1\]: a mapping of parameters is needed, got"
            ):
                dispatcher.dispatch_batch(many)
            assert 0 == engine.metrics().accepted
            dispatcher.process(many)
            report = dispatcher.shutdown(WAIT)

    assert (2, (7,)) == (report.accepted, report.left)


def test_its_annotation_may_be_evaluated():
    assert "Dispatcher[int]" in str(Dispatcher[int])
