"""The order of what waits, changed through a port."""

from __future__ import annotations

import pytest

from chasqui.control.local import LocalPort
from chasqui.control.port import Cancel, CountWaiting, Reprioritize, RunNext, ViewQuery, Window
from tests.present import present
from tests.waiting import WAIT

BACKLOG = ViewQuery(backlog=Window())


@pytest.fixture
def waiting(board):
    """Return an engine that starts nothing, its port, and five tasks."""
    engine, _, _ = board
    engine.pause()
    tasks = [engine.submit("app.rest", {"seconds": 0}) for _ in range(5)]
    return engine, LocalPort(engine), [task.number for task in tasks]


def listed(port):
    return [row.number for row in present(port.snapshot(BACKLOG).backlog_page).rows]


def test_tasks_run_next_in_the_order_given_and_their_pages_say_who_wanted_that(waiting):
    _, port, (a, b, c, d, e) = waiting
    command = RunNext(numbers=(d, b))
    outcome = port.apply(command)
    port.events.sign(command, "operator")

    assert (True, (d, b)) == (outcome.ok, outcome.numbers)
    assert [d, b, a, c, e] == listed(port)
    (deed,) = present(port.detail(d)).deeds
    assert ("raised to the front", "operator") == (deed.what, deed.by)
    signed = {row.text: row.by for row in port.events.rows()}
    assert "operator" == signed[f"run next of 2 tasks: {d}, {b}"]


def test_another_priority_is_shown_and_said(waiting):
    _, port, (a, b, c, d, e) = waiting
    assert port.apply(Reprioritize(numbers=(c, a), priority=7)).ok

    assert [c, a, b, d, e] == listed(port)
    detail = present(port.detail(a))
    assert (7, "given priority 7") == (detail.priority, detail.deeds[0].what)
    assert f"priority 7 of 2 tasks: {c}, {a}" in [row.text for row in port.events.rows()]


def test_what_had_started_or_ended_is_left_alone_with_its_reason(waiting):
    _, port, (a, b, *_) = waiting
    port.apply(Cancel(numbers=(a,)))
    outcome = port.apply(RunNext(numbers=(a, b, 9_999)))

    assert (False, (b,)) == (outcome.ok, outcome.numbers)
    assert ((a, "has ended already"), (9_999, "no task has this number")) == outcome.skipped
    assert "unknown" == port.apply(Reprioritize(numbers=(9_999,), priority=1)).kind


def test_what_holds_a_task_still_is_in_the_notes(board):
    engine, port, _ = board
    engine.submit("app.paced").wait(WAIT)
    later = engine.submit("app.paced").number

    outcome = port.apply(RunNext(numbers=(later,)))
    assert outcome.ok
    ((number, why),) = outcome.notes
    assert (str(later), True) == (number, "1/m" in why)


def test_a_priority_that_is_none_is_refused_and_changes_nothing(waiting):
    _, port, numbers = waiting
    outcome = port.apply(Reprioritize(numbers=numbers[1:2], priority=10**10))

    assert (False, True) == (outcome.ok, "priority must be" in outcome.reason)
    assert numbers == listed(port)


def test_those_that_are_counted_run_next_by_their_token_also_where_they_are_too_many_to_list(board):
    engine, _, _ = board
    engine.pause()
    engine.resize(queue_size=1_000)
    port = LocalPort(engine)
    numbers = [engine.submit("app.rest", {"seconds": 0}).number for _ in range(250)]
    token = port.apply(CountWaiting()).token
    last = engine.submit("app.rest", {"seconds": 0}, priority=9).number
    outcome = port.apply(RunNext(token=token))

    assert (True, 250) == (outcome.ok, outcome.count)
    assert [*numbers, last][:3] == listed(port)[:3]
    assert port.apply(Reprioritize(token=token, priority=-1)).ok
    assert last == listed(port)[0]
    texts = [row.text for row in port.events.rows()]
    assert any(text.startswith("run next of 250 tasks") for text in texts), texts
    assert "no longer held" in port.apply(RunNext(token="other")).reason
