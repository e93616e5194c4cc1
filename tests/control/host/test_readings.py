"""One reading for all clients, and only what has changed for each."""

from __future__ import annotations

import json

import pytest

from chasqui.control.fake import FakePort
from chasqui.control.host.readings import QUERIES, SHARED_SECONDS, Readings
from chasqui.control.port import Snapshot, ViewQuery, Window
from chasqui.control.wire.parts import joined
from tests.control.host.talking import Talk

NONE = ViewQuery()


class Counting(FakePort):
    """Counts readings, each of another moment."""

    def snapshot(self, query):
        self.now = Snapshot(at=float(len(self.queries)), workers=4)
        return super().snapshot(query)


@pytest.fixture
def port():
    return Counting()


@pytest.fixture
def readings(port):
    return Readings(port, lambda: {"clients": 3}, lambda: 0.0)


def answered(readings, query=NONE, since=0, now=0.0):
    answer = json.loads(joined(readings.answer(query, since, now)))
    return answer["revision"], answer["sections"]


def test_all_who_ask_the_same_within_50_ms_get_one_reading(readings, port):
    for now in (0.0, 0.02, SHARED_SECONDS - 0.001):
        answered(readings, now=now)
    assert 1 == len(port.queries)

    answered(readings, now=SHARED_SECONDS)

    assert 2 == len(port.queries)


def test_a_client_that_has_changed_something_gets_a_new_reading_and_others_share_it(readings, port):
    answered(readings, now=1.0)
    readings.answer(NONE, 0, 1.02, after=1.01)
    readings.answer(NONE, 0, 1.03, after=1.01)
    answered(readings, now=1.04)
    assert 2 == len(port.queries)


@pytest.mark.parametrize(
    ("cost", "shared"),
    [(0.0, 0.05), (0.001, 0.16), (0.0015, 0.24), (0.005, 0.25), (0.01, 0.5), (1, 1.0)],
)
def test_a_reading_that_is_slow_to_make_is_shared_for_longer(port, cost, shared):
    times = iter([0.0, cost, 9.0, 9.0])
    readings = Readings(port, dict, lambda: next(times))
    answered(readings)
    answered(readings, now=shared - 0.001)
    assert 1 == len(port.queries)
    answered(readings, now=shared + 0.001)
    assert 2 == len(port.queries)


def test_an_answer_is_made_once_for_all_who_ask_since_the_same_revision(readings):
    first = readings.answer(NONE, 0, 0.0)
    assert readings.answer(NONE, 0, 0.01) is first
    revision, _ = answered(readings)
    assert readings.answer(NONE, revision, 0.02) is not first
    assert readings.answer(NONE, 0, 0.03) == first
    assert readings.answer(NONE, 0, 1.0) != first, "a new reading"


def test_sections_that_have_not_changed_are_left_out(readings):
    revision, first = answered(readings)
    assert 4 == first["workers"]
    _, second = answered(readings, since=revision, now=1.0)
    assert {"at": 1.0} == second


def test_a_client_that_has_missed_readings_gets_all_that_has_changed_since(readings, port):
    revision, _ = answered(readings)
    port.now = None
    for now in (1.0, 2.0):
        answered(readings, now=now)
    _, sections = answered(readings, since=revision, now=2.0)
    assert {"at": 2.0} == sections


def test_other_queries_do_not_move_the_revision_of_a_section(readings):
    workers = ViewQuery(workers=Window())
    revision, _ = answered(readings)
    answered(readings, workers, now=1.0)
    assert {"at": 2.0} == answered(readings, since=revision, now=2.0)[1]


def test_a_query_that_was_forgotten_is_answered_whole(readings):
    revision, _ = answered(readings)
    for offset in range(QUERIES):
        answered(readings, ViewQuery(workers=Window(offset=offset)))
    assert "workers" in answered(readings, since=revision)[1]


def test_the_host_puts_its_own_fields_in(readings):
    assert 3 == answered(readings)[1]["clients"]


def test_a_client_sees_its_own_command_at_once_and_who_gave_it(host):
    with Talk(host.path) as talk:
        first = talk.ask("snapshot")
        assert "running" == first["sections"]["state"]
        talk.ask("apply", command={"command": "Pause"})
        second = talk.ask("snapshot", since=first["revision"])["sections"]
    assert ("paused", "Pause") == (second["state"], second["change"]["what"])
