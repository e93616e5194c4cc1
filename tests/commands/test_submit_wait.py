"""`submit --wait` and `run --host`: the ends of the tasks that a host has accepted."""

from __future__ import annotations

import json
import signal
import threading

import pytest

from chasqui.commands import exits
from tests.commands.hosting import Backlog, completed, fate, feeding
from tests.present import present


@pytest.mark.parametrize("words", [["submit", "--wait"], ["run", "--host"]])
def test_the_ends_are_waited_for_and_printed_as_rows(chasqui, host, rows, words):
    failed = {"type": "ValueError", "message": "no"}

    def fates(args):
        return [
            {"fates": [fate(1)]},
            {"fates": [fate(2, "failed", failed)], "open": []},
        ]

    host(submit=Backlog().submit, **{"await": fates})
    done = chasqui(words[0], "demo.sleep", "--each", "seconds", *words[1:], input=b"5\n\n6\n")

    assert exits.UNHEALTHY == done.returncode
    assert [(1, 1, "completed", None), (3, 2, "failed", failed)] == [
        (row["line"], row["number"], row["state"], row["error"]) for row in rows(done)
    ]


def test_a_task_whose_end_is_not_known_any_more_counts_as_failed(chasqui, host, rows):
    host(
        submit=Backlog().submit,
        **{"await": lambda args: {"fates": [{"number": 1, "state": "unknown"}]}},
    )
    done = chasqui("submit", "demo.sleep", "seconds=0", "--wait")

    assert (exits.UNHEALTHY, "unknown") == (done.returncode, rows(done)[0]["state"])


def test_what_did_not_complete_is_in_the_file_of_failures(chasqui, host, tmp_path):
    host(
        submit=Backlog().submit,
        **{"await": lambda _: {"fates": [fate(1), fate(2, "cancelled")]}},
    )
    chasqui("run", "demo.sleep", "--each", "seconds", "--host", "--failures", "f", input=b"0\n1\n")

    assert {"type": "demo.sleep", "params": {"seconds": 0}} == json.loads(
        (tmp_path / "f").read_text()
    )


def test_an_interrupt_while_the_ends_are_waited_for_leaves_the_tasks_to_the_host(tmp_path, host):
    asked = threading.Event()

    def fates(args):
        asked.set()
        return {"fates": [], "open": args["numbers"]}

    host(submit=Backlog().submit, **{"await": fates})
    with feeding(tmp_path, "--wait") as feeder:
        present(feeder.stdin).write(b"0\n")
        assert asked.wait(30)
        feeder.send_signal(signal.SIGINT)
        _, errors = feeder.communicate(timeout=60)

    assert exits.INTERRUPTED == feeder.returncode
    assert "1 task has not ended; it goes on in the host" in errors.decode()


def test_a_host_that_goes_away_while_the_ends_are_waited_for_is_said(tmp_path, host):
    asked = threading.Event()

    def fates(args):
        asked.set()
        return {"fates": [], "open": args["numbers"]}

    fake = host(submit=Backlog().submit, **{"await": fates})
    with feeding(tmp_path, "--wait") as feeder:
        present(feeder.stdin).write(b"0\n")
        present(feeder.stdin).close()
        feeder.stdin = None
        assert asked.wait(30)
        fake.drop()
        _, errors = feeder.communicate(timeout=60)

    assert exits.UNREACHABLE == feeder.returncode
    assert "the host has gone" in errors.decode()


def test_the_host_keeps_the_tasks_until_they_are_awaited(chasqui, host):
    fake = host(submit=Backlog().submit, **{"await": completed})
    chasqui("submit", "demo.sleep", "seconds=0", "--wait")
    chasqui("submit", "demo.sleep", "seconds=0")

    keeps = [args.get("keep", False) for verb, args in fake.asked if verb == "submit"]
    assert [True, False] == keeps
