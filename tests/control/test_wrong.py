"""What is wrong is in every snapshot, in a few words, and marked where it happens."""

from __future__ import annotations

import pytest

from chasqui.control.local import LocalPort
from chasqui.control.metric_views import in_short
from chasqui.control.port import ViewQuery, Window
from chasqui.engine.metrics.diagnosis import diagnose
from chasqui.engine.metrics.reading import LeftOut, Shortage, SlowTask, UnstoppedTask
from tests.engine.metrics.measured import WAIT, Gated, Measured
from tests.engine.metrics.readings import (
    COMPUTING,
    blocked,
    broken,
    hog,
    overloaded,
    pool,
    reading,
    slowed,
    window,
)
from tests.engine.metrics.test_findings import slow
from tests.engine.schedules.watched import NOON, Clock, Watched
from tests.present import present
from tests.waiting import until


@pytest.mark.parametrize(
    ("parts", "more", "short"),
    [
        ([pool(full_for=252.0)], {}, "saturated 4m"),
        ([pool(**blocked(12))], {}, "producers blocked 12s"),
        (
            [pool(unstopped=(UnstoppedTask(21, "app.stuck", "w03", 9.0),))],
            {},
            "task 21 does not stop",
        ),
        (
            [pool(slow=(SlowTask(377, "app.imports", "w04", 96.0, 3.4),))],
            {},
            "task 377 is slow",
        ),
        ([pool(shortage=Shortage(2, 8))], {}, "2 workers missing"),
        ([hog()], {}, "app.crunch takes all"),
        ([slowed()], {}, "app.fetch is slower"),
        ([overloaded()], {}, "12 workers needed"),
        ([], {"process": COMPUTING}, "workers wait for the GIL"),
        ([], {"problem": "no thread"}, "not measured"),
        (
            [],
            {"schedules": {"nightly": LeftOut("nightly", "app.a", 1, 9, 9, "it slept", True)}},
            "nightly left out",
        ),
    ],
)
def test_each_finding_has_a_few_words(parts, more, short):
    busy = [pool(ten_seconds=window(busy=0.99))] if short in BUSY else []
    (finding,) = diagnose(reading(*parts, *busy, **more))

    assert short == in_short(finding)


BUSY = ("app.crunch takes all", "workers wait for the GIL")


def test_a_stop_that_is_not_heeded_is_in_every_snapshot_and_at_its_worker():
    gated = Gated()
    with Measured(gated.type, workers=1) as measured:
        port = LocalPort(measured.engine)
        query = ViewQuery(workers=Window())
        task = measured.engine.submit("app.gated")
        gated.await_begun(1)
        assert () == port.snapshot(ViewQuery()).wrong
        assert present(port.snapshot(query).worker_page).rows[0].asked_at is None
        task.cancel()
        measured.passes(6)
        assert ("task 1 does not stop",) == port.snapshot(ViewQuery()).wrong
        shot = port.snapshot(query)
        row = present(shot.worker_page).rows[0]
        assert ("unstopped", 6.0) == (row.slow, shot.at - present(row.asked_at))
        assert shot.worker_page == port.snapshot(query).worker_page
        gated.let_go([task])
        assert task.wait(WAIT)


def test_a_task_that_takes_far_longer_than_its_type_is_marked_at_its_worker():
    gated = Gated()
    with Measured(gated.type, workers=1) as measured:
        port, query = LocalPort(measured.engine), ViewQuery(workers=Window())
        first = measured.engine.submit("app.gated")
        gated.await_begun(1)
        measured.passes(5)
        gated.let_go([first])
        assert first.wait(WAIT)
        second = measured.engine.submit("app.gated")
        gated.await_begun(1)
        measured.passes(60)
        row = present(port.snapshot(query).worker_page).rows[0]
        assert ("", 0.0) == (row.slow, row.usual)
        measured.passes(1)
        row = present(port.snapshot(query).worker_page).rows[0]
        assert ("long", True) == (row.slow, 5 <= row.usual < 5.5)
        gated.let_go([second])
        assert second.wait(WAIT)


def test_turns_left_out_are_in_every_snapshot_and_at_their_type():
    clock = Clock(time=NOON)
    with Watched(clock) as watched:
        engine = watched.engine
        engine.register(slow)
        engine.schedule("app.slow", cron="* * * * *", name="nightly")
        watched.pass_(60)
        until(lambda: engine.metrics().running)
        watched.pass_(60)
        shot = LocalPort(engine).snapshot(ViewQuery(types=Window()))
        engine.find(1).cancel()

    assert ("nightly left out",) == shot.wrong
    (note,) = [one.note for one in present(shot.type_page).rows if one.name == "app.slow"]
    assert "schedule nightly left out 1 in 0s: task 1 of the turn before is still running" == note
    assert {""} == {one.note for one in present(shot.type_page).rows if one.name != "app.slow"}


def test_an_open_breaker_is_told_of_by_the_line_of_breakers_alone():
    (finding,) = diagnose(reading(broken()))

    assert "breaker" == finding.kind == in_short(finding)
