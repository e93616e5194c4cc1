"""A port that several threads use at once, as the clients of a host do."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

import pytest

from chasqui.control import kept, local, lookup, page_keeper
from chasqui.control.lookup import Lookup
from chasqui.control.overrides import Overrides
from chasqui.control.port import (
    Cancel,
    Chosen,
    CountFailures,
    SeeFailures,
    SubmitOptions,
    ViewQuery,
    Window,
)
from chasqui.pool.task import Task
from tests.control.test_contract import ALL
from tests.control.test_lists import fail
from tests.control.test_lookup import Work, quick, until
from tests.present import present

WAIT = 10.0
FIRST, SECOND = (ViewQuery(backlog=Window(offset=offset, limit=2)) for offset in (0, 2))


def at_once(*calls: Callable[[], object]) -> None:
    """Make each call again and again on a thread of its own; raise what one of them raises."""
    failed: list[BaseException] = []

    def run(call: Callable[[], object]) -> None:
        try:
            for _ in range(60):
                call()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(6 * WAIT)
        assert not thread.is_alive()
    if failed:
        raise failed[0]


@pytest.mark.slow
@pytest.mark.usefixtures("frantic_switching")
def test_any_threads_may_read_and_steer_at_once(board, monkeypatch):
    monkeypatch.setattr(local, "WATCHED", 1)
    engine, port, _ = board
    numbers = fail(engine, 1, 2)
    engine.pause()

    def work() -> None:
        outcome = port.submit("app.rest", {"seconds": "60"}, SubmitOptions())
        present(port.detail(outcome.numbers[0]))
        port.detail(numbers[0])
        assert port.apply(Cancel(numbers=outcome.numbers)).ok

    def look() -> None:
        shot = port.snapshot(ALL)
        assert shot.counts.balanced
        assert 2 == present(shot.failure_page).total
        assert 2 == port.apply(CountFailures()).count
        port.apply(SeeFailures(numbers=tuple(numbers)))
        assert not port.check("app.flaky", {}).ok
        assert port.types()

    at_once(work, work, look, look)
    assert 0 == port.snapshot(ViewQuery()).counts.queued


def test_a_task_that_two_threads_submit_at_once_is_followed_by_both(board, monkeypatch):
    monkeypatch.setattr(local, "WATCHED", 1)
    engine, port, _ = board
    engine.pause()

    def submit() -> None:
        assert port.submit("app.rest", {"seconds": "60"}, SubmitOptions()).ok

    other = threading.Thread(target=submit)

    class Slow(OrderedDict[int, Task]):
        """Gives another thread the time to come between."""

        def __setitem__(self, number: int, task: Task) -> None:
            super().__setitem__(number, task)
            if other.ident is None:
                other.start()
                other.join(0.2)

    port._watched = Slow()
    submit()
    other.join(WAIT)
    assert 1 == len(port._watched)


def test_readers_of_other_windows_do_not_move_each_others_revision(board):
    engine, port, _ = board
    engine.pause()
    for _ in range(6):
        engine.submit("app.rest", {"seconds": 60})
    first, second = port.snapshot(FIRST).backlog_page, port.snapshot(SECOND).backlog_page
    assert (first, second) == (
        port.snapshot(FIRST).backlog_page,
        port.snapshot(SECOND).backlog_page,
    )
    assert first.rev != second.rev


def test_a_window_that_is_asked_for_again_after_long_never_has_an_old_revision(board, monkeypatch):
    monkeypatch.setattr(page_keeper, "QUERIES", 1)
    engine, port, _ = board
    engine.pause()
    engine.submit("app.rest", {"seconds": 60})
    before = port.snapshot(FIRST).backlog_page
    engine.submit("app.rest", {"seconds": 60})
    port.snapshot(SECOND)
    assert before.rev < port.snapshot(FIRST).backlog_page.rev


def test_readers_of_other_failures_are_each_answered(board, monkeypatch):
    monkeypatch.setattr(lookup, "PATIENCE", WAIT)
    engine, port, _ = board
    fail(engine, 1, 2, 3)
    queries = [
        ViewQuery(failures=Window(), failures_of=Chosen(filter=f"number={number}"))
        for number in (1, 2, 3)
    ]

    def look(number: int) -> None:
        page = present(port.snapshot(queries[number]).failure_page)
        assert [number + 1] == [row.number for row in page.rows]

    at_once(*(lambda number=number: look(number) for number in range(3)))


def test_a_result_is_kept_for_each_of_several_readers(monkeypatch):
    monkeypatch.setattr(lookup, "PATIENCE", WAIT)
    found: Lookup[str] = Lookup("test")
    one, two = quick("one"), quick("two")
    for _ in range(3):
        assert ("one", "two") == (found.read("a", 1, one), found.read("b", 1, two))
    assert (1, 1) == (one.begun, two.begun)


def test_who_waits_for_another_result_is_answered_once_that_is_there(monkeypatch):
    found: Lookup[str] = Lookup("test")
    slow = Work("slow")
    assert found.read("a", 1, slow) is None
    assert found.read("b", 1, quick("quick")) is None
    monkeypatch.setattr(lookup, "PATIENCE", WAIT)
    read: list[str | None] = []
    reader = threading.Thread(target=lambda: read.append(found.read("b", 1, quick("quick"))))
    reader.start()
    slow.may_end.set()
    reader.join(WAIT)
    assert ["quick"] == read
    assert "slow" == found.read("a", 1, slow)


def test_the_results_that_are_kept_are_bounded(monkeypatch):
    monkeypatch.setattr(lookup, "PATIENCE", WAIT)
    monkeypatch.setattr(lookup, "KEPT", 2)
    found: Lookup[str] = Lookup("test")
    first = Work("a", "a")
    first.may_end.set()
    for key in "abc":
        found.read(key, 1, first if key == "a" else quick(key))
    assert ["b", "c"] == list(found._found)
    until(lambda: found.read("a", 1, first), "a")
    assert 2 == first.begun


def test_settings_that_two_threads_change_at_once_are_both_kept(tmp_path, monkeypatch):
    overrides = Overrides(tmp_path / "overrides.toml")
    other = threading.Thread(target=overrides.set, args=("b",), kwargs={"value": 2})
    write = kept.write

    def slowly(file, tables):
        monkeypatch.setattr(kept, "write", write)
        other.start()
        other.join(0.2)  # it has time to read what is not written yet
        write(file, tables)

    monkeypatch.setattr(kept, "write", slowly)
    overrides.set("a", value=1)
    other.join(WAIT)
    assert {"a": 1, "b": 2} == overrides.read()
