"""Submissions of one key while the observer is asked about its task, and may refuse it."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from chasqui import Engine, task
from chasqui.pool.reporting import watch_every
from chasqui.pool.state import state_of
from tests.pool.interrupt import Interrupter
from tests.pool.observing import Recorder, Refusing
from tests.pool.submitting import Submitter
from tests.waiting import WAIT, until

MOST = 900  # points of one submission
MODULES = (
    "chasqui.engine.submission.keys",
    "chasqui.pool.announcing",
    "chasqui.pool.retracting",
    "chasqui.pool.submission",
)


@task
def nothing() -> None:
    """Do nothing."""


def made(observer: Recorder) -> Engine:
    engine = Engine(1, 10)
    engine.register(nothing)
    state = state_of(engine.pools["default"])
    state.observer = observer
    watch_every(state, True)
    return engine


@pytest.fixture
def observer() -> Iterator[Refusing]:
    refusing = Refusing()
    yield refusing
    refusing.go_on.set()


@pytest.mark.parametrize("delay", [None, 60.0])
@pytest.mark.parametrize("refused", [False, True])
def test_a_submission_of_a_key_returns_once_the_observer_has_heard_of_its_task(
    observer, delay, refused
):
    observer.error = OSError("the disk is full") if refused else None
    observer.hold()
    engine = made(observer)
    pool = engine.pools["default"]
    first = Submitter(lambda: engine.submit(nothing, key="k", delay=delay))
    observer.await_entered()
    announced = pool.find(1)
    assert announced is not None
    assert announced._more is not None
    more = announced._more
    observer.error = None
    second = Submitter(lambda: engine.submit(nothing, key="k", delay=delay))
    until(lambda: more.wake is not None)
    assert second.is_alive()
    observer.go_on.set()
    first.join(WAIT)
    second.join(WAIT)

    assert isinstance(first.error, OSError) is refused
    assert second.error is None
    assert second.value.submissions == 2 - refused
    assert [second.value] == pool.waiting() + pool.scheduled()
    assert (1, int(refused)) == (pool.metrics().accepted, pool.metrics().rejected)
    assert refused or first.value is second.value
    engine.shutdown(0, drain=False)


@pytest.mark.parametrize("options", [{}, {"debounce": 60.0}, {"delay": 60.0}], ids=str)
@pytest.mark.parametrize("refusals", [0, 1, 2])
def test_a_handler_that_submits_the_key_in_the_middle_hangs_nowhere(refusals, options):
    for point in itertools.chain([0, 0], range(1, MOST)):
        left = [OSError("the disk is full")] * refusals

        def refuse(name, tasks, left=left):
            if name == "accepted" and left:
                raise left.pop()

        engine, tasks, early = made(Recorder(refuse)), list[Any](), list[Any]()
        pool = engine.pools["default"]

        def submit(tasks, engine=engine):
            with contextlib.suppress(OSError):
                tasks.append(engine.submit(nothing, key="k", **options))

        interrupter = Interrupter(point, partial(submit, early), *MODULES)
        interrupter.run(partial(submit, tasks))
        is_over = 0 < interrupter.points < point
        submit(tasks)
        kept = pool.waiting() + pool.scheduled()

        assert all(one in kept for one in tasks)
        # The handler cannot wait until the observer has heard of the task that it shares.
        assert all(one in kept or one.state == "cancelled" for one in early)
        assert len(kept) <= 1
        assert pool.metrics().accepted == len(kept)
        assert not state_of(pool).reserved
        engine.shutdown(0, drain=False)
        if is_over:
            break
    assert 3 < point < MOST - 1
