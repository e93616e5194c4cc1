"""The backlog of a local port: filtered and sorted, counted, cancelled by a filter, put back."""

from __future__ import annotations

import pytest

from chasqui import task
from chasqui.control import lookup, number_sets
from chasqui.control.local import LocalPort
from chasqui.control.port import Cancel, CountWaiting, Undo, ViewQuery, Window
from chasqui.control.read_only import ReadOnlyPort
from chasqui.engine.config.pools import PoolConfig
from chasqui.engine.engine import BaseEngine
from tests.present import present

WAIT = 10.0


@task
def note(text: str = "") -> str:
    """Return the text."""
    return text


@task(pool="slow")
def dig(depth: int) -> None:
    """Do nothing."""


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """Have looks at the whole backlog waited for, so that no slow machine decides."""
    monkeypatch.setattr(lookup, "PATIENCE", WAIT)
    monkeypatch.setattr(lookup, "REST", 0)


@pytest.fixture
def engine():
    """Give an engine that was not started: tasks wait in both of its pools."""
    engine = BaseEngine(1, 100, pools={"slow": PoolConfig(workers=1)})
    engine.register(note)
    engine.register(dig)
    for depth in (3, 1, 2):
        engine.submit("app.dig", {"depth": depth})
        engine.submit("app.note", {"text": f"of {depth}"})
    yield engine
    engine.shutdown(0, drain=False)


def page(port, filter="", order="", **window):
    query = ViewQuery(backlog=Window(**window), backlog_of=filter, backlog_order=order)
    return present(port.snapshot(query).backlog_page)


def numbers(page):
    return [row.number for row in page.rows]


def test_a_filter_and_an_order_list_what_waits_in_all_pools(engine):
    port = LocalPort(engine)

    assert [2, 4, 6, 1, 3, 5] == numbers(page(port, "app"))
    assert [1, 3, 5] == numbers(page(port, "type=app.dig"))
    assert [3, 5, 1] == numbers(page(port, "pool=slow", "params"))
    assert [6, 5, 4, 3, 2, 1] == numbers(page(port, "", "-number"))
    assert ["slow", "slow", "slow"] == [row.pool for row in page(port, "app.dig").rows]
    found = page(port, "type=app.note", offset=1, limit=1)
    assert ([4], 1, 3) == (numbers(found), found.offset, found.total)


def test_what_is_not_understood_of_a_filter_is_noted_and_a_field_of_other_lists_too(engine):
    port = LocalPort(engine)

    assert "did you mean type" in page(port, "typ=a").note
    assert "ran: this list has no such field" == page(port, "ran>1s").note


def test_a_filtered_page_passes_over_what_has_started_since(engine, monkeypatch):
    port = LocalPort(engine)
    assert 6 == page(port, "app").total
    monkeypatch.setattr(lookup.Lookup, "_is_wanted", lambda *_: False)
    for number in (2, 4):
        assert engine.pools.find(number).cancel()
    found = page(port, "app", limit=2)

    assert ([6, 1], 4) == (numbers(found), found.total)


def test_a_page_of_a_filter_is_the_same_until_a_row_changes(engine):
    port = LocalPort(engine)
    before = page(port, "type=app.dig")

    assert page(port, "type=app.dig") is before
    engine.submit("app.dig", {"depth": 9})
    assert page(port, "type=app.dig").rev > before.rev


def test_those_counted_are_cancelled_and_no_others_and_undone_by_new_ones(engine, monkeypatch):
    monkeypatch.setattr(number_sets, "NAMED", 1)
    port = LocalPort(engine)
    counted = port.apply(CountWaiting(filter="type=app.note"))
    engine.submit("app.note", {"text": "later"})

    assert (True, 3, "app.note text=of 3") == (counted.ok, counted.count, counted.notes[0][1])
    done = port.apply(Cancel(token=counted.token, waiting_only=True))
    assert (3, ()) == (done.count, done.skipped)
    assert [7] == numbers(page(port, "type=app.note"))
    undo = present(port.snapshot(ViewQuery()).undo)
    assert ("cancel", 3) == (undo.verb, undo.count)
    undone = port.apply(Undo())
    assert (3, (2,), (8,)) == (undone.count, undone.numbers, undone.made)
    assert [7, 8, 9, 10] == numbers(page(port, "type=app.note"))
    assert 10 == engine.metrics().accepted


def test_a_filter_with_a_mistake_counts_nothing(engine):
    outcome = LocalPort(engine).apply(CountWaiting(filter="type=app.note age>soon"))

    assert (False, 0) == (outcome.ok, outcome.count)
    assert "a duration such as" in outcome.reason


def test_a_task_that_has_started_since_it_was_counted_is_not_asked_to_stop(engine):
    port = LocalPort(engine)
    ended = present(engine.pools.find(2))
    counted = port.apply(CountWaiting(filter="number=2"))
    engine.start()
    assert ended.wait(WAIT)

    done = port.apply(Cancel(numbers=counted.numbers, waiting_only=True))
    assert ((), ((2, "has ended already"),)) == (done.numbers, done.skipped)


def test_a_read_only_port_counts_what_waits_and_cancels_nothing(engine):
    port = ReadOnlyPort(LocalPort(engine))

    assert 3 == port.apply(CountWaiting(filter="type=app.note")).count
    assert "refused" == port.apply(Cancel(numbers=(1,))).kind
