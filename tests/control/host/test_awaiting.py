"""Awaiting: fates of tasks as they end, also of those that ended before."""

from __future__ import annotations

from typing import Any

import pytest

from chasqui import Cancelled, Context, task
from chasqui.control.host import awaiting
from tests.control.host.talking import Talk
from tests.waiting import until

NOTE = {"type": "app.note", "texts": {"text": "hi"}}


def kept(talk, *tasks):
    return talk.ask("submit", tasks=list(tasks), keep=True)["results"]


def fates_in(talk, number):
    fates: dict[int, Any] = {}
    part: Any = {"more": True}
    while part["more"]:
        part = talk.part()
        assert number == part["id"]
        fates |= {one["number"]: one for one in part["ok"]["fates"]}
    return fates, part["ok"].get("open", [])


def test_fates_come_as_tasks_end(host):
    first, second = (host.engine.submit("app.block") for _ in range(2))
    with Talk(host.path) as talk:
        talk.say("await", numbers=[first.number, second.number])
        second.cancel()
        part = talk.part()
        assert ([second.number], True) == ([f["number"] for f in part["ok"]["fates"]], part["more"])
        first.cancel()
        part = talk.part()
        assert ([first.number], False) == ([f["number"] for f in part["ok"]["fates"]], part["more"])


def test_a_task_that_ended_before_it_is_awaited_is_known_if_it_was_kept(host):
    with Talk(host.path) as talk:
        numbers = kept(talk, NOTE, {"type": "app.fail", "texts": {"message": "no"}})
        until(lambda: host.engine.metrics().ended == 2)
        fates, _ = fates_in(talk, talk.say("await", numbers=numbers))
    good, bad = (fates[number] for number in numbers)
    assert ("completed", "hi", {"text": "hi"}) == (good["state"], good["result"], good["params"])
    assert ("failed", {"type": "ValueError", "message": "no"}) == (bad["state"], bad["error"])


def test_a_task_of_which_nothing_is_kept_is_unknown(host):
    with Talk(host.path) as talk:
        fates, _ = fates_in(talk, talk.say("await", numbers=[77]))
    assert "unknown" == fates[77]["state"]


def test_after_the_timeout_those_not_ended_are_named_and_can_be_awaited_again(host):
    with Talk(host.path) as talk:
        (number,) = kept(talk, {"type": "app.block"})
        assert [number] == talk.ask("await", numbers=[number], timeout=0.05)["open"]
        host.engine.pools.find(number).cancel()
        until(lambda: host.engine.find(number).done)
        fates, _ = fates_in(talk, talk.say("await", numbers=[number]))
    assert "completed" == fates[number]["state"]


def test_no_more_tasks_are_kept_than_a_client_may_leave_unawaited(host, monkeypatch):
    monkeypatch.setattr("chasqui.control.host.working.KEPT", 2)
    with Talk(host.path) as talk:
        kept(talk, NOTE, NOTE)
        error = talk.ask("submit", tasks=[NOTE], keep=True)
    assert "busy" == error["kind"]


def test_more_numbers_than_a_request_may_name_are_refused(host):
    with Talk(host.path) as talk:
        assert "usage" == talk.ask("await", numbers=list(range(10_001)))["kind"]


def test_a_result_that_no_reply_has_room_for_is_described(host, monkeypatch):
    monkeypatch.setattr(awaiting, "FATE_BYTES", 2000)
    with Talk(host.path) as talk:
        numbers = kept(talk, {"type": "app.big", "params": {"size": 10_000}}, NOTE)
        fates, _ = fates_in(talk, talk.say("await", numbers=numbers))
    assert "too long" in fates[numbers[0]]["result"]["repr"]
    assert {"size": 10_000} == fates[numbers[0]]["params"]
    assert "hi" == fates[numbers[1]]["result"]


def test_the_details_of_an_error_are_in_its_fate_if_a_reply_has_room_for_them(host, monkeypatch):
    monkeypatch.setattr(awaiting, "FATE_BYTES", 2000)
    jobs = [{"type": "app.reject", "params": {"size": size}} for size in (2, 10_000)]
    with Talk(host.path) as talk:
        numbers = kept(talk, *jobs)
        fates, _ = fates_in(talk, talk.say("await", numbers=numbers))
    small, large = (fates[number]["error"] for number in numbers)
    assert {"type": "ChasquiError", "message": "rejected", "details": {"numbers": [0, 1]}} == small
    assert ("rejected", ["repr"]) == (large["message"], list(large["details"]))


@task
def leave(ctx: Context) -> None:
    """Say more than that it was cancelled."""
    ctx.sleep(60)
    error = Cancelled("left")
    error.details = {"done": 2}
    raise error


def test_what_a_body_says_as_it_leaves_a_cancelled_task_is_in_its_fate(host):
    host.engine.register(leave)
    with Talk(host.path) as talk:
        (number,) = kept(talk, {"type": "app.leave"})
        until(lambda: host.engine.pools.find(number).state == "running")
        host.engine.pools.find(number).cancel()
        fates, _ = fates_in(talk, talk.say("await", numbers=[number]))
    assert "cancelled" == fates[number]["state"]
    expected = {"type": "Cancelled", "message": "cancelled", "details": {"done": 2}}
    assert expected == fates[number]["error"]


def test_a_number_used_again_is_not_answered_by_the_request_that_had_it_before(host):
    number = host.engine.submit("app.block").number
    with Talk(host.path) as talk:
        talk.say("await", numbers=[number], timeout=0.2)
        host.engine.pools.find(number).cancel()
        assert not talk.part()["more"]
        other = host.engine.submit("app.block").number
        talk._number -= 1
        talk.say("await", numbers=[other])
        talk.socket.settimeout(0.5)
        with pytest.raises(TimeoutError):
            talk.part()
