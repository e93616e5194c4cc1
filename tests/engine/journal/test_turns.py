"""Schedules go on in the next life of their engine, and see to what passed while nothing ran."""

from __future__ import annotations

import pytest

from chasqui.engine.journal.store import Store
from chasqui.engine.schedules.tables import ScheduleConfig
from tests.engine.journal.lives import note
from tests.engine.schedules.watched import NOON, Clock
from tests.waiting import until

HOUR = 3600.0


@pytest.fixture
def lives(lives):
    """Return lives that begin at noon."""
    lives.clock = Clock(time=NOON)
    return lives


def begin(lives, cron="0 * * * *", **said):
    """Begin an engine with a schedule, and wait until it has seen the time."""
    schedule = ScheduleConfig("app.note", cron, zone="UTC", **said)
    engine = lives.begin(schedules=[schedule])
    lives.clock.await_look()
    return engine


def state(engine):
    (found,) = engine.schedules
    return found


def hours(moment):
    return (moment.timestamp() - NOON) / HOUR


def pass_hour(lives, engine):
    last = state(engine).last
    lives.clock.advance(HOUR)
    until(lambda: state(engine).last != last)
    lives.clock.await_look()


def test_turns_that_pass_while_nothing_runs_are_left_out_and_counted(lives):
    begin(lives)
    lives.stop()
    lives.clock.advance(3.5 * HOUR)
    engine = begin(lives)
    until(lambda: state(engine).skipped)
    assert (3, None, 4) == (state(engine).skipped, state(engine).last, hours(state(engine).next))
    assert "unattended" in state(engine).reason


def test_one_task_stands_for_them_if_that_is_what_missed_says(lives):
    begin(lives, missed="once")
    lives.stop()
    lives.clock.advance(3.5 * HOUR)
    engine = begin(lives, missed="once")
    until(lambda: state(engine).last)
    assert (2, 1) == (state(engine).skipped, state(engine).last)


def test_a_turn_of_the_minute_before_the_start_is_taken(lives):
    begin(lives)
    lives.stop()
    lives.clock.advance(HOUR + 30)
    engine = begin(lives)
    until(lambda: state(engine).last)
    assert (0, 2) == (state(engine).skipped, hours(state(engine).next))


def test_a_turn_that_was_taken_is_not_taken_again(lives):
    engine = begin(lives)
    pass_hour(lives, engine)
    until(lambda: engine.metrics().completed)
    engine = begin(lives)
    assert (1, 2) == (state(engine).last, hours(state(engine).next))
    assert engine.metrics().accepted == 0


def test_a_turn_that_was_left_out_is_not_left_out_again(lives):
    begin(lives)
    lives.stop()
    lives.clock.advance(1.5 * HOUR)
    engine = begin(lives)
    until(lambda: state(engine).skipped)
    assert state(begin(lives)).skipped == 0


def test_a_schedule_that_was_removed_begins_afresh_when_it_is_made_again(lives):
    engine = begin(lives)
    pass_hour(lives, engine)
    engine.unschedule("app.note")
    lives.stop()
    lives.clock.advance(3.5 * HOUR)
    engine = begin(lives)
    assert (0, None, 5) == (state(engine).skipped, state(engine).last, hours(state(engine).next))


def test_a_schedule_that_is_removed_as_its_task_is_accepted_keeps_no_turn(lives, monkeypatch):
    engine = begin(lives)
    scheduler = engine._parts.scheduler
    submit = scheduler._submit

    def removed_before(type, params):
        engine.unschedule("app.note")
        return submit(type, params)

    monkeypatch.setattr(scheduler, "_submit", removed_before)
    lives.clock.advance(HOUR)
    until(lambda: engine.metrics().completed)
    lives.stop()
    lives.clock.advance(HOUR)
    engine = begin(lives)
    assert (0, None) == (state(engine).skipped, state(engine).last)


def test_a_schedule_that_replaces_one_in_the_middle_of_a_turn_keeps_its_own(lives, monkeypatch):
    engine = begin(lives)
    scheduler = engine._parts.scheduler
    submit = scheduler._submit

    def replaced_before(type, params):
        engine.unschedule("app.note")
        engine.schedule("app.note", {"n": 1}, cron="0 * * * *", zone="UTC")
        return submit(type, params)

    monkeypatch.setattr(scheduler, "_submit", replaced_before)
    lives.clock.advance(HOUR)
    until(lambda: engine.metrics().completed)
    lives.clock.await_look()
    lives.stop()
    lives.clock.advance(1.5 * HOUR)
    engine = begin(lives)
    until(lambda: state(engine).skipped)
    assert state(engine).skipped == 1


def test_a_turn_is_kept_in_the_commit_that_accepts_its_task(lives, monkeypatch):
    commits, apply = [], Store.apply

    def watched(store, batch):
        commits.append(batch)
        apply(store, batch)

    monkeypatch.setattr(Store, "apply", watched)
    engine = begin(lives)
    pass_hour(lives, engine)
    ((_, kept),) = [(one.accepts, one.kept) for one in commits if one.accepts]
    assert f'["turn app.note","[{NOON + HOUR},1,\\"0 * * * *\\",\\"UTC\\"]"]' == kept[0]


def test_a_schedule_of_another_time_begins_afresh(lives):
    begin(lives)
    lives.stop()
    lives.clock.advance(3.5 * HOUR)
    engine = begin(lives, cron="30 * * * *")
    assert (0, 4.5) == (state(engine).skipped, hours(state(engine).next))


def test_a_turn_is_left_out_while_the_task_of_the_turn_before_waits_still(lives):
    engine = begin(lives)
    engine.pause("app.note")
    pass_hour(lives, engine)
    engine = begin(lives)
    lives.clock.advance(HOUR)
    until(lambda: state(engine).skipped)
    assert state(engine).reason == "task 1 of the turn before is still queued"
    lives.clock.await_look()
    engine.resume("app.note")
    until(lambda: engine.metrics().completed)
    pass_hour(lives, engine)
    assert state(engine).last == 2


def test_it_is_left_out_too_while_that_task_waits_in_the_journal_only(lives):
    engine = begin(lives)
    engine.pause("app.note")
    pass_hour(lives, engine)
    lives.types = []
    engine = begin(lives)
    lives.clock.advance(HOUR)
    until(lambda: state(engine).skipped)
    assert state(engine).reason == "task 1 of the turn before is still in the journal"


def test_a_schedule_that_is_added_while_the_engine_runs_goes_on_too(lives):
    begin(lives)
    lives.stop()
    lives.clock.advance(1.5 * HOUR)
    engine = lives.begin()
    engine.schedule(note, cron="0 * * * *", zone="UTC")
    until(lambda: state(engine).skipped == 1)
