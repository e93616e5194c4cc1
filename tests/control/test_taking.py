"""Many tasks at once: which are wrong, which there is room for, and what is left."""

from __future__ import annotations

import threading

import msgspec
import pytest

from chasqui import Engine, task
from chasqui.control.local import LocalPort
from chasqui.control.port import (
    TASKS,
    CheckTasks,
    Command,
    SubmitOptions,
    SubmitTask,
    SubmitTasks,
    ViewQuery,
    Window,
)
from chasqui.control.read_only import REFUSED, ReadOnlyPort
from chasqui.errors import JournalUnavailable
from tests.present import present


@task
def double(number: int) -> int:
    """Return twice the number."""
    return number * 2


@pytest.fixture
def engine():
    """Return a paused engine with room for five tasks."""
    with Engine(1, 5) as engine:
        engine.register(double)
        engine.pause()
        yield engine
        engine.shutdown(0, drain=False)


def rows(*texts, type="app.double", **options):
    given = SubmitOptions(**options)
    return tuple(SubmitTask(type=type, texts={"number": text}, options=given) for text in texts)


def test_wrong_tasks_are_named_by_their_place_and_none_is_submitted_to_tell(engine):
    port = LocalPort(engine)
    found = port.apply(CheckTasks(tasks=rows("1", "x", "3") + rows("1", type="app.no")))
    assert (True, ()) == (found.ok, found.numbers)
    assert [1, 3] == [at for at, _ in found.skipped]
    assert "number must be a whole number, got 'x'" == found.skipped[0][1]
    assert "app.no" in found.skipped[1][1]
    assert 0 == engine.metrics().accepted


def test_the_right_ones_are_submitted_in_order_and_the_wrong_ones_named(engine):
    port = LocalPort(engine)
    done = port.apply(SubmitTasks(tasks=rows("1", "x", "3", priority=4)))
    assert (True, (1, 2), "") == (done.ok, done.numbers, done.reason)
    assert [1] == [at for at, _ in done.skipped]
    assert [4, 4] == [engine.find(number).priority for number in done.numbers]
    ahead, behind = (engine.find(number).work.params["number"] for number in done.numbers)
    assert (1, 3) == (ahead, behind)


def test_what_finds_no_room_is_left_and_may_be_sent_again(engine):
    port = LocalPort(engine)
    done = port.apply(SubmitTasks(tasks=rows(*"12345678")))
    assert (True, (1, 2, 3, 4, 5)) == (done.ok, done.numbers)
    assert "the backlog of pool default is full" == done.reason
    again = port.apply(SubmitTasks(tasks=rows("6")))
    assert (True, ()) == (again.ok, again.numbers)
    engine.pools.find(1).cancel()
    assert (6,) == port.apply(SubmitTasks(tasks=rows("6", "7"))).numbers
    assert 0 == engine.metrics().rejected


def test_tasks_of_several_options_go_in_in_their_order(engine):
    done = LocalPort(engine).apply(SubmitTasks(tasks=(*rows("1", priority=2), *rows("2", "3"))))
    assert [2, 0, 0] == [engine.find(number).priority for number in done.numbers]


def test_an_engine_that_takes_no_more_says_so(engine):
    port = LocalPort(engine)
    stop = threading.Thread(target=engine.shutdown, args=(0,), kwargs={"drain": False})
    stop.start()
    stop.join(10)
    done = port.apply(SubmitTasks(tasks=rows("1")))
    assert (False, ()) == (done.ok, done.numbers)
    assert done.reason


def test_a_journal_that_cannot_be_written_is_no_room_for_now(engine, monkeypatch):
    def fails(*_, **__):
        raise JournalUnavailable("the journal /j cannot be written: disk full")

    monkeypatch.setattr(engine, "offer", fails)
    done = LocalPort(engine).apply(SubmitTasks(tasks=rows("1")))
    assert (True, (), "the journal /j cannot be written: disk full") == (
        done.ok,
        done.numbers,
        done.reason,
    )


def test_a_read_only_port_checks_and_submits_none(engine):
    port = ReadOnlyPort(LocalPort(engine))
    assert REFUSED == port.apply(SubmitTasks(tasks=rows("1")))
    assert port.apply(CheckTasks(tasks=rows("1"))).ok
    assert 0 == port.snapshot(ViewQuery()).counts.accepted


def test_a_command_has_a_bounded_number_of_tasks(engine):
    for kind in (CheckTasks, SubmitTasks):
        with pytest.raises(ValueError, match="at most 1,000 tasks go together, got 1,001"):
            kind(tasks=rows("1") * (TASKS + 1))
    whole = msgspec.json.encode(CheckTasks(tasks=rows("1") * TASKS))
    longer = whole.replace(b"[{", b'[{"type":"a"},{', 1)
    with pytest.raises(msgspec.ValidationError, match="at most 1,000"):
        msgspec.json.decode(longer, type=Command)


def test_rows_leave_no_event_and_no_deed_each(engine):
    port = LocalPort(engine)
    port.apply(SubmitTasks(tasks=rows("1", "2")))
    assert () == present(port.detail(1)).deeds
    page = present(port.snapshot(ViewQuery(events=Window())).event_page)
    assert [] == [row.text for row in page.rows if "ubmit" in row.text]
