"""Bodies in child processes: what crosses, what dies, and what is killed."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from chasqui import Cancelled, InvalidTaskType, NoEngine, PoolConfig, ProcessDied, TimeLimit, task
from chasqui.pickling import ErrorSummary
from chasqui.processes.launcher import LAUNCHER
from tests.processes import bodies
from tests.waiting import until

WAIT = 30


def ended(work):
    """Wait for the end of a task, and return it."""
    assert work.wait(WAIT)
    return work


def test_a_body_runs_in_another_process_and_its_result_comes_back(engine):
    assert 3 == engine.call(bodies.add, 1, 2).result(WAIT)
    assert os.getpid() != engine.call(bodies.process).result(WAIT)


def test_a_child_is_used_again(engine):
    first, second = (engine.call(bodies.process).result(WAIT) for _ in range(2))

    assert first == second


def test_a_result_comes_back_as_the_function_says(engine, tmp_path):
    assert tmp_path / "below" == engine.call(bodies.names, tmp_path).result(WAIT)


@pytest.mark.parametrize("value", [None, True, -1, 1.5, "ä", [1, [2]], {"a": {"b": None}}])
def test_a_result_that_json_can_hold_crosses_as_it_is(engine, value):
    assert value == engine.call(bodies.echoes, value).result(WAIT)


def test_an_error_keeps_its_class_its_attributes_and_where_it_was_raised(engine):
    failed = ended(engine.call(bodies.fails, "own"))

    assert (bodies.OwnError, 7, "broken (7)") == (
        type(failed.error),
        failed.error.code,
        str(failed.error),
    )
    assert 'raise OwnError("broken", code=7)' in failed.traceback
    assert "serving.py" not in failed.traceback
    gone = ended(engine.call(bodies.fails, "file"))
    assert (FileNotFoundError, "/no/such/file") == (type(gone.error), gone.error.filename)


def test_bodies_see_the_context_variables_that_modules_set_and_not_those_of_other_bodies(engine):
    works = [bodies.logs_in, bodies.logs_in_later, bodies.logs_in, bodies.logs_in_later]
    seen = [engine.call(work, "ana").result(WAIT) for work in works]
    exact = [engine.call(bodies.is_exact, "1.5").result(WAIT) for _ in range(2)]

    assert [["unset", "north", 28]] * 4 == seen
    assert [28, 28] == exact


@pytest.mark.parametrize(("how", "status", "signalled"), [("3", 3, None), ("signal", None, 11)])
def test_a_child_that_dies_fails_its_task_alone_and_is_replaced(engine, how, status, signalled):
    died = ended(engine.call(bodies.dies, how))

    assert isinstance(died.error, ProcessDied)
    assert (status, signalled) == (died.error.status, died.error.signal)
    assert 3 == engine.call(bodies.add, 1, 2).result(WAIT)


def test_what_a_child_wrote_last_is_in_the_reason_of_its_death(engine):
    assert "the last words" in str(ended(engine.call(bodies.dies, "3")).error)


@pytest.mark.slow
@pytest.mark.parametrize("body", [bodies.sleeps, bodies.waits, bodies.burns])
def test_a_running_body_is_gone_soon_after_a_cancel(engine, body):
    running = engine.call(body)
    until(lambda: running.progress is not None)
    assert running.cancel()

    assert "cancelled" == ended(running).state
    with pytest.raises(Cancelled):
        running.result()
    assert 3 == engine.call(bodies.add, 1, 2).result(WAIT)


def test_a_sleep_can_be_woken_at_any_moment(engine):
    assert "slept" == engine.call(bodies.is_woken_often).result(WAIT)


def test_a_body_whose_first_request_to_stop_is_lost_is_asked_again(tmp_path, make_engine):
    patient = PoolConfig(backend="processes", settings={"kill_after": WAIT})
    engine = make_engine(pools={"patient": patient})
    cleaned = tmp_path / "cleaned"
    running = engine.submit("app.misses_a_request", {"cleaned": cleaned}, pool="patient")
    until(lambda: running.progress is not None)
    running.cancel()

    assert "cancelled" == ended(running).state
    assert "up" == cleaned.read_text()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["burns", "sleeps", "waits"])
def test_a_time_limit_ends_a_body_whatever_it_does(engine, name):
    late = ended(engine.submit(f"app.{name}", {}, time_limit=0.2))

    assert isinstance(late.error, TimeLimit)
    assert 3 == engine.call(bodies.add, 1, 2).result(WAIT)


@pytest.mark.slow
def test_a_child_that_was_stopped_is_killed_at_its_time_limit(engine):
    stopped = ended(engine.submit("app.dies", {"how": "stop"}, time_limit=0.2))

    assert isinstance(stopped.error, TimeLimit)
    assert 3 == engine.call(bodies.add, 1, 2).result(WAIT)


@pytest.mark.slow
def test_the_traceback_of_a_body_past_its_limit_is_where_its_process_was(engine):
    late = ended(engine.submit("app.burns", {}, time_limit=0.2))

    assert "bodies.py" in late.traceback and "in burns" in late.traceback


def test_what_a_body_logs_prints_and_starts_is_in_the_log_of_its_task(engine, capsys):
    talked = ended(engine.call(bodies.talks))

    assert "completed" == talked.state
    until(lambda: len(talked.log) == 4)
    assert {"by the context: 1", "by a logger: 2 of 3", "100 %", "by a child"} == {
        line.text for line in talked.log
    }
    assert "printed\n" == capsys.readouterr().out


def test_what_a_copy_that_a_body_forks_logs_and_prints_is_in_the_log_of_its_task(engine):
    talked = ended(engine.call(bodies.talks_in_a_copy))

    assert "completed" == talked.state
    said = ["by the context of a copy", "by a logger of a copy", "by a copy", "without an end"]
    until(lambda: said == [line.text for line in talked.log])


@pytest.mark.slow
@pytest.mark.parametrize("meanwhile", ["paused", "drains"])
def test_a_body_has_as_long_to_stop_while_its_pool_is_paused_or_drains(make_engine, meanwhile):
    patient = PoolConfig(backend="processes", workers=1, settings={"kill_after": 30})
    engine = make_engine(pools={"side": patient})
    tidies = engine.submit("app.tidies_up", {"seconds": 0.5}, pool="side")
    until(lambda: tidies.progress)
    if meanwhile == "paused":
        engine.pause()
    else:
        threading.Thread(target=engine.shutdown, args=(WAIT,)).start()
        until(lambda: engine.state == "stopping")
    tidies.cancel()

    assert "tidy" == tidies.result(WAIT)


def test_a_copy_that_a_body_forks_does_not_answer_for_its_task(engine):
    assert "the original's" == engine.call(bodies.forks).result(WAIT)
    assert 3 == engine.call(bodies.add, 1, 2).result(WAIT)


@pytest.mark.slow
def test_the_cpu_time_and_the_memory_of_a_task_are_measured(engine):
    burnt = ended(engine.call(bodies.burns, 0.2))
    eaten = ended(engine.call(bodies.eats, 64))

    assert 0 < burnt.usage.cpu < 5  # it may have had little of a core
    assert eaten.usage.peak > 64 << 20 > burnt.usage.peak - (32 << 20)


def test_a_type_that_a_child_could_not_find_is_refused_before_anything_starts(make_engine):
    from chasqui import Engine

    @task
    def lost() -> None: ...

    engine = Engine(1, backend="processes")
    engine.register(lost)

    with pytest.raises(InvalidTaskType, match=r"app\.lost cannot run in a child process.*inside"):
        engine.start()
    assert "new" == engine.state


def test_an_error_of_a_class_that_the_host_does_not_know_is_named(engine, monkeypatch):
    monkeypatch.delattr(bodies, "OwnError")

    failed = ended(engine.call(bodies.fails, "own"))

    assert isinstance(failed.error, ErrorSummary)
    assert "tests.processes.bodies.OwnError: broken (7)" == str(failed.error)


@pytest.mark.slow
def test_no_process_is_left_after_a_shutdown(make_engine):
    engine = make_engine(2)
    pids = {engine.call(bodies.process).result(WAIT) for _ in range(4)}
    engine.call(bodies.burns)
    ledger = engine.shutdown(1)

    assert ledger.accepted == 5
    for pid in pids:
        until(lambda pid=pid: not alive(pid))


def alive(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIG_DFL)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.slow
def test_an_engine_that_is_shut_down_before_it_has_a_child_has_lost_no_worker(
    make_engine, monkeypatch, caplog
):
    over, make = threading.Event(), LAUNCHER.make

    def late(*given):
        assert over.wait(WAIT)
        return make(*given)

    monkeypatch.setattr(LAUNCHER, "make", late)
    before = set(threading.enumerate())
    engine = make_engine(workers=2)
    workers = [one for one in set(threading.enumerate()) - before if "-w0" in one.name]
    assert 2 == len(workers)

    engine.shutdown(0)
    over.set()
    for worker in workers:
        worker.join(WAIT)

    assert (0, "") == (engine.pool.workers_lost, caplog.text)


def test_a_body_that_submits_learns_that_its_engine_is_in_another_process(engine):
    failed = ended(engine.call(bodies.submits, 1))

    assert isinstance(failed.error, NoEngine)
    assert "add.submit(): this body runs in a child process" in str(failed.error)
