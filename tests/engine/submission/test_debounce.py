"""Debounce and cooldown: submissions of one key that come close together make one task."""

from __future__ import annotations

import itertools
import threading
from contextlib import suppress

import pytest

from chasqui import Engine, PoolClosed, Retry, Task, task
from chasqui.engine.config.pools import PoolConfig
from chasqui.pool.state import state_of
from chasqui.testing import FakeClock
from tests.pool.interrupt import Interrupter
from tests.waiting import WAIT, until

MODULES = ("chasqui.pool", "chasqui.engine.submission")
MOST = 900


class Site:
    """A type that notes what it was run with, and fails or waits when it is told to."""

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.errors = 0
        self.entered, self.go = threading.Semaphore(0), threading.Event()
        self.go.set()

    def type(self):
        @task
        def index(page: str) -> str:
            self.entered.release()
            assert self.go.wait(WAIT)
            self.ran.append(page)
            if self.errors:
                self.errors -= 1
                raise OSError
            return page

        return index


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def site():
    site = Site()
    yield site
    site.go.set()


@pytest.fixture
def engine(clock, site):
    with Engine(2, clock=clock, pools={"side": PoolConfig(workers=1)}) as engine:
        engine.register(site.type())
        yield engine


def index(engine, page, **options):
    return engine.submit("app.index", {"page": page}, **{"key": "k", **options})


def pass_time(engine, clock, seconds):
    """Let time pass, and the timer make all calls that are due by then."""
    clock.advance(seconds)
    timer = state_of(engine.pool).timer
    until(lambda: not timer._calls or timer._calls[0][0] > clock.monotonic())


def ended(engine, task):
    """Wait until a task has ended, and its key has heard of it."""
    assert task.wait(WAIT)
    until(lambda: engine.metrics().running == 0)


# Debounce


def test_a_later_submission_moves_the_start_and_gives_the_task_its_parameters(engine, clock, site):
    first = index(engine, "one", debounce=5)
    pass_time(engine, clock, 4)
    second = index(engine, "two", debounce=5)
    pass_time(engine, clock, 4)
    third = index(engine, "three", debounce=3)
    pass_time(engine, clock, 2.5)
    assert first is second is third
    assert ("scheduled", 3, []) == (first.state, first.submissions, site.ran)
    clock.advance(0.5)

    assert "three" == first.result(WAIT)
    assert ["three"] == site.ran
    assert 1 == engine.metrics().accepted


def test_a_later_submission_may_move_the_start_forward(engine, clock, site):
    first = index(engine, "one", debounce=60)
    assert index(engine, "two", debounce=1) is first
    clock.advance(1)

    assert "two" == first.result(WAIT)
    clock.advance(60)
    until(lambda: state_of(engine.pool).timer._calls == [])
    assert ["two"] == site.ran


def test_a_submission_that_comes_when_the_task_has_begun_makes_another(engine, clock, site):
    site.go.clear()
    first = index(engine, "one", debounce=1)
    clock.advance(1)
    assert site.entered.acquire(timeout=WAIT)
    second = index(engine, "two", debounce=1)
    assert index(engine, "three", debounce=1) is second
    assert second is not first
    site.go.set()
    assert first.wait(WAIT)
    clock.advance(1)

    assert "three" == second.result(WAIT)
    assert ["one", "three"] == site.ran


def test_a_submission_that_comes_while_the_task_waits_for_a_worker_makes_another(
    engine, clock, site
):
    engine.pause()
    first = index(engine, "one", debounce=1)
    clock.advance(1)
    until(lambda: first.state == "queued")
    second = index(engine, "two", debounce=1)
    clock.advance(1)
    engine.resume()

    assert ["one", "two"] == [first.result(WAIT), second.result(WAIT)]


def test_a_task_that_waits_for_its_retry_keeps_its_parameters(engine, clock, site):
    site.errors = 1
    first = index(engine, "one", debounce=1, retry=Retry(attempts=2, base=10, jitter=0))
    clock.advance(1)
    until(lambda: first.state == "scheduled" and first.attempts == 1)
    second = index(engine, "two", debounce=1)
    clock.advance(1)
    assert "two" == second.result(WAIT)
    clock.advance(10)

    assert "one" == first.result(WAIT)


def test_a_submission_without_debounce_joins_the_task_and_changes_nothing(engine, clock):
    first = index(engine, "one", debounce=5)
    clock.advance(3)
    assert index(engine, "two") is first
    clock.advance(2)

    assert "one" == first.result(WAIT)
    assert 2 == first.submissions


def test_a_task_of_another_pool_is_joined_as_it_is(engine, clock):
    first = index(engine, "one", debounce=5)
    assert index(engine, "two", debounce=5, pool="side") is first
    clock.advance(5)

    assert "one" == first.result(WAIT)


def test_a_cancelled_task_holds_its_key_no_more(engine, clock):
    first = index(engine, "one", debounce=5)
    assert first.cancel()
    second = index(engine, "two", debounce=5)
    clock.advance(5)

    assert second is not first
    assert "two" == second.result(WAIT)


def test_a_pool_that_stops_moves_nothing(engine, clock):
    first = index(engine, "one", debounce=5)
    assert [first.number] == [fate.number for fate in engine.shutdown().left]

    with pytest.raises(PoolClosed):
        index(engine, "two", debounce=5)
    assert "one" == dict(first.work.params)["page"]


def test_what_comes_too_late_to_move_its_task_is_counted_as_rejected(engine):
    index(engine, "one", debounce=5)
    over = threading.Event()
    engine.pool.call(over.wait, WAIT)
    stopping = threading.Thread(target=engine.shutdown)
    stopping.start()
    until(lambda: engine.state == "stopping")
    with pytest.raises(PoolClosed):
        index(engine, "two", debounce=5)
    rejected = engine.metrics().rejected
    over.set()
    stopping.join(WAIT)

    assert 1 == rejected


def test_many_submissions_of_a_key_leave_one_call_with_the_timer(engine, clock):
    first = index(engine, "0", debounce=5)
    for number in range(1, 500):
        assert index(engine, str(number), debounce=5) is first
        clock.advance(0.001)

    assert len(state_of(engine.pool).timer._calls) <= 2
    clock.advance(5)
    assert "499" == first.result(WAIT)


@pytest.mark.slow
def test_an_interrupted_submission_leaves_old_or_new_parameters_and_a_task_that_starts():
    for point in itertools.chain([0, 0], range(1, MOST)):
        clock, site = FakeClock(), Site()
        with Engine(1, clock=clock) as engine:
            engine.register(site.type())
            first = index(engine, "one", debounce=5)

            def interrupt():
                raise KeyboardInterrupt

            interrupter = Interrupter(point, interrupt, *MODULES)
            with suppress(KeyboardInterrupt):
                interrupter.run(lambda engine=engine: index(engine, "two", debounce=5))
            clock.advance(5)
            assert first.result(WAIT) in ("one", "two"), point
            assert engine.metrics().balanced
            again = index(engine, "three", debounce=5)
            clock.advance(5)
            assert "three" == again.result(WAIT), point
        if 0 < interrupter.points < point:
            break
    assert 3 < point < MOST - 1


@pytest.mark.slow
def test_a_submission_from_a_signal_handler_in_the_middle_of_another_is_the_last_or_the_first():
    for point in itertools.chain([0, 0], range(1, MOST)):
        clock, site = FakeClock(), Site()
        with Engine(1, clock=clock) as engine:
            engine.register(site.type())
            first = index(engine, "one", debounce=5)
            interrupter = Interrupter(
                point, lambda engine=engine: index(engine, "handler", debounce=7), *MODULES
            )
            interrupter.run(lambda engine=engine: index(engine, "two", debounce=5))
            due = first.due - first.created
            assert (dict(first.work.params)["page"], due) in [("two", 5), ("handler", 7)], point
            clock.advance(7)
            assert first.result(WAIT) in ("two", "handler"), point
        if 0 < interrupter.points < point:
            break
    assert 3 < point < MOST - 1


# Cooldown


def test_for_so_long_after_its_end_a_task_is_that_of_its_key(engine, clock, site):
    first = index(engine, "one", cooldown=10)
    ended(engine, first)
    clock.advance(9.5)
    assert index(engine, "two") is first
    assert index(engine, "two", cooldown=99) is first
    assert 3 == first.submissions
    clock.advance(0.5)
    second = index(engine, "two", cooldown=10)

    assert "two" == second.result(WAIT)
    assert ["one", "two"] == site.ran


def test_a_debounced_submission_within_a_cooldown_makes_a_task_and_ends_the_cooldown(engine):
    first = index(engine, "one", cooldown=10)
    ended(engine, first)
    second = index(engine, "two", debounce=1)

    assert second is not first
    assert index(engine, "three") is second


@pytest.mark.parametrize("fate", ["failed", "cancelled"])
def test_a_task_that_did_not_complete_does_not_keep_its_key(engine, clock, site, fate):
    site.errors = 1
    if fate == "cancelled":
        engine.pause()
    first = index(engine, "one", cooldown=10)
    if fate == "cancelled":
        assert first.cancel()
        engine.resume()
    ended(engine, first)
    site.errors = 0

    assert fate == first.state
    assert index(engine, "two", cooldown=10) is not first


def test_a_task_that_cools_down_is_let_go_when_its_time_is_over(engine, clock, site):
    first = index(engine, "one", cooldown=10)
    ended(engine, first)
    keys = engine._parts.submitter.keys
    assert ["k"] == list(keys._holders)
    clock.advance(10)

    until(lambda: not keys._holders)


def test_submissions_of_many_threads_within_the_cooldown_make_one_task(engine, site):
    made: list[Task] = []

    def many() -> None:
        made.extend(index(engine, "one", cooldown=10) for _ in range(200))

    threads = [threading.Thread(target=many) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(WAIT)

    assert 1 == len({id(one) for one in made})
    assert 800 == made[0].submissions
    assert 1 == engine.metrics().accepted


# What makes no sense


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"key": None, "debounce": 1}, "debounce= goes with key="),
        ({"key": None, "cooldown": 1}, "cooldown= goes with key="),
        ({"debounce": 1, "cooldown": 1}, "debounce= or cooldown=, not both"),
        ({"debounce": 1, "delay": 1}, "debounce= or delay=, not both"),
        ({"debounce": 0}, "debounce must be more than 0"),
        ({"cooldown": -1}, "cooldown must be more than 0"),
        ({"cooldown": float("inf")}, "cooldown must be"),
    ],
)
def test_options_that_make_no_sense_are_refused_and_nothing_is_accepted(engine, options, message):
    with pytest.raises(ValueError, match=message):
        index(engine, "one", **options)
    assert 0 == engine.metrics().accepted


def test_the_words_are_spelt_right(engine):
    with pytest.raises(TypeError, match="did you mean debounce="):
        index(engine, "one", debonce=1)
