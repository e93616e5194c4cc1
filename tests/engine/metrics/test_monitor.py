"""An engine has a meter while it runs, and with it a past: of itself, its pools and its types."""

from __future__ import annotations

import threading

import pytest

from chasqui import task
from chasqui.engine.engine import BaseEngine
from chasqui.engine.metrics.sampler import OTHERS, TRACKED
from chasqui.pool.threads import start_daemon
from tests.engine.metrics.measured import Measured, nothing


def test_the_sampler_looks_on_a_thread_of_its_own_and_nothing_waits_for_it():
    with Measured(nothing) as measured:
        measured.passes(3)
        names = [thread.name for thread in threading.enumerate()]
        asleep = measured.clock.asleep()

    assert ("chasqui-sampler", {}) == (next(n for n in names if "sampler" in n), asleep)
    assert "chasqui-sampler" not in [thread.name for thread in threading.enumerate()]


def test_the_history_of_a_type_a_pool_and_the_engine_can_be_had():
    with Measured(nothing) as measured:
        for count in (1, 3):
            for _ in range(count):
                measured.run("app.nothing")
            measured.passes(1)
        engine = measured.engine
        histories = [
            engine.history(type="app.nothing"),
            engine.history(pool="default"),
            engine.history(),
        ]
        unknown = engine.history(type="app.other")

    assert [[1.0, 3.0]] * 3 == [list(one.columns["completed"]) for one in histories]
    assert [0.0] * 3 == [measured.clock.time() - one.until for one in histories]
    assert {} == unknown.columns


def test_a_history_that_does_not_exist_is_refused():
    engine = BaseEngine(1)

    with pytest.raises(ValueError, match=r"rows are \[1, 10, 60\] seconds apart, not 5"):
        engine.history(seconds=5)
    with pytest.raises(ValueError, match="not of both"):
        engine.history(type="app.x", pool="default")


def test_types_beyond_those_tracked_share_one_past():
    types = [task(name=f"t{number:02}")(nothing.function) for number in range(TRACKED + 2)]
    with Measured(*types) as measured:
        for one in types[:TRACKED]:
            measured.run(f"app.{one.name}")
        measured.passes(1)
        for one in types[TRACKED:]:
            measured.run(f"app.{one.name}")
            measured.run(f"app.{one.name}")
        measured.passes(1)
        reading = measured.engine.metrics()
        shared = measured.engine.history(type=OTHERS)

    last = reading.types[f"app.t{TRACKED + 1}"]
    assert (2, 2, 0.0) == (last.completed, last.run.count, last.ten_seconds.seconds)
    assert (4, 4.0, 2) == (
        reading.others.completed,
        reading.others.ten_seconds.completed,
        reading.others.workers,
    )
    assert [4.0] == list(shared.columns["completed"])[-1:]
    assert 0.5 == reading.types["app.t00"].ten_seconds.completed
    assert (True, False) == (reading.types["app.t00"].tracked, last.tracked)


def test_a_type_that_is_new_counts_as_tracked_while_there_is_room():
    with Measured(nothing) as measured:
        measured.passes(1)
        measured.run("app.nothing")

        assert measured.engine.metrics().types["app.nothing"].tracked


# Without a meter that looks


def test_an_engine_without_a_thread_for_its_sampler_works_and_says_so(caplog):
    def refuse(run, name):
        if name == "chasqui-sampler":
            raise RuntimeError("can't start new thread")
        return start_daemon(run, name)

    with Measured(nothing, start_thread=refuse) as measured:
        measured.run("app.nothing")
        reading, findings = measured.engine.metrics(), measured.engine.diagnose()

    why = "no history of metrics is kept: no thread could start: can't start new thread"
    assert (1, 0.0, why) == (reading.completed, reading.ten_seconds.seconds, reading.problem)
    assert not reading.types["app.nothing"].tracked
    assert [("unmetered", f"no rates are known: {why}")] == [
        (one.kind, one.text) for one in findings
    ]
    assert [why] == [record.getMessage() for record in caplog.records]


def test_an_engine_that_was_not_started_has_no_windows_and_no_findings():
    engine = BaseEngine(1)
    reading = engine.metrics()

    assert (0.0, "", ()) == (reading.minute.seconds, reading.problem, engine.diagnose())


def test_of_a_stopped_engine_the_last_seconds_do_not_stand_still_though_nobody_looks_any_more():
    with Measured(nothing) as measured:
        for _ in range(5):
            measured.run("app.nothing", x=1)
        measured.passes(3)
        before = measured.engine.metrics()
        assert before.ten_seconds.ended > 0
        assert before.types["app.nothing"].ten_seconds.ended > 0
    after = measured.engine.metrics()

    assert (0.0, 0.0) == (after.ten_seconds.ended, after.types["app.nothing"].ten_seconds.ended)
    assert 0.0 == after.pools["default"].ten_seconds.utilisation
    assert after.minute.ended > 0
    assert 5 == after.completed
