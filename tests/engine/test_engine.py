"""The engine: typed tasks, names, failures."""

from __future__ import annotations

import pytest

from chasqui import InvalidParameters, PoolClosed, UnknownType, task
from chasqui.engine.engine import BaseEngine
from chasqui.engine.failures.log import FailureLog
from chasqui.errors import InvalidTaskType
from chasqui.testing import FakeClock

WAIT = 10.0


@task
def double(number: int) -> int:
    """Double a number."""
    return 2 * number


@task
def explode(message: str) -> None:
    """Fail."""
    raise ValueError(message)


class Source:
    """A source of types as plugins are one."""

    def types(self):
        return {"math.double": double}

    def type(self, name):
        return self.types().get(name)

    def types_loaded(self):
        return {}

    def explain(self, name):
        return "plugin broken failed at import" if name.startswith("broken.") else None


@pytest.fixture
def engine():
    with BaseEngine(2, types=Source()) as engine:
        engine.register(double)
        engine.register(explode)
        yield engine


def test_a_registered_type_is_called_by_its_name(engine):
    assert 42 == engine.submit("app.double", {"number": 21}).result(WAIT)


def test_a_type_from_a_source_is_called_by_its_name(engine):
    assert 42 == engine.submit("math.double", {"number": 21}).result(WAIT)


def test_a_work_made_before_its_type_was_registered_gets_the_full_name():
    with BaseEngine(1) as engine:
        done = engine.submit(double.work(number=4))

    assert ("app.double", 8) == (done.name, done.result(0))


def test_an_unknown_name_is_answered_with_the_nearest(engine):
    with pytest.raises(UnknownType, match=r"did you mean app\.double") as refused:
        engine.submit("app.duoble")

    assert "app.double" in refused.value.nearest


def test_an_unknown_name_that_a_source_can_explain_is_explained(engine):
    with pytest.raises(UnknownType, match="failed at import"):
        engine.submit("broken.thing")


def test_parameters_are_checked_before_anything_is_accepted(engine):
    with pytest.raises(InvalidParameters):
        engine.submit("app.double", {"number": "many"})
    with pytest.raises(InvalidParameters):
        engine.submit_batch("app.double", [{"number": 1}, {}])

    assert 0 == engine.metrics().accepted


def test_a_batch_of_one_type_runs_in_order(engine):
    tasks = engine.submit_batch("app.double", [{"number": n} for n in range(20)])

    assert [2 * n for n in range(20)] == [task.result(WAIT) for task in tasks]


def test_a_failure_is_in_the_log_before_anybody_sees_the_state(engine):
    failing = engine.submit("app.explode", {"message": "boom"}, priority=3)
    failing.wait(WAIT)
    (failure,) = engine.failures

    assert ("app.explode", "message=boom", "ValueError", "boom", 1) == (
        failure.type,
        failure.params,
        failure.exception,
        failure.message,
        failure.attempts,
    )
    assert "raise ValueError(message)" in failure.traceback
    assert failing.number == failure.number == engine.failures.find(failing.number).number


def test_the_failure_log_keeps_the_newest_and_counts_them_all():
    with BaseEngine(1, keep_failures=3) as engine:
        engine.register(explode)
        for number in range(5):
            engine.submit("app.explode", {"message": str(number)})
        engine.shutdown(WAIT)

    assert ["4", "3", "2"] == [failure.message for failure in engine.failures]
    assert (5, 3) == (engine.failures.total, len(engine.failures))


def test_two_types_of_one_name_are_refused(engine):
    def double(number: str) -> None: ...

    with pytest.raises(InvalidTaskType, match="registered already"):
        engine.register(task(double))


def test_a_stopped_engine_refuses(engine):
    assert engine.shutdown(WAIT).clean
    with pytest.raises(PoolClosed):
        engine.submit("app.double", {"number": 1})


def test_an_engine_keeps_its_clock():
    clock = FakeClock()
    with BaseEngine(1, clock=clock) as engine:
        engine.register(double)
        done = engine.submit("app.double", {"number": 1})
        done.result()

    assert clock.time() == done.created == done.finished


def test_a_failure_log_must_keep_something():
    with pytest.raises(ValueError, match="at least 1"):
        FailureLog(0)
