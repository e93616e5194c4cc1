"""Sets that are too large for an outcome, and the tokens that name them."""

from __future__ import annotations

import pytest

from chasqui.control import lookup, number_sets
from chasqui.control.number_sets import NAMED, REASONS, NumberSets, SetGone
from chasqui.control.port import (
    Cancel,
    Chosen,
    CountFailures,
    DiscardFailures,
    RetryFailures,
    Undo,
    ViewQuery,
    Window,
)
from chasqui.control.safe_text import SafeText
from tests.control.test_lists import fail

MANY = range(1, NAMED + 51)


@pytest.fixture
def sets():
    return NumberSets()


def test_an_outcome_lists_some_hundred_numbers_and_has_a_token_for_all(sets):
    outcome = sets.outcome(MANY, ok=True)
    assert (tuple(MANY[:NAMED]), 50, len(MANY)) == (outcome.numbers, outcome.more, outcome.count)
    assert tuple(MANY) == sets.named(outcome.token)
    assert Chosen(token=outcome.token) == outcome.chosen


def test_an_outcome_that_lists_all_of_its_numbers_needs_no_token(sets):
    outcome = sets.outcome(MANY[:NAMED], ok=True)
    assert ("", 0) == (outcome.token, outcome.more)
    assert Chosen(numbers=tuple(MANY[:NAMED])) == outcome.chosen


def test_what_was_skipped_is_listed_in_part_and_counted_by_its_reasons(sets):
    skipped = [(number, SafeText(f"is held by task {number}")) for number in MANY]
    skipped += [(0, SafeText(why * 3)) for why in "abcdefghijklmnopqrstuvwxyz"]
    outcome = sets.outcome([], skipped, ok=False)
    assert (NAMED, len(skipped)) == (len(outcome.skipped), outcome.skipped_count)
    assert ("is held by task ▒", len(MANY)) == outcome.reasons[0]
    assert REASONS + 1 == len(outcome.reasons)
    assert len(skipped) == sum(count for _, count in outcome.reasons)


def test_a_token_and_numbers_choose_what_both_name(sets):
    token = sets.outcome(MANY, ok=True).token
    found = sets.resolved(Chosen(token=token, numbers=(9, 3, 100_000)))
    assert {3, 9} == set(found.numbers)


@pytest.mark.parametrize(("bound", "most"), [("SETS", 2), ("HELD", 2 * len(MANY))])
def test_the_sets_that_are_held_are_bounded_and_the_least_recently_used_goes_first(
    sets, monkeypatch, bound, most
):
    monkeypatch.setattr(number_sets, bound, most)
    first, second = (sets.outcome(MANY, ok=True).token for _ in range(2))
    sets.named(first)
    third = sets.outcome(MANY, ok=True).token
    assert sets.named(first) == sets.named(third) == tuple(MANY)
    with pytest.raises(SetGone):
        sets.named(second)


def test_the_newest_set_is_held_however_large_it_is(sets, monkeypatch):
    monkeypatch.setattr(number_sets, "HELD", 10)
    assert tuple(MANY) == sets.named(sets.outcome(MANY, ok=True).token)


def test_no_two_ports_give_one_token():
    assert NumberSets().outcome(MANY, ok=True).token != NumberSets().outcome(MANY, ok=True).token


# With an engine


@pytest.fixture
def few(monkeypatch):
    """Have outcomes list two numbers."""
    monkeypatch.setattr(number_sets, "NAMED", 2)


@pytest.mark.usefixtures("few")
def test_what_was_counted_is_retried_and_discarded_by_its_token(board):
    engine, port, _ = board
    numbers = fail(engine, 1, 2, 3)
    counted = port.apply(CountFailures())
    assert (2, 3) == (len(counted.numbers), counted.count)
    engine.submit("app.explode", {"message": "later"}).wait(10)

    retried = port.apply(RetryFailures(chosen=counted.chosen))
    assert (True, 3) == (retried.ok, retried.count)
    undone = port.apply(Undo())
    assert (3, 3) == (undone.count, port.apply(CountFailures(chosen=undone.chosen)).count)
    discarded = port.apply(DiscardFailures(chosen=retried.chosen))
    assert 3 == discarded.count
    left = port.apply(CountFailures())
    assert 1 == left.count
    assert set(numbers).isdisjoint(left.numbers)


@pytest.mark.usefixtures("few")
def test_the_tasks_of_a_token_are_cancelled_with_those_named(board):
    engine, port, _ = board
    engine.pause()
    tasks = [engine.submit("app.rest", {"seconds": 60}) for _ in range(4)]
    token = port._orders._sets.outcome([task.number for task in tasks[:3]], ok=True).token
    outcome = port.apply(Cancel(numbers=(tasks[3].number,), token=token))
    assert (True, 4) == (outcome.ok, outcome.count)
    assert {"cancelled"} == {task.state for task in tasks}


@pytest.mark.parametrize("order", [CountFailures, RetryFailures, DiscardFailures])
def test_a_token_of_which_nothing_is_held_is_refused_and_nothing_is_done(board, order):
    engine, port, _ = board
    fail(engine, 1)
    outcome = port.apply(order(chosen=Chosen(token="0123456789abcdef")))
    assert (False, "gone", 0) == (outcome.ok, outcome.kind, outcome.count)
    assert "count again" in outcome.reason
    assert 1 == port.apply(CountFailures()).count
    assert "gone" == port.apply(Cancel(token="0123456789abcdef")).kind


def test_what_a_token_names_can_be_listed_while_it_is_held(board, monkeypatch):
    monkeypatch.setattr(lookup, "PATIENCE", 10.0)
    monkeypatch.setattr(number_sets, "NAMED", 0)
    engine, port, _ = board
    numbers = fail(engine, 1, 2)
    counted = port.apply(CountFailures())
    engine.submit("app.explode", {"message": "later"}).wait(10)

    shot = port.snapshot(ViewQuery(failures=Window(), failures_of=counted.chosen))
    assert set(numbers) == {row.number for row in shot.failure_page.rows}
    shot = port.snapshot(ViewQuery(failures=Window(), failures_of=Chosen(token="none")))
    assert (0, True) == (shot.failure_page.total, "count again" in shot.filter_note)
