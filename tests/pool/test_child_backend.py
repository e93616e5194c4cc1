"""A pool works with a backend whose bodies run in other processes, which it can kill."""

from __future__ import annotations

import os
import signal

import pytest

from chasqui import Cancelled, Pool, TimeLimit
from chasqui.errors import NeverRan
from chasqui.pool.backends import BACKENDS
from chasqui.pool.state import state_of
from tests.pool.child_backend import Body, ChildBackend
from tests.pool.conftest import WAIT
from tests.waiting import until


@pytest.fixture
def pool(make_pool, monkeypatch) -> Pool:
    monkeypatch.setitem(BACKENDS, "children", ChildBackend)
    made: Pool = make_pool(1, backend="children", grace=0, max_abandoned=0)
    return made


def test_bodies_run_in_another_process_with_a_context_there(pool):
    child, number, attempts, is_context = pool.submit(Body("where")).result(WAIT)
    failed, waited, rows = pool.submit_batch([Body("fails"), Body("waits"), Body("rows")])

    assert child != os.getpid()
    assert (1, 1, True) == (number, attempts, is_context)
    with pytest.raises(KeyError, match="there"):
        failed.result(WAIT)
    assert "waited" == waited.result(WAIT)
    with pytest.raises(NeverRan, match="rows returned a generator"):
        rows.result(WAIT)
    assert child == pool.submit(Body("where")).result(WAIT)[0]
    assert pool.shutdown(WAIT).clean


@pytest.mark.parametrize("name", ["sleeps", "sleeps_async"])
def test_a_body_in_another_process_reports_progress_and_is_asked_to_stop(pool, name):
    task = pool.submit(Body(name))
    until(lambda: task.progress is not None)

    assert (1, 2, "asleep") == task.progress
    assert task.cancel()
    with pytest.raises(Cancelled):
        task.result(WAIT)
    assert "cancelled" == task.state


def test_a_body_that_ignores_its_time_limit_is_killed_and_its_worker_replaced(pool):
    child = pool.submit(Body("where")).result(WAIT)[0]
    (worker,) = pool.workers()
    task = pool.submit(Body("burns"), time_limit=0.2)

    with pytest.raises(TimeLimit, match=r"0\.2 s"):
        task.result(WAIT)
    assert f"in process {child}" in task.traceback
    assert child != pool.submit(Body("where")).result(WAIT)[0]
    backend = state_of(pool).backend
    assert isinstance(backend, ChildBackend)
    assert -signal.SIGKILL == backend.children[worker].wait(WAIT)
    metrics = pool.metrics()
    assert (True, 2, 1, 1) == (metrics.balanced, metrics.completed, metrics.failed, metrics.workers)
    assert pool.shutdown(WAIT).clean
