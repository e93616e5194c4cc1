"""The list of events: steps of note, who asked for them, bounded, and filtered."""

from __future__ import annotations

import gc

import pytest

from chasqui import Breaker, task
from chasqui.control import event_book
from chasqui.control.event_book import EventBook, book_of
from chasqui.control.local import LocalPort
from chasqui.control.port import (
    Cancel,
    CommandOutcome,
    Pause,
    PauseType,
    ResumeType,
    SetTheme,
    ViewQuery,
    Window,
)
from chasqui.engine.engine import BaseEngine
from chasqui.engine.events.records import EngineChanged, ScheduleSkipped, TaskFailed, TypeChanged
from chasqui.testing import FakeClock
from tests.present import present

WAIT = 10.0


@task(breaker=Breaker(failures=1, seconds=60, cooldown=30))
def flaky() -> None:
    """Fail."""
    raise ValueError("no")


@pytest.fixture
def engine():
    """Return an engine with a type whose breaker opens at its first failure."""
    with BaseEngine(1, 100) as engine:
        engine.register(flaky)
        yield engine


@pytest.fixture
def clock():
    """Return a clock that stands still until it is told."""
    return FakeClock()


def page(engine, filter="", **window):
    assert engine.bus.flush(WAIT)
    query = ViewQuery(events=Window(**window), events_of=filter)
    return present(LocalPort(engine).snapshot(query).event_page)


def texts(book):
    return [row.text for row in book.rows()]


def test_breakers_and_pauses_are_listed_the_newest_first_and_ends_of_tasks_are_not(engine):
    port = LocalPort(engine)
    engine.submit("app.flaky").wait(WAIT)
    assert port.apply(Pause()).ok
    newest, opened = page(engine).rows

    assert ("engine paused", "info") == (newest.text, newest.level)
    assert "type app.flaky failed 1 time: its breaker is open" in opened.text
    assert ("error", "app.flaky") == (opened.level, opened.type)


def test_a_filter_finds_words_levels_types_and_tasks(engine):
    LocalPort(engine)
    engine.submit("app.flaky").wait(WAIT)
    waiting = engine.submit("app.flaky").number
    port = LocalPort(engine)
    assert port.apply(Cancel(numbers=(waiting,))).ok
    port.apply(Pause())

    assert ["engine paused"] == [row.text for row in page(engine, "paused").rows]
    assert ["app.flaky"] == [row.type for row in page(engine, "error").rows]
    assert 1 == page(engine, "type=app.*").total
    assert ["cancel of 1 task: 2"] == [row.text for row in page(engine, "number=2").rows]
    assert 1 == page(engine, "number>=0").total
    assert "worker: this list has no such field" == page(engine, "worker=w01").note


@pytest.mark.slow
def test_all_ports_of_an_engine_share_its_book_which_ends_with_it(clock):
    engine = BaseEngine(1, 1, clock=clock)
    book = book_of(engine)
    port = LocalPort(engine, problems=["plugin x failed"])
    again = LocalPort(engine, problems=["plugin x failed"])

    assert book is port.events is again.events
    assert ["plugin x failed"] == texts(book)
    held = len(event_book._BOOKS)
    del engine, port, again
    gc.collect()
    assert len(event_book._BOOKS) < held


def test_a_change_is_signed_whether_its_event_comes_before_or_after(clock):
    book = EventBook(clock)
    book.observe(EngineChanged(clock.time(), "paused"))
    book.sign(Pause(), "ana, uid 1000: too hot")
    book.sign(PauseType(type="a"), "ben, uid 1001")
    book.observe(TypeChanged(clock.time(), "a", "is paused"))

    assert [("type a is paused", "ben, uid 1001"), ("engine paused", "ana, uid 1000: too hot")] == [
        (row.text, row.by) for row in book.rows()
    ]


def test_a_signature_is_for_one_event_of_its_kind_and_for_a_moment_only(clock):
    book = EventBook(clock)
    book.sign(ResumeType(type="a"), "ben")
    book.observe(EngineChanged(clock.time(), "paused"))
    clock.advance(2.5)
    book.observe(TypeChanged(clock.time(), "a", "is limited"))
    clock.advance(2.5)
    book.sign(PauseType(type="a"), "ben")

    assert ["", ""] == [row.by for row in book.rows()]


def test_a_command_without_an_event_of_its_own_has_a_line_and_looks_have_none(clock):
    book = EventBook(clock)
    book.carried_out(Cancel(numbers=(4, 5, 6, 7)), CommandOutcome(ok=True, numbers=(4, 5, 6, 7)))
    book.sign(Cancel(numbers=(4,)), "ana")
    book.carried_out(SetTheme(theme="nord"), CommandOutcome(ok=True))
    book.carried_out(Pause(), CommandOutcome(ok=True))

    assert [("cancel of 4 tasks: 4, 5, 6, …", "ana", None)] == [
        (row.text, row.by, row.task) for row in book.rows()
    ]


def test_what_happens_again_and_again_is_one_row_with_a_count(clock):
    book = EventBook(clock)
    for turn in range(5):
        book.observe(ScheduleSkipped(clock.time(), "tick", 1, "the backlog is full"))
        book.observe(EngineChanged(clock.time(), f"resized to {turn} workers"))
        clock.advance(10)
    skipped = next(row for row in book.rows() if row.count > 1)

    assert (6, 5, 40.0) == (len(book.rows()), skipped.count, skipped.at - skipped.first)
    clock.advance(100)
    book.observe(ScheduleSkipped(clock.time(), "tick", 1, "the backlog is full"))
    assert 7 == len(book.rows())


def test_the_newest_are_kept_and_single_tasks_do_not_push_them_out(clock, monkeypatch):
    book = EventBook(clock)
    book.observe(EngineChanged(clock.time(), "paused"))
    for number in range(2 * event_book.EVENTS):
        book.observe(TaskFailed(clock.time(), number, "a", 1, "ValueError"))
    assert ["engine paused"] == texts(book)
    for number in range(2 * event_book.EVENTS):
        book.observe(EngineChanged(clock.time(), f"resized to {number} workers"))

    assert event_book.EVENTS == len(book.rows()) == len(book._kinds)
    assert "engine resized to 1999 workers" == book.rows()[0].text


def test_what_an_event_says_is_harmless_on_a_terminal(clock):
    book = EventBook(clock)
    book.observe(TypeChanged(clock.time(), "a\x1b[2J", "is \x07paused"))

    assert ["type a␛[2J is ␇paused"] == texts(book)
