"""The failure log as a list: what is in it, and what a filter chooses of it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chasqui import Context
from chasqui.engine.failures.log import FailureLog, Retention
from chasqui.engine.failures.memory import SharedTexts
from chasqui.pool.pool import Pool
from chasqui.testing import FakeClock
from tests.engine.failures.failing import DAY, WAIT, Plain, fail, numbers


def test_a_filter_chooses_among_what_is_kept_the_newest_first(engine):
    first, second = fail(engine, count=2)
    fail(engine, "other")
    found = engine.failures.where("type=*.explode")

    assert ([second, first], 2, ()) == (numbers(found), len(found), found.notes)
    assert [second, first] == numbers(engine.failures.where(type="app.explode"))
    assert [first] == numbers(engine.failures.where("explode", number=first))


def test_every_field_of_a_failure_can_be_asked_for(engine):
    failing = engine.submit("app.explode", {"number": 3}, key="k 1")
    failing.wait(WAIT)
    failure = engine.failures.find(failing.number)
    asked = (
        f'number={failing.number} type=app.explode plugin=app state=new err~"number 3" '
        f'key="k 1" params~number=3 pool=default attempt=1 age<1m ran<1m waited<1m '
        f"group={failure.group} worker={failure.worker} explode"
    )
    found = engine.failures.where(asked)

    assert ([failing.number], ()) == (numbers(found), found.notes)


def test_groups_can_be_filtered(engine):
    fail(engine, count=2)
    (one,) = fail(engine, "other")
    engine.retry(one)

    assert [("app.other", 1, 0)] == [
        (group.type, group.kept, group.open) for group in engine.failures.groups(f"number={one}")
    ]
    assert {"app.explode", "app.other"} == {group.type for group in engine.failures.groups()}
    assert [] == engine.failures.groups("type=nothing")


def test_who_looks_at_a_failure_has_seen_it(engine):
    first, second = fail(engine, count=2)
    before = engine.failures.revision
    engine.failures.see([first, 999])

    assert ("seen", "new") == (
        engine.failures.find(first).state,
        engine.failures.find(second).state,
    )
    assert {"new": 1, "seen": 1, "retried": 0, "discarded": 0} == engine.failures.counts()
    assert before < engine.failures.revision
    assert [first] == numbers(engine.failures.where("state=seen"))
    assert 2 == len(engine.failures.where("state=failed"))


@pytest.mark.slow
def test_a_log_can_be_read_while_it_is_written():
    log = FailureLog(50)
    with Pool(4, retry=log.record) as pool:
        for _ in range(2_000):
            pool.submit(Plain())
            if len(log) > 40:
                log.where("plain")
                log.groups("err~plain")
                log.window(0, 10)

    (group,) = log.groups()
    assert (2_000, 2_000, 50) == (log.total, group.count, len(log))


class Numbered:
    """A work of one of three kinds that fails."""

    name = "numbered"

    def __init__(self, number: int) -> None:
        self.id = str(number)

    def execute(self, ctx: Context) -> None:
        number = int(self.id)
        raise (ValueError, OSError, KeyError)[number % 3](f"number {number % 7}")


@pytest.fixture(scope="module")
def failed_tasks():
    with Pool(1, queue_size=100) as pool:
        return pool.submit_batch([Numbered(number) for number in range(60)])


def recounted(log):
    """Return what is held, counted anew."""
    held = {one.number: one for one in log.where("state=*")}
    held.update({group.example.number: group.example for group in log.groups()})
    shared = SharedTexts()
    for one in held.values():
        shared.hold(one)
    return shared.size


@pytest.mark.slow
@settings(max_examples=100)
@given(
    st.integers(1, 8),
    st.lists(st.tuples(st.sampled_from("rrrrsdbt"), st.integers(0, 39)), max_size=60),
)
def test_the_log_is_where_a_plain_list_of_it_is(failed_tasks, keep, steps):
    clock = FakeClock(time=failed_tasks[0].finished)
    log = FailureLog(Retention(keep, keep_days=1), clock=clock)
    waiting = list(failed_tasks)
    recorded: list[Any] = []
    shown: list[Any] = []
    away: list[Any] = []
    states: dict[int, str | None] = {}
    aged = False
    for step, at in steps:
        known = sorted([*shown, *away], key=recorded.index)
        number = known[at % len(known)] if known else 0
        if step == "r" and waiting:
            log.record(waiting[0])
            number = waiting.pop(0).number
            recorded.append(number)
            if not aged:
                shown.append(number)
            states[number] = "new"
            while len(shown) + len(away) > keep:
                (away or shown).pop(0)
        elif step == "s":
            log.see([number])
            states[number] = "seen" if states.get(number) == "new" else states.get(number)
        elif step == "d" and number in shown:
            assert not isinstance(log.mark(number, "discarded", among=("new", "seen")), str)
            log.sort()
            shown.remove(number)
            away = sorted([*away, number], key=recorded.index)
        elif step == "b" and number in away:
            assert not isinstance(log.mark(number, "new", among=("discarded",)), str)
            log.sort()
            away.remove(number)
            states[number] = "new"
            shown = sorted([*shown, number], key=recorded.index)
        elif step == "t" and at == 0:
            clock.advance(DAY + 60)
            shown, away, aged = [], [], True  # what is recorded from now on is too old at once

        assert shown[::-1] == numbers(log) == numbers(log.window(0, 100))
        assert sorted(away) == sorted(numbers(log.where("state=discarded")))
        assert [states[number] for number in shown] == [one.state for one in log][::-1]
        assert len(recorded) == log.total == sum(group.count for group in log.groups())
        assert recounted(log) == log._shared.size
