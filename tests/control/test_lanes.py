"""What waits, a type at a time, as a local port lists it."""

from __future__ import annotations

import pytest

from chasqui.control.local import LocalPort
from chasqui.control.port import ViewQuery, Window
from chasqui.engine.config.pools import PoolConfig
from chasqui.engine.engine import BaseEngine
from tests.control.conftest import single
from tests.control.test_backlog import dig, note
from tests.present import present

WAIT = 10.0


def page(port, **window):
    return present(port.snapshot(ViewQuery(lanes=Window(**window))).lane_page)


def lanes(port, **window):
    return [(row.kind, row.type, row.count, row.reason) for row in page(port, **window).rows]


def first(row):
    return [task.number for task in row.first]


def test_types_are_listed_with_their_count_the_next_tasks_and_why_none_of_them_starts(board):
    engine, port, clock = board
    for _ in range(2):
        engine.submit("app.single")
    clock.await_sleepers(1)
    engine.submit("app.paced").wait(WAIT)
    for _ in range(5):
        engine.submit("app.paced")
    engine.pause("app.rest")
    for _ in range(9):
        engine.submit("app.rest", {"seconds": 0})
    engine.submit("app.explode", {"message": "x"}, delay=60)
    clock.advance(7)

    assert [
        ("queued", "app.paced", 5, "rate 1/m"),
        ("queued", "app.single", 1, "1 of 1 run"),
        ("queued", "app.rest", 9, "type paused"),
        ("scheduled", "", 1, ""),
    ] == lanes(port)
    paced, one, paused, scheduled = page(port).rows
    assert [4, 5, 6] == first(paced)
    assert ("1/m", "1 at a time") == (paced.limits, one.limits)
    assert (7.0, False) == (paced.oldest, paced.held)
    assert (True, "type paused") == (paused.held, paused.first[0].reason)
    assert 53 == round(present(scheduled.first[0].due) - clock.time())


def test_what_could_start_waits_for_a_worker_or_for_the_engine(board):
    engine, port, clock = board
    for _ in range(4):
        engine.submit("app.rest", {"seconds": 60})
    clock.await_sleepers(2)

    assert [("queued", "app.rest", 2, "workers busy")] == lanes(port)
    engine.pause()
    assert [("queued", "app.rest", 2, "engine paused")] == lanes(port)


@pytest.fixture
def waiting():
    """Give an engine of two pools in which tasks wait, since it was not started."""
    engine = BaseEngine(1, 100, pools={"slow": PoolConfig(workers=1)})
    for type in (note, dig, single):
        engine.register(type)
    for _ in range(2):
        engine.submit("app.dig", {"depth": 1})
    engine.submit("app.single")
    for text in "abc":
        engine.submit("app.note", {"text": text})
    yield engine
    engine.shutdown(0, drain=False)


def test_a_window_has_the_types_it_asks_for_and_the_number_of_all(waiting):
    port = LocalPort(waiting)

    assert (3, ["app.note", "app.dig", "app.single"]) == (
        page(port).total,
        [row.type for row in page(port).rows],
    )
    assert ["app.dig"] == [row.type for row in page(port, offset=1, limit=1).rows]
    assert ["default", "slow", "default"] == [row.pool for row in page(port).rows]
    assert port.snapshot(ViewQuery()).lane_page is None


def test_the_first_tasks_are_those_that_start_next_whatever_was_cancelled(waiting):
    port = LocalPort(waiting)
    waiting.submit("app.note", {"text": "now"}, priority=5)
    present(waiting.pools.find(4)).cancel()

    assert [7, 5, 6] == first(page(port).rows[0])


def test_a_page_is_the_same_while_nothing_changes(waiting, clock):
    engine = BaseEngine(1, clock=clock)
    engine.register(note)
    engine.submit("app.note")
    port = LocalPort(engine)
    before = page(port)

    assert page(port) is before
    clock.advance(1)
    assert page(port).rev > before.rev


def test_many_types_leave_room_for_what_is_scheduled(waiting):
    port = LocalPort(waiting)
    waiting.submit("app.note", {"text": "later"}, delay=60)
    kinds = [row.kind for row in page(port, limit=2).rows]

    assert (["queued", "scheduled"], 4) == (kinds, page(port, limit=2).total)
    assert ["queued", "queued"] == [row.kind for row in page(port, offset=2, limit=2).rows]
