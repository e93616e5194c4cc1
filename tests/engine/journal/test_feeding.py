"""What earlier lives have left comes back in order, as room appears."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import Any, cast

import pytest

from chasqui import Context, Engine, Policy, PoolConfig, Retry, task
from tests.engine.journal.lives import in_file
from tests.waiting import until

KILLED = """
import os, signal, sys
from chasqui import Context, Engine, task

@task
def note(ctx: Context, n: int) -> None:
    if n == 0:
        while True:
            ctx.sleep(60)

engine = Engine(1, 100, journal=sys.argv[1])
engine.register(note)
engine.start()
engine.submit("app.note", {"n": 0})
engine.submit("app.note", {"n": 1})
while not engine.metrics().busy:
    pass
os.kill(os.getpid(), signal.SIGKILL)
"""
RAN: list[tuple[int, int]] = []


@task
def note(ctx: Context, n: int) -> int:
    """Note the number."""
    RAN.append((n, cast(Any, ctx).attempt))
    return n


@pytest.fixture
def path(tmp_path):
    RAN.clear()
    return tmp_path / "jobs.db"


def engine_of(path, *, workers=1, queue_size=100, register=True, **more):
    engine = Engine(workers, queue_size, journal=path, **more)
    if register:
        engine.register(note)
    return engine


def left_by(path, submit, **more):
    engine = engine_of(path, **more)
    engine.start()
    engine.pause()
    submit(engine)
    engine.shutdown(0)
    in_file(path, "delete from kept")  # else the next life begins paused


def test_what_finds_no_room_waits_on_disk_and_comes_in_order(path):
    left_by(path, lambda e: e.submit_batch("app.note", [{"n": n} for n in range(30)]))
    with engine_of(path, queue_size=3) as engine:
        until(lambda: len(RAN) == 30)
        assert [(n, 1) for n in range(30)] == RAN
        assert 30 == engine.metrics().accepted


def test_a_higher_priority_comes_first_whatever_its_type(path):
    def submit(engine):
        for n in range(12):
            engine.submit("app.note", {"n": n}, priority=n % 3)

    left_by(path, submit)
    with engine_of(path, queue_size=2):
        until(lambda: len(RAN) == 12)
    assert [n for n, _ in RAN] == sorted(range(12), key=lambda n: (-(n % 3), n))


def test_a_type_that_is_absent_waits_until_it_is_registered_and_holds_up_no_other(path):
    @task
    def other(ctx: Context, n: int) -> None:
        RAN.append((-n, cast(Any, ctx).attempt))

    def submit(engine):
        engine.register(other)
        engine.submit_batch("app.other", [{"n": 7}])
        engine.submit_batch("app.note", [{"n": n} for n in range(3)])

    left_by(path, submit)
    with engine_of(path) as engine:
        until(lambda: len(RAN) == 3)
        (parked,) = engine._parts.feeder.parked_lots()
        assert ("app.other", 1) == (parked.type, len(parked))
        assert "unavailable: app.other is not registered" == parked.reason
        engine.register(other)
        until(lambda: len(RAN) == 4)
    assert (-7, 1) == RAN[-1]


def test_parameters_that_no_longer_fit_fail_with_every_reason_and_can_be_retried(path):
    left_by(path, lambda e: e.submit("app.note", {"n": 1}))
    in_file(path, """update task set params = '{"n":"one","gone":2}'""")
    with engine_of(path) as engine:
        until(lambda: engine.metrics().failed == 1)
        (failure,) = engine.failures.where("")
        assert "InvalidParameters" == failure.exception
        assert "n " in failure.message
        assert "gone" in failure.message
        assert 1 == failure.number


def test_what_ran_when_its_process_was_killed_runs_again_as_another_attempt(path):
    killed = subprocess.run([sys.executable, "-c", KILLED, str(path)], timeout=60)
    assert -signal.SIGKILL == killed.returncode
    with engine_of(path) as engine:
        until(lambda: len(RAN) == 2)
        last = engine._parts.journal.last_end
    assert [(0, 2), (1, 1)] == RAN
    assert (1, 1, None) == (last.interrupted, last.requeued, last.stopped)


@pytest.mark.slow
def test_what_was_running_in_three_crashes_in_a_row_is_failed(path):
    for _ in range(3):
        subprocess.run([sys.executable, "-c", KILLED, str(path)], timeout=60)
        in_file(path, "update task set state = 12, finished_us = 1 where id > 1 and state < 10")
    with engine_of(path) as engine:
        until(lambda: engine.metrics().failed == 1)
        (failure,) = engine.failures.where("")
        assert ("Interrupted", 1) == (failure.exception, failure.number)
        assert "three crashes" in failure.message or "3 crashes" in failure.message
    assert [] == RAN


def test_a_delay_goes_on_by_the_wall_clock(path):
    left_by(path, lambda e: e.submit("app.note", {"n": 1}, delay=1000))
    engine = engine_of(path)
    with engine:
        (waiting,) = engine.pool.scheduled()
        assert 990 < waiting.due - engine.clock.time() <= 1000
        assert waiting.cancel()


def test_what_a_submission_said_is_said_again(path):
    def submit(engine):
        engine.submit(
            "app.note",
            {"n": 1},
            priority=4,
            time_limit=9.0,
            expires=500.0,
            retry=Retry(attempts=7, base=3),
            pool="other",
        )

    pools = {"other": PoolConfig(workers=1)}
    left_by(path, submit, pools=pools)
    engine = engine_of(path, pools=pools, policies={"app.note": Policy(time_limit=2)})
    engine._parts._open_journal()
    (task,) = engine.pools["other"].waiting()
    more = task._more
    assert (4, 9.0) == (task.priority, task.time_limit)
    assert 490 < more.expires - engine.clock.monotonic() <= 500
    assert (7, 3.0) == (more.policy.retry.attempts, more.policy.retry.base)
    engine.shutdown(0)
