"""A reading costs what is on screen, however much waits: counted in calls, not in seconds."""

from __future__ import annotations

import sys

import pytest

from chasqui import task
from chasqui.control.local import LocalPort
from chasqui.control.port import ViewQuery, Window
from chasqui.engine.engine import BaseEngine
from tests.present import present

ROWS = 50
FEW = 1_000


@task
def rest(number: int = 0) -> None:
    """Do nothing."""


def calls_of(port, offset):
    """Count the calls of Python functions in a reading, once what can be kept is kept."""
    query = ViewQuery(backlog=Window(offset=offset, limit=ROWS), lanes=Window(limit=ROWS))
    count = 0

    def seen(frame, event, arg):
        nonlocal count
        count += event == "call"

    page = present(port.snapshot(query).backlog_page)
    assert [offset + at + 1 for at in range(ROWS)] == [row.number for row in page.rows]
    sys.setprofile(seen)
    try:
        port.snapshot(query)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    "waiting", [20_000, pytest.param(1_000_000, marks=pytest.mark.long)], ids="{:,}".format
)
def test_a_reading_makes_as_many_calls_of_a_long_backlog_as_of_a_short_one(waiting):
    engine = BaseEngine(1, waiting)
    engine.register(rest)
    port = LocalPort(engine)
    try:
        for _ in range(FEW):
            engine.submit("app.rest")
        few = [calls_of(port, offset) for offset in (0, FEW // 2, FEW - ROWS)]
        for _ in range(waiting - FEW):
            engine.submit("app.rest")
        many = [calls_of(port, offset) for offset in (0, waiting // 2, waiting - ROWS)]
    finally:
        engine.shutdown(0, drain=False)

    assert max(many) < 2 * max(few)
