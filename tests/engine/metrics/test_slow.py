"""A task that takes far longer than others of its type is found, with its number and its worker."""

from __future__ import annotations

import pytest

from chasqui.engine.metrics import reader
from chasqui.engine.metrics.reading import SlowTask
from tests.engine.metrics.measured import WAIT, Gated, Measured
from tests.engine.metrics.readings import pool, texts
from tests.engine.metrics.test_findings import kinds


def test_a_task_that_takes_far_longer_than_its_type_is_found_until_it_ends():
    gated = Gated()
    with Measured(gated.type, workers=2) as measured:
        quick = [measured.engine.submit("app.gated") for _ in range(2)]
        gated.await_begun(2)
        measured.passes(4)
        gated.let_go(quick)
        assert all(one.wait(WAIT) for one in quick)
        task = measured.engine.submit("app.gated")
        gated.await_begun(1)
        measured.passes(60)
        assert [] == kinds(measured.engine)
        measured.passes(1)
        (finding,) = measured.engine.diagnose()
        gated.let_go([task])
        assert task.wait(WAIT)
        assert [] == kinds(measured.engine)

    assert ("slow", "app.gated", 61.0) == (
        finding.kind,
        finding.about,
        finding.numbers["slow.running_for"],
    )
    assert finding.text.startswith(f"app.gated: task 3 has run for 1m01s on {task.worker}, ")


@pytest.mark.slow
def test_a_long_task_is_not_slow_where_its_type_takes_long_or_was_asked_to_stop():
    gated = Gated()
    with Measured(gated.type, workers=1) as measured:
        assert [] == kinds(measured.engine)
        task = measured.engine.submit("app.gated")
        gated.await_begun(1)
        measured.passes(100)
        assert [] == kinds(measured.engine)  # it is the first of its type
        gated.let_go([task])
        assert task.wait(WAIT)
        second = measured.engine.submit("app.gated")
        gated.await_begun(1)
        measured.passes(300)
        assert [] == kinds(measured.engine)  # three times as long
        gated.let_go([second])
        assert second.wait(WAIT)


def test_a_task_that_a_worker_has_just_taken_is_not_slow_yet():
    gated = Gated()
    with Measured(gated.type, workers=1) as measured:
        task = measured.engine.submit("app.gated")
        gated.await_begun(1)
        started = task._claimed_at
        del task._claimed_at  # as it is until the worker has said when it took the task
        found = reader._slow(measured.engine.pool, {})
        task._claimed_at = started
        gated.let_go([task])
        assert task.wait(WAIT)

    assert () == found


def test_several_slow_tasks_are_one_sentence():
    several = tuple(SlowTask(number, "app.imports", "w01", 96.0, 3.2) for number in (3, 4, 5))
    (said,) = texts(pool(slow=several))

    assert said.startswith("app.imports: task 3 has run for 1m36s on w01, 30.0x as long as ")
    assert said.endswith("; 2 more are slow")
