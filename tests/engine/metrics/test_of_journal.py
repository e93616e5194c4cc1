"""A diagnosis says what is wrong with the journal."""

from __future__ import annotations

from dataclasses import replace

from chasqui.engine.journal.view import JournalView, LastEnd, ParkedType
from chasqui.engine.metrics.diagnosis import diagnose
from tests.engine.metrics.readings import NOW, reading, texts

WELL = JournalView("power", "ok", path="/x/jobs.db", opened=NOW - 60)
KILLED = LastEnd(12, 4121, NOW - 900, None, 4, 913)


def said(journal):
    return texts(journal=journal)


def test_nothing_is_said_of_a_journal_that_is_well_or_not_kept():
    assert [] == said(WELL)
    assert [] == said(JournalView())
    assert [] == said(replace(WELL, last_end=LastEnd(12, 4121, NOW - 900, NOW - 800)))


def test_a_degraded_journal_is_named_with_its_reason_and_what_is_not_written():
    ill = replace(WELL, state="degraded", reason="the disk is full: make room", unflushed=7)

    assert ["journal: the disk is full: make room; 7 ends of tasks not written yet"] == said(ill)
    assert ["journal: the disk is full: make room"] == said(replace(ill, unflushed=0))


def test_parked_tasks_are_named_by_type_with_their_reason():
    parked = tuple(ParkedType(f"http.t{n}", 10 - n, "unavailable: http") for n in range(5))

    assert [
        f"http.t{n}: {10 - n} tasks wait in the journal, unavailable: http" for n in range(3)
    ] == said(replace(WELL, parked=40, parked_types=parked))


def test_an_engine_that_was_killed_is_named_for_ten_minutes():
    killed = replace(WELL, last_end=KILLED)

    assert [
        "journal: the engine before this one (pid 4121) ended without shutdown; "
        "4 interrupted, 913 requeued"
    ] == said(killed)
    assert [] == said(replace(killed, opened=NOW - 601))


def test_nothing_is_said_of_a_journal_that_is_closed():
    assert [] == said(replace(WELL, state="closed", last_end=KILLED))


def test_each_number_of_a_finding_has_its_name_in_the_reading():
    journal = replace(WELL, last_end=KILLED, parked_types=(ParkedType("http.x", 3, "unavailable"),))

    parked, killed = diagnose(reading(journal=journal))
    assert {"parked.count": 3} == parked.numbers
    assert {"journal.last_end.interrupted": 4, "journal.last_end.requeued": 913} == killed.numbers
