"""Feeding a host: tasks in order, batches, backpressure, and a result for each."""

from __future__ import annotations

import threading
import time

import pytest

from chasqui import JournalUnavailable
from chasqui.control.host.feeding import Feed
from chasqui.engine.journal.view import JournalView
from tests.control.host.talking import Talk
from tests.waiting import until

NOTE = {"type": "app.note"}
KEYED = {"key": "one"}


def notes(count, **options):
    return [{**NOTE, "texts": {"text": str(at)}, **options} for at in range(count)]


def numbers_of(results):
    return [one for one in results if isinstance(one, int)]


def kinds_of(results):
    return [one["kind"] for one in results if not isinstance(one, int)]


@pytest.fixture
def full(host):
    """Return a host with a paused engine whose backlog is full."""
    host.engine.pause()
    host.engine.submit_batch("app.note", [{}] * 10)
    return host


def test_each_task_has_its_number_or_why_not_in_order(host):
    tasks = [
        {**NOTE, "params": {"text": "a"}},
        {"type": "app.nothing"},
        {**NOTE, "texts": {"txt": "b"}},
        {**NOTE, "options": {"priority": 3}},
    ]
    with Talk(host.path) as talk:
        first, unknown, invalid, second = talk.ask("submit", tasks=tasks)["results"]
    assert (1, 2) == (first, second)
    assert ("unknown_type", "invalid") == (unknown["kind"], invalid["kind"])
    assert "txt" in [name for name, _ in invalid["problems"]]


def test_tasks_are_taken_in_the_order_of_the_request(host):
    host.engine.pause()
    with Talk(host.path) as talk:
        results = talk.ask("submit", tasks=notes(5))["results"]
    waiting = host.engine.pool.waiting()
    assert list("01234") == [task.work.params["text"] for task in waiting]
    assert results == [task.number for task in waiting]


def test_a_delay_and_a_key_are_those_of_each_task(host):
    host.engine.pause()
    options = {"delay": 60.0, "key": "nightly", "priority": 3}
    with Talk(host.path) as talk:
        tasks = [*notes(2, options=options), *notes(1, options={"delay": 5.0}), *notes(1)]
        results = talk.ask("submit", tasks=tasks)["results"]
    first, same, later, now = (host.engine.pools.find(number) for number in results)
    assert (first, 2) == (same, first.submissions)
    assert ("nightly", 3) == (first.key, first.priority)
    assert ["scheduled", "scheduled", "queued"] == [first.state, later.state, now.state]


def test_a_key_that_finds_no_room_waits_for_it_and_a_delay_needs_none(full):
    with Talk(full.path) as talk:
        (later,) = talk.ask("submit", tasks=notes(1, options={"delay": 60.0}))["results"]
        assert ["full"] == kinds_of(talk.ask("submit", tasks=notes(1, options=KEYED))["results"])
        number = talk.say("submit", tasks=notes(1, options=KEYED), wait_room=30)
        until(lambda: full.engine.pool.blocked())
        full.engine.resume()
        (found,) = talk.answer(number)["results"]
    assert (11, 12) == (later, found)


@pytest.mark.slow
def test_more_than_a_thousand_tasks_in_a_request_are_refused(host):
    with Talk(host.path) as talk:
        error = talk.ask("submit", tasks=[NOTE] * 1001)
    assert "usage" == error["kind"]
    assert 0 == host.engine.metrics().accepted


def test_without_waiting_what_finds_no_room_is_refused_as_full(host):
    host.engine.pause()
    with Talk(host.path) as talk:
        results = talk.ask("submit", tasks=notes(12))["results"]
    assert 10 == len(numbers_of(results))
    assert ["full"] * 2 == kinds_of(results)


def test_what_waits_for_room_gets_in_when_there_is_some_and_is_not_rejected(full):
    with Talk(full.path) as talk:
        number = talk.say("submit", tasks=notes(25), wait_room=30)
        until(lambda: full.engine.pool.blocked())
        assert "test" in full.engine.pool.blocked()[0].thread
        full.engine.resume()
        results = talk.answer(number)["results"]
    assert list(range(11, 36)) == results
    assert 0 == full.engine.metrics().rejected
    assert () == full.engine.pool.blocked()


def test_waiting_for_room_ends_in_time_with_what_did_not_get_in(full):
    with Talk(full.path) as talk:
        began = time.monotonic()
        results = talk.ask("submit", tasks=notes(3), wait_room=0.1)["results"]
    assert ["full"] * 3 == kinds_of(results)
    assert 0.1 <= time.monotonic() - began
    assert (10, 0) == (full.engine.metrics().accepted, full.engine.metrics().rejected)
    assert () == full.engine.pool.blocked()


def test_other_clients_are_served_while_one_waits_for_room(full):
    with Talk(full.path) as waits, Talk(full.path) as other:
        waits.say("submit", tasks=notes(3), wait_room=30)
        until(lambda: full.engine.pool.blocked())
        assert "paused" == other.ask("status")["state"]
        assert other.ask("apply", command={"command": "Resume"})["ok"]
        assert 3 == len(numbers_of(waits.part()["ok"]["results"]))


def test_nothing_more_is_read_from_a_client_that_waits_for_room(full):
    with Talk(full.path) as talk:
        first = talk.say("submit", tasks=notes(1), wait_room=30)
        until(lambda: full.engine.pool.blocked())
        second = talk.say("submit", tasks=notes(1), wait_room=30)
        full.engine.resume()
        assert [[11], [12]] == [talk.answer(one)["results"] for one in (first, second)]


def test_what_waited_for_a_client_that_has_left_is_not_accepted(full):
    with Talk(full.path) as talk:
        talk.say("submit", tasks=notes(3), wait_room=30)
        until(lambda: full.engine.pool.blocked())
    full.engine.resume()
    until(lambda: full.engine.metrics().completed == 10)
    until(lambda: full.clients == 0)
    assert 10 == full.engine.metrics().accepted
    assert () == full.engine.pool.blocked()


def test_a_client_that_leaves_while_it_waits_for_room_is_noticed(full, quick, caplog):
    with Talk(full.path) as talk:
        talk.say("submit", tasks=notes(3), wait_room=30)
        until(lambda: full.engine.pool.blocked())
    until(lambda: full.clients == 0)
    assert () == full.engine.pool.blocked()
    until(lambda: "it left before it was answered" in caplog.text)


def test_a_client_that_leaves_is_counted_until_it_waits_for_nothing(full, quick, monkeypatch):
    counted = []
    step_back = Feed.step_back

    def stepping_back(feed):
        counted.append(full.clients)
        step_back(feed)

    monkeypatch.setattr(Feed, "step_back", stepping_back)
    with Talk(full.path) as talk:
        talk.say("submit", tasks=notes(3), wait_room=30)
        until(lambda: full.engine.pool.blocked())
    until(lambda: full.clients == 0)
    assert [1] == counted


def test_an_engine_that_stops_refuses_what_waits_for_room(full):
    with Talk(full.path) as talk:
        number = talk.say("submit", tasks=notes(2), wait_room=30)
        until(lambda: full.engine.pool.blocked())
        full.engine.shutdown(0, drain=False)
        assert ["gone"] * 2 == kinds_of(talk.answer(number)["results"])


def test_ten_feeders_get_a_number_for_each_task_that_is_accepted(host):
    found = []

    def feed():
        with Talk(host.path) as talk:
            for _ in range(5):
                found.append(talk.ask("submit", tasks=notes(20), wait_room=30)["results"])

    feeders = [threading.Thread(target=feed) for _ in range(10)]
    for one in feeders:
        one.start()
    for one in feeders:
        one.join(30)
    assert set(range(1, 1001)) == {number for results in found for number in results}
    assert (1000, 0) == (host.engine.metrics().accepted, host.engine.metrics().rejected)


def test_what_the_journal_cannot_keep_is_refused_as_busy_after_what_it_has_kept(host, monkeypatch):
    unavailable = JournalUnavailable("the journal /x cannot be written: the disk is full")
    offer = host.engine.offer

    def refusing(works, **policy):
        unavailable.accepted = tuple(offer(works[:2], **policy))
        raise unavailable

    monkeypatch.setattr(host.engine, "offer", refusing)
    with Talk(host.path) as talk:
        first, second, *rest = talk.ask("submit", tasks=notes(4))["results"]

    assert (1, 2) == (first, second)
    assert ["busy", "busy"] == kinds_of(rest)
    assert str(unavailable) == rest[0]["message"]
    assert "submit again later" in rest[0]["next"]
    assert 2 == host.engine.metrics().accepted


def test_while_the_journal_cannot_be_written_nothing_is_offered_nor_counted_as_rejected(
    host, monkeypatch
):
    ill = JournalView("power", "degraded", "the disk is full", "/x/jobs.db")
    monkeypatch.setattr(type(host.engine), "journal", ill)
    with Talk(host.path) as talk:
        results = talk.ask("submit", tasks=notes(2))["results"]

    assert ["busy"] * 2 == kinds_of(results)
    assert "/x/jobs.db cannot be written: the disk is full" in results[0]["message"]
    assert 0 == host.engine.metrics().rejected
