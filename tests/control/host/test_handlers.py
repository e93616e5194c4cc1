"""What a host answers to each verb, to whom, and what it refuses."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from chasqui import task
from chasqui.control.host import readings
from chasqui.control.wire.messages import PROTOCOL
from tests.control.host.talking import Talk
from tests.waiting import WAIT

TYPES = {"workers": {}, "backlog": {}, "failures": {}, "groups": {}, "types": {}, "metrics": True}


def test_hello_says_who_the_host_is_and_which_role_it_grants(host):
    with Talk(host.path) as talk, Talk(host.path, role="observe") as looks:
        hello = talk.hello
        assert ("default", PROTOCOL, "operate") == (hello["host"], hello["protocol"], hello["role"])
        assert (False, False) == (hello["caps"]["embedded"], hello["caps"]["read_only"])
        assert ("observe", True) == (looks.hello["role"], looks.hello["caps"]["read_only"])


def test_all_but_the_permanent_verbs_need_a_hello(host):
    with Talk(host.path, role=None) as talk:
        assert "running" == talk.ask("status")["state"]
        assert "usage" == talk.ask("snapshot")["kind"]
        assert "usage" == talk.ask("apply", command={"command": "Pause"})["kind"]
        assert talk.ask("drain", timeout=1)["accepted"]


def test_a_client_of_another_version_looks_and_stops_and_is_told_both_versions_otherwise(host):
    with Talk(host.path, protocol=PROTOCOL + 1, surprise="new") as talk:
        error = talk.ask("snapshot")
        assert "version" == error["kind"]
        for text in (f"protocol {PROTOCOL} ", f"speaks {PROTOCOL + 1}"):
            assert text in error["message"]
        assert error["next"]
        assert "running" == talk.ask("status", also="unknown")["state"]
        assert talk.ask("shutdown", mode="abort", later="unknown")["accepted"]


@pytest.mark.parametrize(
    ("verb", "args"),
    [
        ("apply", {"command": {"command": "Pause"}}),
        ("submit", {"tasks": [{"type": "app.note"}]}),
        ("drain", {}),
        ("shutdown", {"mode": "abort"}),
    ],
)
def test_who_only_looks_is_refused_every_change_and_the_audit_has_it(host, verb, args):
    with Talk(host.path, role="observe") as looks:
        assert "refused" == looks.ask(verb, **args)["kind"]
        (entry,) = looks.ask("audit")["entries"]
        assert (verb, "refused") == (entry["verb"], entry["outcome"])
    assert "running" == host.engine.state
    assert 0 == host.engine.metrics().accepted


def test_who_only_looks_may_count_failures(host):
    with Talk(host.path, role="observe") as looks:
        assert looks.ask("apply", command={"command": "CountFailures"})["ok"]


def test_commands_of_a_client_are_carried_out_in_order(host):
    with Talk(host.path) as talk:
        said = [talk.say("apply", command={"command": one}) for one in ("Pause", "Resume") * 3]
        for number in said:
            assert talk.answer(number)["ok"]
    assert "running" == host.engine.state


def test_the_status_has_the_names_of_the_record(host):
    with Talk(host.path) as talk:
        status = talk.ask("status")
    assert {"default": {**status["pools"]["default"], "queue_size": 10, "workers": 2}} == status[
        "pools"
    ]
    assert (1, True, 0) == (status["clients"], status["conservation"], status["counts"]["accepted"])


def test_a_status_shows_at_once_what_another_client_has_changed(host, monkeypatch):
    monkeypatch.setattr(readings, "SHARED_SECONDS", 60.0)
    monkeypatch.setattr(readings, "LIGHT_SECONDS", 60.0)
    with Talk(host.path) as looks, Talk(host.path) as changes:
        before = looks.ask("status")["paused"]
        assert changes.ask("apply", command={"command": "Pause"})["ok"]
        assert [False, True] == [before, looks.ask("status")["paused"]]


def test_a_detail_has_only_the_log_after_the_cursor(host):
    says = host.engine.submit("app.say", {"text": "hello"})
    assert says.wait(WAIT)
    with Talk(host.path) as talk:
        first = talk.ask("detail", number=says.number)["detail"]
        assert ("completed", ["hello"]) == (first["state"], [one["text"] for one in first["log"]])
        cursor = first["log_cursor"]
        again = talk.ask("detail", number=says.number, log_after=cursor)["detail"]
        assert ([], cursor) == (again["log"], again["log_cursor"])
        assert talk.ask("detail", number=99)["detail"] is None


def test_types_come_in_parts_that_join_to_the_whole(host):
    with Talk(host.path) as talk:
        names = [one["name"] for one in talk.ask("types")["types"]]
    assert {"app.note", "app.block"} <= set(names)


def test_words_are_completed_from_the_types_of_the_host(host):
    with Talk(host.path) as talk:
        words = talk.ask("complete", words=["app.no"])["candidates"]
        assert ["app.note"] == [word for word, _ in words]
        words = talk.ask("complete", type="app.note", words=["te"])["candidates"]
        assert ["text="] == [word for word, _ in words]


@pytest.mark.parametrize(("role", "found"), [("operate", ["path=here"]), ("observe", [])])
def test_paths_are_completed_for_who_may_submit(host, tmp_path, monkeypatch, role, found):
    @task
    def read(path: Path) -> None:
        """Read a file."""

    (tmp_path / "here").touch()
    monkeypatch.chdir(tmp_path)
    host.engine.register(read)
    with Talk(host.path, role) as talk:
        words = talk.ask("complete", type="app.read", words=["path=he"])["candidates"]
    assert found == [word for word, _ in words]


def test_rows_of_failures_come_from_a_cursor_on(host):
    for message in "abc":
        host.engine.submit("app.fail", {"message": message}).wait(10)
    with Talk(host.path) as talk:
        first = talk.ask("rows", what="failures", limit=2)
        rest = talk.ask("rows", what="failures", limit=2, cursor=first["cursor"])
    params = [row["params"]["message"] for row in first["rows"] + rest["rows"]]
    assert (["a", "b", "c"], 0) == (params, rest["cursor"])


def test_rows_of_the_history_come_newest_first_and_page_by_page_while_tasks_go_on_ending(host):
    for message in "abcd":
        host.engine.submit("app.fail", {"message": message}).wait(10)
    with Talk(host.path) as talk:
        first = talk.ask("rows", what="history", limit=2)
        host.engine.submit("app.fail", {"message": "e"}).wait(10)
        rest = talk.ask("rows", what="history", limit=2, cursor=first["cursor"])
        named = talk.ask("rows", what="history", filter="params~b state=failed nonsense=1")
    rows = first["rows"] + rest["rows"]
    assert (["d", "c", "b", "a"], 0) == ([row["params"]["message"] for row in rows], rest["cursor"])
    assert {"type": "ValueError", "message": "d"} == rows[0]["error"]
    assert ["b"] == [row["params"]["message"] for row in named["rows"]]
    assert "nonsense is not a field" in named["note"]


def test_the_details_of_a_finished_task_are_had_by_its_number(host):
    number = host.engine.submit("app.note", {"text": "hello"}).number
    host.engine.shutdown(10)
    with Talk(host.path) as talk:
        detail = talk.ask("detail", number=number)["detail"]
    assert ("completed", [["text", "hello"]]) == (detail["state"], detail["params"])


def test_events_are_sent_as_they_happen_to_who_asks_for_their_kind(host):
    with Talk(host.path) as talk:
        talk.say("events", filter="task_failed")
        assert talk.part()["more"]
        number = host.engine.submit("app.fail", {"message": "no"}).number
        (event,) = talk.part()["ok"]["events"]
    assert ("task_failed", number) == (event["kind"], event["number"])


def test_a_number_that_is_still_open_cannot_be_used_again(host):
    number = host.engine.submit("app.block").number
    with Talk(host.path) as talk:
        talk.say("await", numbers=[number])
        talk._number -= 1
        assert "usage" == talk.ask("status")["kind"]


def test_a_check_that_hangs_holds_up_no_detail_and_no_command(host, monkeypatch):
    begun, gate = threading.Event(), threading.Event()

    def hangs(*_):
        begun.set()
        gate.wait(WAIT)

    monkeypatch.setattr(host._service.port, "check", hangs)
    with Talk(host.path) as talk, Talk(host.path) as other:
        for _ in range(6):
            talk.say("check", type="app.note", params={})
        assert begun.wait(WAIT)
        assert other.ask("detail", number=99)["detail"] is None
        assert other.ask("apply", command={"command": "Pause"})["ok"]
        gate.set()
