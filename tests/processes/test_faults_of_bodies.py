"""Bodies that do their worst: each fails its own task, and its pool goes on."""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
from pathlib import Path

import pytest

from chasqui import ProcessDied, TimeLimit
from chasqui.pool.state import state_of
from chasqui.processes.backend import ProcessBackend
from tests.processes import bodies, hostile
from tests.waiting import until

WAIT = 30


def ended(work):
    """Wait for the end of a task, and return it."""
    assert work.wait(WAIT)
    return work


def goes_on(engine):
    """See that the pool runs the next task, with the worker that it had."""
    assert 3 == engine.call(bodies.add, 1, 2).result(WAIT)
    assert ["w01"] == [worker.name for worker in engine.pool.workers()]


def is_alive(pid: int) -> bool:
    """Tell whether a process runs, and has not ended without being reaped."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.slow
def test_a_child_that_closes_its_socket_and_goes_on_is_killed(engine):
    pid = engine.call(bodies.process).result(WAIT)
    died = ended(engine.call(hostile.closes_all, 3600.0))

    assert isinstance(died.error, ProcessDied)
    assert "it has closed its socket" in str(died.error)
    assert signal.SIGTERM == died.error.signal
    goes_on(engine)
    until(lambda: not is_alive(pid))


@pytest.mark.slow
@pytest.mark.parametrize("is_long", [False, True])
def test_a_child_that_sends_what_is_no_message_fails_its_task_alone(engine, is_long):
    died = ended(engine.call(hostile.answers_nonsense, is_long))

    assert isinstance(died.error, ProcessDied)
    goes_on(engine)


@pytest.mark.slow
def test_what_a_body_has_left_writing_delays_neither_its_end_nor_a_cancel(engine):
    assert "flooding" == engine.call(hostile.floods).result(WAIT)
    burning = engine.call(bodies.burns)
    until(lambda: burning.progress is not None)
    burning.cancel()

    assert "cancelled" == ended(burning).state
    goes_on(engine)


def test_what_a_dead_child_has_left_writing_does_not_keep_its_zygote(engine):
    assert isinstance(ended(engine.call(hostile.floods_apart)).error, ProcessDied)
    goes_on(engine)


def test_what_is_printed_at_once_is_whole(engine, capsys):
    ended(engine.call(hostile.prints, 200_000))

    assert 200_000 == len(capsys.readouterr().out)


def test_what_a_body_starts_inherits_no_descriptor_of_its_child(engine):
    descriptors = engine.call(hostile.inherited).result(WAIT)

    assert "pipe:" in descriptors
    assert "socket:" not in descriptors and "memfd:" not in descriptors


@pytest.mark.slow
@pytest.mark.parametrize("how", ["beside", "apart"])
def test_what_a_killed_body_has_started_ends_with_it(engine, how):
    running = engine.call(hostile.starts_and_burns, how)
    until(lambda: running.progress is not None)
    pid = int(running.progress.done)
    assert is_alive(pid)
    running.cancel()

    assert "cancelled" == ended(running).state
    until(lambda: not is_alive(pid))


@pytest.mark.slow
def test_a_body_that_ignores_sigterm_is_killed(engine):
    stubborn = engine.call(hostile.ignores_term)
    until(lambda: stubborn.progress is not None)
    stubborn.cancel()

    assert "cancelled" == ended(stubborn).state
    goes_on(engine)


def test_a_result_that_its_class_refuses_here_fails_its_task_alone(engine, monkeypatch):
    monkeypatch.setenv("CHASQUI_PICKY", f"{os.getpid()}")

    failed = ended(engine.call(hostile.returns_picky))

    assert isinstance(failed.error, RuntimeError) and "not here" in str(failed.error)
    goes_on(engine)


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("large", "takes 17,825,794 bytes"),
        ("deep", "nested too deeply"),
        ("object", "object has no JSON form"),
        ("loop", "cannot leave its process"),
        ("nan", "JSON has no nan"),
    ],
)
def test_a_result_that_cannot_cross_fails_its_task_alone(engine, what, why):
    failed = ended(engine.call(hostile.returns, what))

    assert "failed" == failed.state and why in str(failed.error)
    goes_on(engine)


def test_a_number_in_a_record_that_json_does_not_have_is_refused_and_not_made_nothing(engine):
    good = engine.call(hostile.measures, 1.0, 2.0).result(WAIT)
    failed = ended(engine.call(hostile.measures, 1.0, float("inf")))

    assert hostile.Span(hostile.Reading(1.0), hostile.Reading(2.0)) == good
    assert "JSON has no inf" in str(failed.error)
    goes_on(engine)


def test_a_closed_stream_of_the_program_costs_neither_a_task_nor_a_worker(engine, monkeypatch):
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stdout", closed)

    assert "completed" == ended(engine.call(hostile.prints, 100)).state
    goes_on(engine)


@pytest.mark.slow
def test_a_child_that_is_replaced_leaves_no_descriptor_and_no_thread(make_engine):
    def counts():
        return len([*Path("/proc/self/fd").iterdir()]), threading.active_count()

    engine = make_engine()
    engine.call(bodies.add, 1, 2).result(WAIT)
    before = counts()
    for died in [engine.call(bodies.dies, "3") for _ in range(30)]:
        ended(died)

    until(lambda: counts() <= before)


def test_a_line_that_a_body_writes_in_pieces_is_one_line_of_its_log(engine):
    wrote = ended(engine.call(hostile.writes_in_pieces))

    assert ["one line", "another"] == [line.text for line in wrote.log]


@pytest.mark.slow
def test_workers_that_were_killed_are_not_kept(engine):
    for _ in range(5):
        assert isinstance(ended(engine.submit("app.burns", {}, time_limit=0.05)).error, TimeLimit)

    assert 3 == engine.call(bodies.add, 1, 2).result(WAIT)
    backend = state_of(engine.pool).backend
    assert isinstance(backend, ProcessBackend)
    kept = len(backend._threads)
    assert kept <= 3  # that of the worker, and those that are just ending
