"""The list of finished tasks: newest first, with how they ended, whole or as a filter selects."""

from __future__ import annotations

import pytest

from chasqui import Secret, secret, task
from chasqui.control import finished_pages, lookup
from chasqui.control.local import LocalPort
from chasqui.control.port import ViewQuery, Window
from chasqui.engine.config.pools import PoolConfig
from chasqui.engine.engine import BaseEngine
from tests.present import present

WAIT = 10.0


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """Have looks at the whole history waited for, so that no slow machine decides."""
    monkeypatch.setattr(lookup, "PATIENCE", WAIT)
    monkeypatch.setattr(lookup, "REST", 0)


def page(port, filter="", **window):
    query = ViewQuery(finished=Window(**window), finished_of=filter)
    return present(port.snapshot(query).finished_page)


@task(keep="result")
def add(a: int, b: int = 2) -> int:
    """Add."""
    return a + b


@task
def explode(message: str) -> None:
    """Fail."""
    raise OSError(message)


@pytest.fixture
def engine():
    """Return an engine in which one task was completed, one failed, one was cancelled."""
    with BaseEngine(1, 100) as engine:
        engine.register(add)
        engine.register(explode)
        engine.submit("app.add", {"a": 1}).wait(WAIT)
        engine.submit("app.explode", {"message": "no \x1b[2J disk\nmore"}).wait(WAIT)
        engine.submit("app.add", {"a": 5}, delay=60).cancel()
        yield engine


def test_every_end_is_a_row_with_its_result_or_its_error_the_newest_first(engine):
    rows = page(LocalPort(engine)).rows

    assert [(3, "cancelled"), (2, "failed"), (1, "completed")] == [
        (row.number, row.state) for row in rows
    ]
    cancelled, failed, completed = rows
    assert ("3", "a=1", "app.add") == (completed.result, completed.params, completed.type)
    assert completed.ran is not None
    assert (None, None) == (cancelled.ran, cancelled.waited)
    assert "OSError: no ␛[2J disk" == failed.error
    assert cancelled.at >= failed.at >= completed.at


def test_a_filter_selects_and_what_is_not_understood_of_it_is_noted(engine):
    port = LocalPort(engine)

    assert [2] == [row.number for row in page(port, "state=failed").rows]
    assert [3] == [row.number for row in page(port, "params~a=5").rows]
    assert [2] == [row.number for row in page(port, "disk").rows]
    half = page(port, "type=app.add stat=")
    assert 2 == half.total
    assert "did you mean state" in half.note


def test_a_filter_lists_the_newest_it_selects_and_says_how_many_more_there_are(engine, monkeypatch):
    monkeypatch.setattr(finished_pages, "LISTED", 1)
    found = page(LocalPort(engine), "type=app.add")

    assert ([3], 1, 1) == ([row.number for row in found.rows], found.total, found.more)


def test_a_window_has_the_rows_it_asks_for_and_the_number_of_all(engine):
    found = page(LocalPort(engine), offset=1, limit=1)

    assert ([2], 1, 3) == ([row.number for row in found.rows], found.offset, found.total)
    assert LocalPort(engine).snapshot(ViewQuery()).finished_page is None


def test_a_page_is_the_same_until_another_task_ends(engine):
    port = LocalPort(engine)
    before = page(port)

    assert page(port) is before
    engine.submit("app.add", {"a": 9}).wait(WAIT)
    assert page(port).rev > before.rev


def test_rows_name_the_pool_where_there_are_several():
    pools = {"slow": PoolConfig(workers=1)}
    with BaseEngine(1, pools=pools) as engine:
        engine.register(add)
        engine.submit("app.add", {"a": 1}, pool="slow").wait(WAIT)

        assert ["slow"] == [row.pool for row in page(LocalPort(engine)).rows]


def test_a_row_that_was_shown_before_is_masked_once_its_secret_is_revealed(engine, monkeypatch):
    monkeypatch.setattr(secret, "_revealed", secret._Revealed())
    monkeypatch.setenv("SHOWN_BEFORE", "hunter2-and-more")
    port = LocalPort(engine)
    engine.submit("app.explode", {"message": "hunter2-and-more"}).wait(WAIT)
    assert "hunter2-and-more" in page(port).rows[0].error
    assert page(port).rows[0] is page(port).rows[0]
    Secret("env:SHOWN_BEFORE").reveal()

    assert "hunter2-and-more" not in str(page(port).rows)


def test_rows_that_are_kept_to_be_shown_again_are_bounded(engine, monkeypatch):
    monkeypatch.setattr(finished_pages, "MADE", 2)
    pages = LocalPort(engine)._pages.finished
    for _ in range(3):
        assert 3 == len(present(pages.page(Window(), "")).rows)

    assert len(pages._made) <= 2
