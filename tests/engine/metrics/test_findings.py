"""A saturated pool, a stop that is not heeded and turns left out are found, and nothing else."""

from __future__ import annotations

import math
import threading

import pytest

from chasqui import Context, PoolClosed, task
from chasqui.engine.metrics import diagnosis
from chasqui.engine.metrics.diagnosis import diagnose
from chasqui.engine.metrics.reading import LeftOut, UnstoppedTask
from chasqui.pool.fullness import Fullness
from tests.engine.metrics.measured import WAIT, Gated, Measured
from tests.engine.metrics.readings import a_type, blocked, hog, pool, reading, texts, window
from tests.engine.schedules.watched import NOON, Clock, Watched
from tests.present import present
from tests.waiting import until


@pytest.fixture(autouse=True)
def no_wait_for_the_gil(monkeypatch):
    """Find none: it goes by real time, and a machine with other work has a thread wait for it."""
    monkeypatch.setattr(diagnosis, "GIL_WAIT", math.inf)


def kinds(engine):
    return [one.kind for one in engine.diagnose()]


class InTurns:
    """Two producers before a pool of one worker, which ends a task a second."""

    def __init__(self, measured, gated):
        self.measured, self.gated = measured, gated
        self.pool = measured.engine.pool
        self.ended = 0
        self.threads = [threading.Thread(target=self.produce) for _ in range(2)]

    def produce(self):
        try:
            while True:
                self.measured.engine.submit("app.gated")
        except PoolClosed:
            pass

    def __enter__(self):
        for one in self.threads:
            one.start()
        self.await_both()
        return self

    def __exit__(self, *exc_info):
        for number in range(1, 100):
            self.gated.open(number)
        self.measured.engine.shutdown(0, drain=False)
        for one in self.threads:
            one.join(WAIT)

    def await_both(self):
        until(lambda: len(self.pool.blocked()) == 2 and self.pool.metrics().running == 1)

    def passes(self, seconds):
        for _ in range(seconds):
            self.measured.passes(1)
            self.ended += 1
            self.gated.open(self.ended)
            until(lambda: self.pool.metrics().completed == self.ended)
            self.await_both()


def test_a_pool_that_is_full_for_thirty_seconds_is_found_though_no_producer_waits_for_long():
    gated = Gated()
    measured = Measured(gated.type, workers=1, queue_size=2)
    with measured, InTurns(measured, gated) as producers:
        producers.passes(29)
        before, longest = kinds(measured.engine), measured.engine.metrics().pools["default"]
        producers.passes(2)
        (finding,) = measured.engine.diagnose()

    assert [] == before
    assert longest.blocked_for < 5
    assert ("saturated", "default", 31.0) == (
        finding.kind,
        finding.about,
        finding.numbers["pool.full_for"],
    )
    assert (
        "pool default: its backlog has been full for 31s, and producers wait in turns or are "
        "refused: 2 of 2 wait, and 1 worker is 100 % busy; a producer waits 2s for room"
    ) == finding.text


def test_a_backlog_that_was_filled_once_is_not_called_full():
    gated = Gated()
    with Measured(gated.type, workers=1, queue_size=10) as measured:
        tasks = [measured.engine.submit("app.gated") for _ in range(11)]
        measured.passes(40)
        assert [] == kinds(measured.engine)
        gated.let_go(tasks)


def test_a_full_backlog_ends_when_a_look_finds_room_and_nobody_waiting():
    fullness = Fullness()
    fullness.found(10.0, others_wait=False)

    assert 30.0 == fullness.seconds(40.0, queued=5, size=100, waits=True)
    assert 30.5 == fullness.seconds(40.5, queued=5, size=100, waits=False)
    assert 31.5 == fullness.seconds(41.5, queued=95, size=100, waits=False)
    assert 0.0 == fullness.seconds(43.0, queued=5, size=100, waits=False)


def test_a_full_backlog_that_nobody_wants_room_in_is_no_longer_called_full():
    fullness = Fullness()
    fullness.found(10.0, others_wait=False)

    for second in range(11, 21):
        assert second - 10.0 == fullness.seconds(second, queued=100, size=100, waits=False)
    fullness.found(20.0, others_wait=False)
    for second in range(21, 31):
        assert second - 10.0 == fullness.seconds(second, queued=100, size=100, waits=False)
    assert 0.0 == fullness.seconds(31.5, queued=100, size=100, waits=False)


def test_a_backlog_is_full_anew_after_a_lull_that_nobody_looked_at():
    fullness = Fullness()
    fullness.found(10.0, others_wait=False)
    fullness.left(11.0)
    fullness.found(11.9, others_wait=False)
    fullness.left(11.9)

    assert 2.0 == fullness.seconds(12.0, queued=9, size=10, waits=True)
    fullness.found(20.0, others_wait=False)
    assert 1.0 == fullness.seconds(21.0, queued=10, size=10, waits=False)


def test_refused_submissions_find_the_backlog_full_too():
    gated = Gated()
    with Measured(gated.type, workers=1, queue_size=1) as measured:
        tasks = [measured.engine.submit("app.gated") for _ in range(2)]
        for _ in range(31):
            with pytest.raises(Exception, match="full"):
                measured.engine.submit("app.gated", timeout=0)
            measured.passes(1)
        assert ["saturated"] == kinds(measured.engine)
        gated.let_go(tasks)


def test_a_full_pool_that_does_not_work_is_found_with_the_reason():
    full = {"full_for": 31.0, "queued": 1000, "waiting": 1000}
    (paused,) = texts(pool(**full, state="paused", running=0, ten_seconds=window(busy=0)))
    (held,) = texts(pool(**{**full, "waiting": 10}, running=1, ten_seconds=window(busy=0.1)))

    assert paused.endswith("1,000 of 1,000 wait, and the pool is paused")
    assert held.endswith("at the limit of their type: 1 of 8 workers run one")


def test_a_full_pool_is_told_of_once_with_what_explains_it():
    full = {**blocked(4.0), "full_for": 60.0, "ten_seconds": window(busy=0.99)}

    assert ["saturated"] == [one.kind for one in diagnose(reading(pool(**full)))]
    assert ["producers"] == [
        one.kind for one in diagnose(reading(pool(**{**full, "blocked_for": 9.0})))
    ]
    assert ["hog"] == [one.kind for one in diagnose(reading(pool(**full), hog(), a_type()))]
    assert [] == texts(pool(**{**full, "full_for": 29.9}))


def test_a_stop_that_is_not_heeded_is_found_until_the_task_ends():
    gated = Gated()
    with Measured(gated.type, workers=2) as measured:
        task = measured.engine.submit("app.gated")
        gated.await_begun(1)
        worker = present(task.worker)
        measured.passes(60)
        assert [] == kinds(measured.engine)
        assert task.cancel()
        measured.passes(4)
        assert [] == kinds(measured.engine)
        assert task.cancel()
        measured.passes(8)
        (finding,) = measured.engine.diagnose()
        gated.let_go([task])
        assert task.wait(WAIT)
        assert [] == kinds(measured.engine)

    assert ("unstopped", "app.gated", 12.0) == (
        finding.kind,
        finding.about,
        finding.numbers["task.asked_for"],
    )
    assert finding.text.startswith(
        f"app.gated: task 1 was asked to stop 12s ago and still runs on {worker}: "
    )


def test_several_stops_that_are_not_heeded_are_one_sentence():
    asked = tuple(UnstoppedTask(number, "app.stuck", "w01", 9.0) for number in (3, 4, 5))
    (said,) = texts(pool(unstopped=asked))

    assert said.endswith("; 2 more do not stop either")


@task
def slow(ctx: Context) -> None:
    ctx.sleep(600)


def test_turns_left_out_are_found_with_how_many_since_when_and_why():
    clock = Clock(time=NOON)
    with Watched(clock) as watched:
        engine = watched.engine
        engine.register(slow)
        watched.engine.schedule("app.slow", cron="* * * * *", name="nightly")
        watched.pass_(60)
        until(lambda: engine.metrics().running)
        assert [] == kinds(engine)
        watched.pass_(60)
        watched.pass_(60)
        clock.advance(5)
        (finding,) = engine.diagnose()
        assert "task 1 of the turn before is still running" == engine.schedules[0].reason
        engine.find(1).cancel()
        until(lambda: not engine.metrics().running)
        watched.pass_(55)
        until(lambda: engine.find(2))
        (after,) = engine.diagnose()
        engine.find(2).cancel()

    assert ("schedule", "nightly", 2) == (
        finding.kind,
        finding.about,
        finding.numbers["schedule.turns"],
    )
    assert (
        "schedule nightly: 2 turns were left out in the last 1m05s: "
        "task 1 of the turn before is still running"
    ) == finding.text
    assert after.text.endswith("; the turn after that was taken")


def test_missed_turns_are_found_and_no_more_told_of_ten_minutes_after_one_was_taken():
    clock = Clock(time=NOON)
    with Watched(clock) as watched:
        watched.engine.schedule("app.tick", cron="* * * * *", overlap="queue")
        watched.pass_(300, clock.sleep_unnoticed)
        (finding,) = watched.engine.diagnose()
        assert finding.text.startswith("schedule app.tick: 4 turns were left out in the last ")
        assert "their time passed unattended" in finding.text
        assert 260.0 == finding.numbers["schedule.first_ago"]
        for _ in range(9):
            watched.pass_(60)
        assert ["schedule"] == kinds(watched.engine)
        watched.pass_(60)
        watched.pass_(60)
        assert [] == kinds(watched.engine)


def test_of_a_stopped_engine_nothing_is_found():
    left = LeftOut("nightly", "app.tick", 1, 60.0, 60.0, "it slept", True)
    ill = pool(full_for=60.0, unstopped=(UnstoppedTask(1, "app.stuck", "w01", 9.0),))

    assert 3 == len(diagnose(reading(ill, schedules={"nightly": left})))
    stopped = pool(state="stopped", full_for=60.0, unstopped=ill.unstopped)
    assert () == diagnose(reading(stopped, schedules={"nightly": left}))
