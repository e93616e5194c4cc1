"""Asking for room before a submission: what would be refused is refused, and nothing reserved."""

from __future__ import annotations

import pytest

from chasqui import BacklogFull, Engine, PoolClosed, PoolConfig, task


@task
def work() -> None:
    """Do nothing."""


@pytest.fixture
def engine():
    engine = Engine(1, 3, pools={"side": PoolConfig(workers=1, queue_size=1)})
    engine.register(work)
    yield engine
    engine.shutdown(0, drain=False)


def test_there_is_room_for_as_many_as_would_be_accepted(engine):
    engine.submit("app.work")

    engine.check_room(work.work(), 2)
    engine.check_room(work.work(), 2)
    with pytest.raises(
        BacklogFull, match="too full for 3, with room for 2: pool default, 1 waiting"
    ):
        engine.check_room(work.work(), 3)
    assert 3 == engine.metrics().rejected


def test_the_room_is_that_of_the_pool_that_the_work_would_go_to(engine):
    engine.check_room(work.work(), 1, pool="side")
    with pytest.raises(BacklogFull, match="too full for 2, with room for 1: pool side"):
        engine.check_room(work.work(), 2, pool="side")


def test_an_engine_that_accepts_no_more_has_no_room(engine):
    engine.shutdown(0)

    with pytest.raises(PoolClosed, match="accepts no more work"):
        engine.check_room(work.work())


def test_a_count_that_makes_no_sense_is_refused(engine):
    with pytest.raises(ValueError, match="count"):
        engine.check_room(work.work(), 0)


@pytest.mark.parametrize("wrong", [5, None, "app.nope", ("app.work", {"n": 1}), print])
def test_what_is_no_work_is_refused_as_by_a_submission(engine, wrong):
    with pytest.raises(TypeError, match=r"a work is needed|not a Work"):
        engine.check_room(wrong)
