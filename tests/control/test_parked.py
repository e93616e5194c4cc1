"""Parked tasks through a port: listed after those that wait, described, cancelled."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from chasqui import Engine, task
from chasqui.control.host.listing import listed
from chasqui.control.local import LocalPort
from chasqui.control.port import (
    Cancel,
    CommandOutcome,
    CountWaiting,
    Marked,
    Undo,
    ViewQuery,
    Window,
)
from chasqui.control.wire.looking import RowsArgs
from tests.control.wired import WiredPort
from tests.present import present


@task
def gone(text: str = "") -> None:
    """Is not registered in the second life."""


@task
def here() -> None:
    """Is."""


@pytest.fixture
def engine(tmp_path):
    """Return a running engine with two waiting tasks, and three parked ones of a life before."""
    first = Engine(1, journal=tmp_path / "jobs.db")
    first.register(gone)
    first.submit_batch("app.gone", [{"text": text} for text in "abc"])
    first.shutdown(0)
    with Engine(1, journal=tmp_path / "jobs.db") as engine:
        engine.register(here)
        engine.pause()
        engine.submit_batch("app.here", [{}, {}])
        yield engine
        engine.shutdown(0)


def backlog(port, offset=0, limit=10):
    page = port.snapshot(ViewQuery(backlog=Window(offset=offset, limit=limit))).backlog_page
    return page.total, [(row.number, row.reason) for row in page.rows]


WHY = "unavailable: app.gone is not registered"


def test_they_are_listed_after_those_that_wait_with_their_reason(engine):
    port = LocalPort(engine)
    parked = [(number, WHY) for number in (1, 2, 3)]
    waiting = [(4, "engine paused"), (5, "engine paused")]

    assert (5, waiting + parked) == backlog(port)
    assert (5, waiting[1:] + parked[:1]) == backlog(port, 1, 2)
    assert (5, parked[1:]) == backlog(port, 3)
    assert (5, waiting) == backlog(port, 0, 2)
    status = port.snapshot(ViewQuery()).journal
    assert (3, 0) == (status.parked, status.waiting)


def test_one_is_described_with_its_parameters_and_why_it_does_not_run(engine):
    found = LocalPort(engine).detail(2)

    assert found is not None
    assert ("app.gone", "queued", f"parked: {WHY}") == (found.type, found.state, found.reason)
    assert (("text", "b"),) == found.params


def test_they_are_cancelled_with_others_and_what_is_none_is_said(engine):
    port = LocalPort(engine)
    done = port.apply(Cancel(numbers=(3, 4, 99)))

    assert [3, 4] == sorted(done.numbers)
    assert [(99, "no task has this number")] == [*done.skipped]
    assert [1, 2, 5] == sorted(number for number, _ in backlog(port)[1])
    again = port.apply(Cancel(numbers=(3,)))
    assert [(3, "has ended already")] == [*again.skipped]


@pytest.mark.parametrize("reached", [LocalPort, lambda engine: WiredPort(LocalPort(engine))])
def test_those_of_a_count_are_counted_apart_since_their_cancel_is_not_taken_back(engine, reached):
    port = reached(engine)
    counted = port.apply(CountWaiting(marked=Marked(numbers=(1, 3, 4, 99))))
    assert ((1, 3, 4), 2) == (counted.numbers, counted.parked)

    port.apply(Cancel(numbers=counted.numbers, waiting_only=True))
    undone = port.apply(Undo())
    assert ((4,), 1) == (undone.numbers, len(undone.made))
    assert [2] == [number for number, reason in backlog(port)[1] if reason == WHY]


def test_a_row_and_a_page_say_that_a_task_is_parked(engine):
    port = LocalPort(engine)
    page = present(port.snapshot(ViewQuery(backlog=Window())).backlog_page)

    assert {1: True, 2: True, 3: True, 4: False, 5: False} == {
        row.number: row.is_parked for row in page.rows
    }
    assert (True, False) == (present(port.detail(1)).is_parked, present(port.detail(4)).is_parked)


def test_an_older_host_that_does_not_count_them_apart_is_understood():
    assert 0 == msgspec.json.decode(b'{"ok":true,"numbers":[1]}', type=CommandOutcome).parked


def test_they_are_rows_of_the_backlog_for_other_programs_page_by_page(engine):
    rows: list[dict[str, Any]] = []
    cursor = 0
    while True:
        page = listed(engine, RowsArgs(what="backlog", cursor=cursor, limit=2))
        rows += page.rows
        cursor = page.cursor
        if not cursor:
            break

    assert [4, 5, 1, 2, 3] == [row["number"] for row in rows]
    assert WHY == rows[-1]["reason"]
    assert b'{"text":"c"}' == bytes(rows[-1]["params"])


def test_an_engine_without_a_journal_has_none():
    with Engine(1) as engine:
        port = LocalPort(engine)
        assert (0, []) == backlog(port)
        assert port.detail(7) is None
