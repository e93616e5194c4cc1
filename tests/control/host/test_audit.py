"""The audit: who changed what, without secrets, bounded."""

from __future__ import annotations

import logging
import os

import pytest

from chasqui.control.commands import (
    Cancel,
    Chosen,
    Command,
    DiscardFailures,
    Pause,
    Resize,
    RetryEdited,
    RetryFailures,
    SubmitTask,
    SubmitTasks,
)
from chasqui.control.host import audit
from chasqui.control.host.audit import described
from tests.control.host.talking import Talk


def test_a_change_is_kept_and_logged_with_who_what_and_what_came_of_it(host, caplog):
    with caplog.at_level(logging.INFO, "chasqui.control.audit"), Talk(host.path) as talk:
        command = {"command": "Resize", "workers": 3}
        talk.ask("apply", command=command, reason="more work")
        talk.ask("apply", command={"command": "Resize", "workers": 3, "pool": "no"})
        talk.ask("drain", timeout=1, reason="the end")
        first, second, third = talk.ask("audit")["entries"]
    assert (os.getuid(), os.getpid(), "test") == (first["uid"], first["pid"], first["client"])
    assert ("apply", "Resize workers=3 pool=default", "done", "more work") == (
        first["verb"],
        first["what"],
        first["outcome"],
        first["reason"],
    )
    assert "not done: unknown pool 'no'" in second["outcome"]
    assert ("drain", "the end") == (third["verb"], third["reason"])
    assert f"uid {os.getuid()}, pid {os.getpid()}, test: apply Resize" in caplog.text


def test_values_of_parameters_and_texts_of_filters_are_in_no_entry(host, caplog):
    with caplog.at_level(logging.INFO, "chasqui"), Talk(host.path) as talk:
        talk.ask("submit", tasks=[{"type": "app.note", "texts": {"text": "hunter2"}}])
        chosen = {"filter": "text=hunter2"}
        talk.ask("apply", command={"command": "RetryFailures", "chosen": chosen})
        entries = talk.ask("audit")["entries"]
    assert ["1 of app.note", "RetryFailures those of a filter"] == [one["what"] for one in entries]
    assert "hunter2" not in str([one["outcome"] for one in entries])
    said = [one.getMessage() for one in caplog.records if one.name == "chasqui.control.audit"]
    assert 2 == len(said)
    assert "hunter2" not in str(said)


def test_the_audit_names_the_value_of_a_strike_unless_the_strike_was_refused(host):
    with Talk(host.path) as talk:
        strike = {"command": "StrikeValue", "type": "app.note", "parameter": "text", "value": "c7"}
        talk.ask("apply", command=strike)
        talk.ask("apply", command={**strike, "command": "LiftStrike"})
        talk.ask("apply", command={**strike, "parameter": "token", "value": "hunter2"})
        entries = talk.ask("audit")["entries"]

    assert [
        "StrikeValue type=app.note parameter=text value=c7",
        "LiftStrike type=app.note parameter=text value=c7",
        "StrikeValue type=app.note parameter=token value=…",
    ] == [one["what"] for one in entries]
    assert "hunter2" not in str(entries)


def test_what_a_client_submits_in_a_row_is_one_entry_whose_count_grows(host):
    tasks = [{"type": "app.note"}] * 3
    with Talk(host.path) as talk, Talk(host.path) as other:
        for _ in range(4):
            talk.ask("submit", tasks=tasks, wait_room=10)
        other.ask("submit", tasks=tasks, wait_room=10)
        first, second = talk.ask("audit")["entries"]
    assert ("12 of app.note", "12 accepted") == (first["what"], first["outcome"])
    assert "3 of app.note" == second["what"]


def test_rows_that_a_console_submits_are_counted_in_one_entry_that_has_no_values(host, caplog):
    tasks = [{"type": "app.note", "texts": {"text": "s3cret"}}] * 3
    with caplog.at_level(logging.INFO, "chasqui.control.audit"), Talk(host.path) as talk:
        for _ in range(2):
            talk.ask("apply", command={"command": "SubmitTasks", "tasks": tasks})
        talk.ask("apply", command={"command": "CheckTasks", "tasks": tasks})
        (entry,) = talk.ask("audit")["entries"]
    assert ("submit", "6 of app.note") == (entry["verb"], entry["what"])
    assert "s3cret" not in caplog.text


def test_only_the_last_entries_are_kept_and_a_reader_is_told_what_it_missed(host, monkeypatch):
    monkeypatch.setattr(host._service.audit, "_entries", type(host._service.audit._entries)([], 2))
    with Talk(host.path) as talk:
        for _ in range(5):
            talk.ask("apply", command={"command": "Pause"})
        answer = talk.ask("audit", after=1)
    assert ([4, 5], 5, 2) == (
        [one["number"] for one in answer["entries"]],
        answer["cursor"],
        answer["missed"],
    )


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (Pause(), "Pause"),
        (Resize(workers=4), "Resize workers=4 pool=default"),
        (Cancel(numbers=(5, 6)), "Cancel 5, 6"),
        (Cancel(numbers=tuple(range(9))), "Cancel 0, 1, 2, 3, 4 and 4 more"),
        (Cancel(token="a1b2"), "Cancel those counted before"),
        (RetryFailures(chosen=Chosen(group="g1")), "RetryFailures group=g1"),
        (DiscardFailures(chosen=Chosen(open_only=True)), "DiscardFailures not retried yet"),
        (
            SubmitTasks(tasks=(SubmitTask(type="app.x", texts={"a": "secret"}),)),
            "SubmitTasks 1 of app.x",
        ),
        (
            RetryEdited(number=7, type="app.x", texts=(("a", "secret"), ("b", "1"))),
            "RetryEdited number=7 type=app.x with another a, b",
        ),
    ],
)
def test_a_command_is_described_by_what_it_is_about(command: Command, said):
    assert said == described(command)


def test_the_list_is_bounded():
    assert 1000 == audit.ENTRIES


def test_the_events_say_which_client_asked_for_a_change_and_why(host):
    with Talk(host.path) as talk:
        talk.ask("apply", command={"command": "Resize", "workers": 3}, reason="more work")
        assert host.engine.bus.flush(10)
        query = {"events": {"offset": 0, "limit": 10}}
        answer = talk.ask("snapshot", query=query)
    (resized,) = [
        row for row in answer["sections"]["event_page"]["rows"] if "resized" in row["text"]
    ]
    assert f"test, uid {os.getuid()}: more work" == resized["by"]


def test_the_details_of_a_task_say_which_client_did_something_to_it_and_why(host):
    with Talk(host.path) as talk:
        talk.ask("apply", command={"command": "Pause"})
        talk.ask("submit", tasks=[{"type": "app.note", "texts": {"text": "a"}}])
        number = 1
        talk.ask("apply", command={"command": "Cancel", "numbers": [number]}, reason="not wanted")
        (deed,) = talk.ask("detail", number=number)["detail"]["deeds"]
    assert "cancelled, or asked to stop" == deed["what"]
    assert f"test, uid {os.getuid()}: not wanted" == deed["by"]
