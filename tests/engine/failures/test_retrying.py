"""Retrying: which failures become tasks again, as they were or edited, and why others do not."""

from __future__ import annotations

import pytest

from chasqui import Engine, PoolConfig, Retry, task
from chasqui.engine.engine import BaseEngine as PlainEngine
from chasqui.pool.state import state_of
from tests.engine.failures.failing import WAIT, Plain, explode, fail, other
from tests.engine.failures.kept import params_of
from tests.present import present
from tests.waiting import until


def test_a_retry_is_a_new_task_of_the_same_type_and_parameters(engine, switch):
    (number,) = fail(engine, "fragile", value=["a", 1], number=4)
    switch.mended = True
    outcome = engine.retry(number)
    again = engine.pool.find(outcome.tasks[0])
    assert again is None or again.wait(WAIT)
    engine.shutdown(WAIT)

    assert ([["a", 1], ["a", 1]], (number,), True) == (switch.got, outcome.numbers, outcome.ok)
    failure = engine.failures.find(number)
    assert ("retried", outcome.retried[number]) == (failure.state, failure.retried_as)
    assert 1 == engine.metrics().completed


SAID = {"pool": "slow", "priority": 7, "time_limit": 9.0, "cooldown": 60, "key": "k"}


@pytest.fixture
def two_pools(clock, switch):
    """Return an engine with two pools, whose second is paused, and a type with a policy."""

    @task(priority=3, time_limit=30, retry=Retry(attempts=2, base=0))
    def fragile() -> None:
        raise RuntimeError("not mended")

    with PlainEngine(1, pools={"slow": PoolConfig(workers=1)}, clock=clock) as engine:
        engine.register(fragile)
        yield engine
        engine.shutdown(0, drain=False)


def failed(engine, **options):
    """Have a task of a submission with these options fail, and return its number."""
    one = engine.submit("app.fragile", **options)
    until(lambda: engine.clock.advance(1) or one.wait(0))
    return one.number


def waiting(engine, number):
    """Return a task that waits, and what its submission said."""
    found = engine.pools.find(number)
    return found, engine._parts.submitter.options_of(found)


@pytest.mark.parametrize("edit", [None, {}])
def test_a_retry_keeps_the_pool_the_priority_the_limit_and_the_policy(two_pools, edit):
    retry = Retry(attempts=3, base=0, on=(ValueError,))
    number = failed(two_pools, **SAID, retry=retry)
    two_pools.pools["slow"].pause()
    (again,) = two_pools.retry(number, edit=edit).tasks

    found, options = waiting(two_pools, again)
    assert SAID == {"priority": found.priority, "key": found.key} | {
        name: options[name] for name in ("pool", "time_limit", "cooldown")
    }
    assert retry == found._more.policy.retry
    two_pools.pools["slow"].resume()
    assert found.wait(WAIT)  # at its first attempt: it was to be retried for a ValueError only
    assert 1 == found.attempts


def test_a_retry_without_options_follows_its_type_and_leaves_out_when_it_was_to_start(two_pools):
    plain, timed = failed(two_pools), failed(two_pools, delay=1, expires=50)
    two_pools.clock.advance(100)
    two_pools.pause()
    outcome = two_pools.retry([plain, timed])

    for again in outcome.tasks:
        found, options = waiting(two_pools, again)
        assert (3, 30, {}) == (found.priority, found.time_limit, options)
    assert {} == two_pools.failures._index.said


def test_a_retry_keeps_a_priority_of_none_and_what_a_retried_retry_said(two_pools):
    number = failed(two_pools, priority=0, time_limit=5)
    (again,) = two_pools.retry(number).tasks
    until(lambda: two_pools.clock.advance(1) or two_pools.failures.find(again))
    two_pools.pause()
    (third,) = two_pools.retry(again).tasks

    found, options = waiting(two_pools, third)
    assert (0, {"time_limit": 5.0}) == (found.priority, options)


def test_a_retry_keeps_what_was_said_also_if_the_log_drops_the_failure_meanwhile(
    clock, monkeypatch
):
    with PlainEngine(1, keep_failures=1, clock=clock) as engine:
        engine.register(explode)
        first = engine.submit(explode, priority=7)
        assert first.wait(WAIT)
        mark = engine.failures.mark

        def and_another_fails(*args, **words):
            marked = mark(*args, **words)
            assert engine.submit(explode).wait(WAIT)
            until(lambda: engine.failures.total == 2)
            engine.pause()
            return marked

        monkeypatch.setattr(engine.failures, "mark", and_another_fails)
        (again,) = engine.retry(first.number).tasks
        assert present(engine.pool.find(again)).priority == 7
        engine.shutdown(0, drain=False)


def test_what_submissions_said_is_dropped_with_their_failures(clock):
    with PlainEngine(1, clock=clock, keep_failures=2) as engine:
        engine.register(explode)
        for priority in (1, 2, 3):
            assert engine.submit(explode, priority=priority).wait(WAIT)

        assert {2: {"priority": 2}, 3: {"priority": 3}} == engine.failures._index.said


def test_what_is_retried_may_be_a_group_a_selection_a_filter_or_several(engine):
    first = fail(engine, count=3)
    second = fail(engine, "other", count=2)
    third = fail(engine, "fragile", count=2)
    group = next(one for one in engine.failures.groups() if one.type == "app.explode")
    engine.pause()

    assert tuple(first) == engine.retry(group).numbers
    assert (tuple(second), True) == (
        (done := engine.retry(engine.failures.where(type="app.other"))).numbers,
        done.ok,
    )
    engine.undo()
    assert tuple(second) == engine.retry("err=OSError").numbers
    engine.undo()
    other_id = engine.failures.find(second[0]).group
    assert (*second, third[0]) == engine.retry([other_id, third[0], second[0]]).numbers
    assert (third[1],) == engine.retry(engine.failures.find(third[1])).numbers


def test_what_cannot_be_found_is_skipped_with_its_reason(engine):
    (number,) = fail(engine)
    engine.pause()
    outcome = engine.retry([number, 999, "g-0123456789", "typ=app.*", " "])

    assert (number,) == outcome.numbers
    reasons = dict(outcome.skipped)
    assert "is not among the failures that are kept" == reasons[999]
    assert "there is no such group" == reasons["g-0123456789"]
    assert "did you mean type?" in reasons["typ=app.*"]
    assert "chooses nothing" in reasons[" "]


def test_a_selection_by_a_filter_that_is_not_understood_is_not_acted_on(engine):
    fail(engine, count=3)
    chosen = engine.failures.where("typ=app.other")
    outcome = engine.discard(chosen)

    assert (3, (), 3) == (len(chosen), outcome.numbers, len(engine.failures))
    assert "did you mean type?" in outcome.skipped[0][1]


@pytest.mark.parametrize("wrong", ["g-zzz", "g-", "g-*", "g-0123456789ab", " g-zzz\n"])
def test_what_looks_like_a_group_and_is_none_is_no_word_to_look_for(engine, wrong):
    fail(engine, "fragile", value=wrong)
    outcome = engine.discard(wrong)

    assert ((), 1) == (outcome.numbers, len(engine.failures))
    ((what, why),) = outcome.skipped
    assert wrong.strip() == what
    assert "there is no such group; to look for a word that begins so, put it in quotes" == why


def test_a_word_that_looks_like_a_group_is_quoted_and_an_id_may_have_blanks_around(engine):
    fail(engine, "fragile", value="g-code")
    (found,) = engine.failures.groups()

    assert 1 == len(engine.discard('"g-code"').numbers)
    engine.undo()
    assert 1 == len(engine.discard(f" {found.id}\n").numbers)


def test_a_group_of_which_nothing_is_kept_says_so(clock):
    with Engine(1, clock=clock, keep_failures=1) as engine:
        for type in (explode, other):
            engine.register(type)
        fail(engine)
        fail(engine, "other")
        gone = next(one for one in engine.failures.groups() if one.type == "app.explode")

        assert ((gone.id, "none of its failures is kept"),) == engine.retry(gone).skipped


def test_nothing_is_retried_twice(engine):
    (number,) = fail(engine)
    engine.pause()
    (task,) = engine.retry(number).tasks

    assert ((number, f"was retried already, as task {task}"),) == engine.retry(number).skipped


def test_a_retry_waits_for_nothing_in_a_full_backlog(switch):
    with PlainEngine(1, queue_size=1) as engine:
        engine.register(explode)

        @task
        def wait() -> None:
            switch.gate.wait(WAIT)

        engine.register(wait)
        (number,) = fail(engine)
        engine.submit("app.wait")
        until(lambda: engine.metrics().running)
        engine.submit("app.explode")
        outcome = engine.retry(number)
        switch.gate.set()

    assert (True, (number,)) == (outcome.ok, outcome.numbers)


def test_what_does_not_fit_into_the_schedule_is_skipped_and_stays_as_it_was(engine, monkeypatch):
    many = fail(engine, count=4)
    monkeypatch.setattr(state_of(engine.pool), "schedule_size", 0)
    outcome = engine.retry(many)

    assert ((), many) == (outcome.numbers, [number for number, _ in outcome.skipped])
    assert all("the schedule is full" in reason for _, reason in outcome.skipped)
    assert {"new"} == {failure.state for failure in engine.failures}
    assert 1 == engine.metrics().rejected, "what found no room once does not ask again"


def test_a_stopped_engine_skips_and_says_why(engine):
    (number,) = fail(engine)
    engine.shutdown(WAIT)
    ((skipped, reason),) = engine.retry(number).skipped

    assert (number, True) == (skipped, "accepts no more work" in reason)
    assert "new" == engine.failures.find(number).state


def test_an_edit_changes_parameters_and_keeps_the_others(engine, switch):
    (number,) = fail(engine, "fragile", value="old", number=4)
    switch.mended = True

    assert {"value": "old", "number": 4} == params_of(engine, number)
    assert engine.retry(number, edit={"number": 5}).ok
    engine.shutdown(WAIT)
    assert (["old", "old"], [4, 5]) == (switch.got, switch.numbers)


def test_an_edit_that_does_not_fit_is_skipped_with_every_problem(engine):
    (number,) = fail(engine)
    ((skipped, reason),) = engine.retry(number, edit={"number": "many", "nmber": 1}).skipped

    assert number == skipped
    assert "number" in reason and "nmber is not a parameter" in reason
    assert "new" == engine.failures.find(number).state


def test_an_edit_mends_parameters_of_an_older_version_of_the_type():
    def older(number: str, colour: str) -> None:
        raise OSError(number)

    def newer(number: int, size: int = 1) -> None:
        raise KeyError(number, size)

    engine = Engine(1)
    number = failed_before(engine, task(name="paint")(older), number="four", colour="red")
    engine._parts.registry._own["app.paint"] = task(name="paint")(newer)

    ((_, reason),) = engine.retry(number).skipped
    assert "number must be" in reason and "colour is not a parameter" in reason
    (new,) = engine.retry(number, edit={"number": 4}).tasks
    engine.shutdown(WAIT)
    failed = engine.failures.find(new)
    assert failed is not None and "(4, 1)" == failed.message


def failed_before(engine, type, **params):
    """Have a task of a type fail, and return its number."""
    engine.register(type)
    engine.start()
    failing = engine.submit(f"app.{type.name}", params)
    failing.wait(WAIT)
    until(lambda: len(engine.failures) == 1)
    return failing.number


def test_a_retry_has_the_key_of_what_failed(engine, switch):
    failing = engine.submit("app.explode", key="once")
    failing.wait(WAIT)
    engine.submit("app.wait")
    (new,) = engine.retry(failing.number).tasks

    assert "once" == engine.pool.find(new).key


def test_a_key_that_is_held_again_is_a_reason_to_skip(engine, switch):
    failing = engine.submit("app.explode", key="once")
    failing.wait(WAIT)
    holder = engine.submit("app.wait", key="once")
    outcome = engine.retry(failing.number)

    assert (
        (failing.number, f"its key 'once' is held by task {holder.number}, which is not done yet"),
    ) == (outcome.skipped)
    assert "new" == engine.failures.find(failing.number).state


def test_a_work_of_no_type_cannot_be_retried(engine):
    plain = engine.submit(Plain())
    plain.wait(WAIT)
    ((number, reason),) = engine.retry(plain.number).skipped

    assert (plain.number, True) == (number, "no task type" in reason)
