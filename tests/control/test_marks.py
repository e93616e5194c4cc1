"""What is marked in the lists of a local port: what is left of it, and counting it."""

from __future__ import annotations

import pytest

from chasqui import task
from chasqui.control import lookup, number_sets
from chasqui.control.local import LocalPort
from chasqui.control.port import (
    MARKS,
    Cancel,
    Chosen,
    CountFailures,
    CountWaiting,
    DiscardFailures,
    Marked,
    MarkedView,
    ViewQuery,
    Window,
)
from chasqui.engine.engine import BaseEngine
from tests.control.test_lists import fail
from tests.present import present

WAIT = 10.0


@task
def note(number: int) -> int:
    """Return the number."""
    return number


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """Have every look at a set waited for, and let a set of three be too large to be listed."""
    monkeypatch.setattr(lookup, "PATIENCE", WAIT)
    monkeypatch.setattr(lookup, "REST", 0)
    monkeypatch.setattr(number_sets, "NAMED", 2)


@pytest.fixture
def engine():
    """Give an engine in which five tasks wait, since it was not started, and one is scheduled."""
    engine = BaseEngine(1, 100)
    engine.register(note)
    for number in range(5):
        engine.submit("app.note", {"number": number})
    engine.submit("app.note", {"number": 6}, delay=3600)
    yield engine
    engine.shutdown(0, drain=False)


def waiting(port, marked, **window) -> MarkedView:
    query = ViewQuery(backlog=Window(**window), backlog_marked=marked)
    seen: MarkedView = port.snapshot(query).backlog_marked
    return seen


def test_a_mark_is_gone_with_its_task_and_not_before(engine):
    port = LocalPort(engine)
    marked = Marked(numbers=(2, 5, 6, 99))

    assert (99,) == waiting(port, marked).gone
    present(engine.pools.find(5)).cancel()
    assert (5, 99) == waiting(port, marked).gone


def test_of_a_set_of_many_the_rows_that_are_shown_are_named_and_what_is_left_is_counted(engine):
    port = LocalPort(engine)
    counted = port.apply(CountWaiting(filter="number<=4"))
    marked = Marked(token=counted.token, without=(2,))
    engine.submit("app.note", {"number": 7})

    seen = waiting(port, marked, offset=2)
    assert (3, (3, 4)) == (seen.total, seen.here)
    present(engine.pools.find(4)).cancel()
    seen = waiting(port, marked, offset=2)
    assert (2, (3,)) == (seen.total, seen.here)


def test_a_set_that_is_no_longer_held_is_said_to_be_lost(engine):
    assert waiting(LocalPort(engine), Marked(token="none")).lost


def test_the_marked_are_counted_by_what_still_waits_and_cancelled_as_counted(engine):
    port = LocalPort(engine)
    token = port.apply(CountWaiting(filter="number<=4")).token
    present(engine.pools.find(1)).cancel()
    marked = Marked(numbers=(6, 50), token=token, without=(3,))

    counted = port.apply(CountWaiting(marked=marked))
    assert (3, "app.note number=1") == (counted.count, counted.notes[0][1])
    done = port.apply(Cancel(token=counted.token, waiting_only=True))
    assert (3, ()) == (done.count, done.skipped)
    assert [3, 5] == [row.number for row in present(_page(port)).rows]


def test_marked_failures_and_kinds_are_counted_with_what_is_left_of_them(board):
    engine, port, _ = board
    fail(engine, 1, 2, 3)
    group = present(port.snapshot(ViewQuery(groups=Window())).group_page).rows[0].id
    port.apply(DiscardFailures(chosen=Chosen(numbers=(2,))))

    by_number = port.apply(CountFailures(marked=Marked(numbers=(1, 2, 3))))
    by_kind = port.apply(
        CountFailures(marked=Marked(groups=(group,)), chosen=Chosen(open_only=True))
    )
    query = ViewQuery(
        groups=Window(), failures_marked=Marked(numbers=(1, 2), groups=(group, "g-0"))
    )
    seen = port.snapshot(query).failures_marked
    assert (2, 2) == (by_number.count, by_kind.count)
    assert ((2,), ("g-0",)) == (seen.gone, seen.gone_groups)


def test_a_reading_takes_no_more_marks_by_name_than_an_operator_can_set():
    Marked(numbers=tuple(range(1, MARKS + 1)))
    with pytest.raises(ValueError, match="at most 2,000"):
        Marked(numbers=tuple(range(1, MARKS + 2)))


@pytest.mark.parametrize("number", [0, -1, 2**63])
def test_what_no_task_can_have_as_its_number_is_not_looked_up(number):
    with pytest.raises(ValueError, match=f"no task has the number {number}"):
        Marked(numbers=(number,))
    with pytest.raises(ValueError, match="no task has"):
        Marked(token="t", without=(number,))


def test_counting_is_no_event(engine):
    port = LocalPort(engine)
    port.apply(CountWaiting(filter="number<=4"))

    events = present(port.snapshot(ViewQuery(events=Window())).event_page)
    assert [] == [row.text for row in events.rows if "count" in row.text]


def _page(port):
    return port.snapshot(ViewQuery(backlog=Window())).backlog_page
