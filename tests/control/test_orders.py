"""What a local port does to types and failures when it is told to."""

from __future__ import annotations

import pytest

from chasqui.control import lookup
from chasqui.control.port import (
    Cancel,
    ChartQuery,
    Chosen,
    CountFailures,
    DiscardFailures,
    LiftStrike,
    Limit,
    PauseType,
    ResetBreaker,
    Resize,
    ResumeType,
    RetryFailures,
    StrikeValue,
    Undo,
    ViewQuery,
    Window,
)
from tests.control.test_lists import fail
from tests.waiting import until

WAIT = 10.0
TYPES = ViewQuery(types=Window())
FAILURES = ViewQuery(failures=Window(), groups=Window())


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """Have looks at all failures waited for, so that no slow machine decides."""
    monkeypatch.setattr(lookup, "PATIENCE", WAIT)
    monkeypatch.setattr(lookup, "REST", 0)


def listed(port):
    return [(row.number, row.state) for row in port.snapshot(FAILURES).failure_page.rows]


def group_of(port, type):
    page = port.snapshot(FAILURES).group_page
    return next(row.id for row in page.rows if row.type == type)


def test_a_type_is_paused_and_resumed_by_its_name(board):
    engine, port, _ = board

    assert port.apply(PauseType(type="app.rest")).ok
    waiting = engine.submit("app.rest", {"seconds": 0})
    assert ("app.rest",) == port.snapshot(ViewQuery()).paused_types
    assert "queued" == waiting.state
    assert port.apply(ResumeType(type="app.rest")).ok
    assert waiting.wait(WAIT)
    outcome = port.apply(PauseType(type="app.rets"))
    assert (False, True) == (outcome.ok, "did you mean app.rest" in outcome.reason)


def test_a_type_is_limited_and_what_is_not_said_stays_as_it_is(board):
    _, port, _ = board

    def limits():
        rows = port.snapshot(ViewQuery(types=Window())).type_page.rows
        return next(row.limits for row in rows if row.name == "app.rest")

    assert port.apply(Limit(type="app.rest", concurrency=2, rate="10/s")).ok
    assert port.apply(Limit(type="app.rest", concurrency=3)).ok
    both = limits()
    assert port.apply(Limit(type="app.rest", concurrency=None)).ok

    assert ("3 at a time, 10/s", "10/s") == (both, limits())
    assert "10/s, 100/m" in port.apply(Limit(type="app.rest", rate="often")).reason


def test_the_breaker_of_a_type_is_given_by_what_is_typed_in(board):
    engine, port, _ = board
    assert port.apply(Limit(type="app.rest", breaker="3 in 10s for 20s")).ok
    assert (
        "breaker is written as 5 in 60s" in port.apply(Limit(type="app.rest", breaker="3")).reason
    )

    view = port.snapshot(ViewQuery(type_view=ChartQuery(type="app.rest"))).type_view
    assert ("3 in 10s for 20s", "") == (view.limits.breaker, view.policy.breaker)
    assert (3, 10.0, 20.0) == (view.breaker.failures, view.breaker.seconds, view.breaker.cooldown)
    said = "app.rest has a breaker: stopped for 20s after 3 failures within 10s"
    port.events.sign(Limit(type="app.rest"), "console of ana")
    assert engine.bus.flush(WAIT)
    rows = port.snapshot(ViewQuery(events=Window())).event_page.rows
    assert ["console of ana"] == [row.by for row in rows if said in row.text]


def test_limits_are_made_ones_for_each_value_of_a_parameter(board):
    engine, port, _ = board
    assert port.apply(Limit(type="app.rest", concurrency=2, rate="10/s", by="seconds")).ok
    limits = [row.limits for row in port.snapshot(TYPES).type_page.rows if row.name == "app.rest"]
    assert ["2 at a time, 10/s for each seconds"] == limits
    assert port.apply(Limit(type="app.rest", by=None)).ok
    assert "" == engine.metrics().types["app.rest"].by
    assert "did you mean seconds" in port.apply(Limit(type="app.rest", by="second")).reason


def test_a_value_is_struck_and_lifted_by_what_is_typed_in(board):
    engine, port, _ = board
    assert port.apply(StrikeValue(type="app.rest", parameter="seconds", value="0")).ok
    held = engine.submit("app.rest", {"seconds": 0})
    until(lambda: port.snapshot(ViewQuery()).held == 1)

    shot = port.snapshot(ViewQuery(backlog=Window(), types=Window()))
    assert ("app.rest seconds=0.0",) == shot.strikes
    assert ["struck seconds=0.0"] == [row.reason for row in shot.backlog_page.rows]
    row = next(row for row in shot.type_page.rows if row.name == "app.rest")
    assert "struck seconds=0.0, which holds 1" == row.note
    assert port.apply(LiftStrike(type="app.rest", parameter="seconds", value="0")).ok
    assert held.wait(WAIT)
    assert () == port.snapshot(ViewQuery()).strikes


@pytest.mark.parametrize(
    ("type", "parameter", "value", "reason", "kind"),
    [
        ("app.rets", "seconds", "0", "did you mean app.rest", "unknown"),
        ("app.rest", "second", "0", "did you mean seconds", ""),
        ("app.rest", "seconds", "soon", "seconds must be a number, got 'soon'", ""),
    ],
)
def test_a_strike_that_makes_no_sense_is_refused_with_the_reason(
    board, type, parameter, value, reason, kind
):
    _, port, _ = board
    for command in (StrikeValue, LiftStrike):
        outcome = port.apply(command(type=type, parameter=parameter, value=value))
        assert (False, kind) == (outcome.ok, outcome.kind)
        assert reason in outcome.reason


def test_of_many_strikes_the_first_are_named_and_the_others_counted(board):
    engine, port, _ = board
    for number in range(50):
        engine.strike("app.rest", seconds=number)
    shot = port.snapshot(TYPES)

    assert (20, 30) == (len(shot.strikes), shot.more_strikes)
    row = next(row for row in shot.type_page.rows if row.name == "app.rest")
    assert "struck seconds=0.0, seconds=1.0, seconds=2.0 and 47 more, which holds 0" == row.note


def test_a_task_whose_value_is_full_says_so(board):
    engine, port, _ = board
    engine.limit("app.rest", concurrency=1, by="seconds")
    for seconds in (60, 60, 50):
        engine.submit("app.rest", {"seconds": seconds})
    until(lambda: engine.metrics().running == 2)

    rows = port.snapshot(ViewQuery(backlog=Window())).backlog_page.rows
    assert ["1 of its seconds run"] == [row.reason for row in rows]


def test_what_is_not_known_is_told_from_what_is_refused(board):
    engine, port, _ = board
    ended = engine.submit("app.rest", {"seconds": 0})
    assert ended.wait(WAIT)
    asked = {
        "no type": PauseType(type="app.rets"),
        "no pool": Resize(workers=2, pool="nowhere"),
        "no size": Resize(workers=0),
        "no task": Cancel(numbers=(10**6,)),
        "no failure": RetryFailures(chosen=Chosen(numbers=(ended.number,))),
        "one of them": Cancel(numbers=(10**6, ended.number)),
    }

    kinds = {what: port.apply(command).kind for what, command in asked.items()}
    unknown = ["no type", "no pool", "no task", "no failure"]
    assert unknown == [what for what, kind in kinds.items() if kind == "unknown"]
    assert {"no size": "", "one of them": ""}.items() <= kinds.items()


def test_a_breaker_is_reset_by_hand(board):
    engine, port, _ = board
    fail(engine, 1, 2, 3)
    waiting = engine.submit("app.flaky", {"row": 4, "good": True})
    assert ("app.flaky",) == port.snapshot(ViewQuery()).breakers
    assert port.apply(ResetBreaker(type="app.flaky")).ok

    assert waiting.wait(WAIT)
    shot = port.snapshot(ViewQuery())
    assert ((), ()) == (shot.breakers, shot.half_open)


def test_counting_changes_nothing_and_names_numbers_and_samples(board):
    engine, port, _ = board
    numbers = fail(engine, 1, 2, 3)
    engine.submit("app.explode", {"message": "no"}).wait(WAIT)
    before = listed(port)
    group = group_of(port, "app.flaky")
    outcome = port.apply(CountFailures(chosen=Chosen(group=group)))

    assert (True, tuple(numbers[::-1])) == (outcome.ok, outcome.numbers)
    assert (str(numbers[-1]), "row=3") == outcome.notes[0]
    assert before == listed(port)
    assert 4 == len(port.apply(CountFailures()).numbers)
    by_filter = port.apply(CountFailures(chosen=Chosen(filter="type=app.explode")))
    assert 1 == len(by_filter.numbers)
    assert () == port.apply(CountFailures(chosen=Chosen(group="g-0000000000"))).numbers


def test_a_kind_is_retried_and_taken_back_while_nothing_has_started(board):
    engine, port, _ = board
    numbers = fail(engine, 1, 2, 3)
    outcome = port.apply(RetryFailures(chosen=Chosen(numbers=tuple(numbers))))
    undo = port.snapshot(FAILURES).undo

    assert (True, set(numbers)) == (outcome.ok, set(outcome.numbers))
    assert {"retried"} == {state for _, state in listed(port)}
    assert ("retry", 3, 30) == (undo.verb, undo.count, round(undo.remaining))
    assert () == port.apply(CountFailures(chosen=Chosen(open_only=True))).numbers
    assert 3 == engine.metrics().queued + engine.metrics().scheduled
    taken_back = port.apply(Undo())
    assert (True, set(numbers)) == (taken_back.ok, set(taken_back.numbers))
    assert {"new"} == {state for _, state in listed(port)}
    assert port.snapshot(FAILURES).undo is None


def test_what_cannot_be_retried_is_skipped_with_its_reason(board):
    engine, port, _ = board
    first, second, third = fail(engine, 1, 2, 3)
    assert port.apply(RetryFailures(chosen=Chosen(numbers=(first,)))).ok
    outcome = port.apply(RetryFailures(chosen=Chosen(numbers=(first, second, 99))))

    skipped = dict(outcome.skipped)
    assert (False, (second,), {first, 99}) == (outcome.ok, outcome.numbers, set(skipped))
    assert "retried already" in skipped[first]
    by_group = port.apply(RetryFailures(chosen=Chosen(group=group_of(port, "app.flaky"))))
    assert (third,) == by_group.numbers


def test_discarded_failures_are_gone_with_their_kind_until_they_are_taken_back(board):
    engine, port, clock = board
    numbers = fail(engine, 1, 2, 3)
    chosen = Chosen(group=group_of(port, "app.flaky"))
    assert set(numbers) == set(port.apply(DiscardFailures(chosen=chosen)).numbers)
    shot = port.snapshot(FAILURES)

    assert ([], 0, 3) == (listed(port), shot.group_page.total, shot.counts.failed)
    clock.advance(12)
    undo = port.snapshot(FAILURES).undo
    assert ("discard", 3, 18) == (undo.verb, undo.count, round(undo.remaining))
    assert port.apply(Undo()).ok
    assert (3, 1) == (len(listed(port)), port.snapshot(FAILURES).group_page.total)


def test_what_is_too_old_is_not_taken_back_and_says_so(board):
    engine, port, clock = board
    fail(engine, 1)
    port.apply(DiscardFailures(chosen=Chosen()))
    clock.advance(31)

    assert port.snapshot(FAILURES).undo is None
    outcome = port.apply(Undo())
    assert (False, (), True) == (outcome.ok, outcome.numbers, "30s" in outcome.reason)


def test_numbers_with_a_group_are_what_both_select(board):
    engine, port, _ = board
    numbers = fail(engine, 1, 2)
    other = engine.submit("app.explode", {"message": "no"})
    assert other.wait(WAIT)
    chosen = Chosen(group=group_of(port, "app.flaky"), numbers=(numbers[0], other.number))

    assert (numbers[0],) == port.apply(CountFailures(chosen=chosen)).numbers
    assert (numbers[0],) == port.apply(DiscardFailures(chosen=chosen)).numbers


@pytest.mark.parametrize("order", [CountFailures, RetryFailures, DiscardFailures])
@pytest.mark.parametrize("more", [{}, {"numbers": (1, 2)}, {"open_only": True}])
def test_a_filter_that_is_not_understood_is_named_and_nothing_is_done_by_it(board, order, more):
    engine, port, _ = board
    fail(engine, 1, 2)
    before = listed(port)
    outcome = port.apply(order(chosen=Chosen(filter="err~row agee<1m", **more)))

    assert (False, ()) == (outcome.ok, outcome.numbers)
    assert "agee is not a field; did you mean age?" in outcome.reason
    assert before == listed(port)
