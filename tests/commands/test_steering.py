"""The commands that change a host: what they ask, what they say, and their exit statuses."""

from __future__ import annotations

import json
import os

import pytest

from chasqui.commands import exits
from chasqui.control.sockets.place import socket_of
from chasqui.control.wire.messages import WireError
from tests.commands.hosting import STATUS

DONE = {"ok": True}


@pytest.mark.parametrize(
    ("words", "command"),
    [
        (["pause"], {"command": "Pause"}),
        (["pause", "demo.sleep"], {"command": "PauseType", "type": "demo.sleep"}),
        (["resume"], {"command": "Resume"}),
        (["resume", "demo.sleep"], {"command": "ResumeType", "type": "demo.sleep"}),
        (["resize", "3"], {"command": "Resize", "workers": 3, "pool": "default"}),
        (["resize", "3", "--pool", "cpu"], {"command": "Resize", "workers": 3, "pool": "cpu"}),
        (
            ["limit", "demo.sleep", "--concurrency", "2"],
            {"command": "Limit", "type": "demo.sleep", "concurrency": 2},
        ),
        (
            ["limit", "demo.sleep", "--rate", "10/s", "--concurrency", "none"],
            {"command": "Limit", "type": "demo.sleep", "rate": "10/s", "concurrency": None},
        ),
        (
            ["limit", "demo.sleep", "--concurrency", "2", "--by", "seconds"],
            {"command": "Limit", "type": "demo.sleep", "concurrency": 2, "by": "seconds"},
        ),
        (
            ["limit", "demo.sleep", "--by", "none"],
            {"command": "Limit", "type": "demo.sleep", "by": None},
        ),
        (
            ["strike", "demo.sleep", "seconds=5"],
            {"command": "StrikeValue", "type": "demo.sleep", "parameter": "seconds", "value": "5"},
        ),
        (
            ["strike", "demo.sleep", "label={a=b}", "--lift"],
            {"command": "LiftStrike", "type": "demo.sleep", "parameter": "label", "value": "{a=b}"},
        ),
        (["cancel", "7", "8"], {"command": "Cancel", "numbers": [7, 8]}),
        (["prioritize", "8", "7"], {"command": "RunNext", "numbers": [8, 7]}),
        (
            ["prioritize", "7", "--priority", "-2"],
            {"command": "Reprioritize", "numbers": [7], "priority": -2},
        ),
        (["retry", "7"], {"command": "RetryFailures", "chosen": {"numbers": [7]}}),
        (
            ["retry", "--all"],
            {"command": "RetryFailures", "chosen": {"open_only": True}},
        ),
        (
            ["discard", "--filter", "type=a"],
            {
                "command": "DiscardFailures",
                "chosen": {"filter": "type=a", "open_only": True},
            },
        ),
    ],
)
def test_each_asks_for_its_command_with_the_reason(chasqui, host, words, command):
    fake = host(apply=lambda _: DONE)
    done = chasqui(*words, "--reason", "a test")

    assert (exits.DONE, b"") == (done.returncode, done.stderr)
    assert b"" != done.stdout
    verb, args = fake.asked[-1]
    asked = args["command"]
    given = {name: value for name, value in asked.items() if name in command}
    if "chosen" in command:
        given["chosen"] = {name: asked["chosen"][name] for name in command["chosen"]}
    assert ("apply", "a test", command) == (verb, args["reason"], given)


def test_a_limit_that_is_not_said_is_not_sent(chasqui, host):
    fake = host(apply=lambda _: DONE)
    chasqui("limit", "demo.sleep", "--rate", "none")

    assert {"command": "Limit", "type": "demo.sleep", "rate": None} == fake.asked[-1][1]["command"]


def test_the_room_of_a_pool_is_sent_without_its_workers(chasqui, host):
    fake = host(apply=lambda _: DONE)
    done = chasqui("resize", "--queue-size", "5000", "--pool", "slow")

    asked = fake.asked[-1][1]["command"]
    assert ("Resize", None, 5000, "slow") == (
        asked["command"],
        asked.get("workers"),
        asked["queue_size"],
        asked["pool"],
    )
    assert b"pool slow has room for 5,000 waiting tasks" == done.stdout.strip()
    assert exits.USAGE == chasqui("resize").returncode


def test_a_breaker_is_sent_as_it_was_written(chasqui, host):
    fake = host(apply=lambda _: DONE)
    done = chasqui("limit", "demo.sleep", "--breaker", "5 in 1m for 30s")

    sent = {"command": "Limit", "type": "demo.sleep", "breaker": "5 in 1m for 30s"}
    assert (sent, b"demo.sleep: breaker 5 in 1m for 30s") == (
        fake.asked[-1][1]["command"],
        done.stdout.strip(),
    )


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        ({"ok": True}, exits.DONE),
        ({"ok": False, "reason": "unknown task type", "kind": "unknown"}, exits.NO_SUCH),
        ({"ok": False, "reason": "read-only", "kind": "refused"}, exits.REFUSED),
        ({"ok": False, "reason": "workers must be at least 1"}, exits.USAGE),
        ({"ok": False, "numbers": [7], "skipped": [[8, "has ended"]]}, exits.UNHEALTHY),
        ({"ok": False, "skipped": [[8, "no such"]], "kind": "unknown"}, exits.NO_SUCH),
        (WireError("refused", "this socket is read-only", "attach as the owner"), exits.REFUSED),
        (WireError("version", "this is 0.1, the host is 9.9"), exits.UNREACHABLE),
        (WireError("busy", "too much at once"), exits.BUSY),
        (WireError("internal", "a fault, number 7 in the log"), exits.UNHEALTHY),
        (None, exits.UNREACHABLE),
    ],
)
def test_the_exit_status_says_what_came_of_it(chasqui, host, outcome, status):
    host(apply=lambda _: outcome)
    done = chasqui("cancel", "7", "8")

    assert status == done.returncode, done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert status == exits.DONE or done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["cancel"],
        ["cancel", "x"],
        ["cancel", "7", "--filter", "x"],
        ["cancel", "7", "--dry-run"],
        ["cancel", "--filter", ""],
        ["cancel", "--filter", " \t"],
        ["retry", "--filter", ""],
        ["discard", "--filter", " "],
        ["prioritize"],
        ["prioritize", "7", "--priority", "high"],
        ["retry"],
        ["retry", "7", "--all"],
        ["discard", "--all", "--filter", "x"],
        ["resize"],
        ["resize", "none"],
        ["limit", "demo.sleep"],
        ["limit"],
        ["limit", "demo.sleep", "--concurrency", "0"],
        ["strike"],
        ["strike", "demo.sleep"],
        ["strike", "demo.sleep", "seconds"],
        ["strike", "demo.sleep", "seconds=1", "label=x"],
        ["strike", "demo.sleep", "seconds=1", "seconds=2"],
        ["shutdown", "--drain", "--abort"],
        ["shutdown", "--timeout", "soon"],
        ["shutdown", "--timeout", "-1"],
        ["submit"],
        ["submit", "--timeout", "x", "demo.sleep"],
        ["status", "--plain", "--json"],
        ["status", "--pane", "nothing"],
        ["run", "--name", "x", "demo.sleep"],
        ["run", "--host", "--workers", "3", "demo.sleep", "seconds=0"],
    ],
)
def test_wrong_arguments_are_a_line_and_no_host_is_asked(chasqui, host, words):
    fake = host()
    done = chasqui(*words)

    assert exits.USAGE == done.returncode, done.stderr.decode()
    assert 1 == len(done.stderr.splitlines()), done.stderr.decode()
    assert {"hello", "types"} >= set(fake.verbs())


def test_what_was_skipped_is_named_with_its_reason(chasqui, host):
    skipped = [[number, "has ended already"] for number in range(8, 20)]
    host(apply=lambda _: {"ok": False, "numbers": [7], "skipped": skipped, "more_skipped": 100})
    done = chasqui("cancel", "7", "8")

    lines = done.stderr.decode().splitlines()
    assert b"cancelled 1 task; a running one is asked to stop\n" == done.stdout
    assert "chasqui-tui: task 8: has ended already" == lines[0]
    assert "chasqui-tui: and 102 tasks more" == lines[-1]


def waiting(count, token=""):
    """Return a host that counts so many tasks and cancels all but one of them."""

    def apply(args):
        command = args["command"]
        if command["command"] == "CountWaiting":
            return {
                "ok": True,
                "numbers": list(range(1, count + 1)),
                "token": token,
                "notes": [["1", "demo.sleep seconds=1"]],
            }
        return {"ok": False, "numbers": [1] * (count - 1), "skipped": [[2, "has started already"]]}

    return apply


@pytest.mark.parametrize("token", ["", "a token"])
def test_what_matches_a_filter_is_counted_and_then_just_that_is_cancelled(chasqui, host, token):
    fake = host(apply=waiting(3, token))
    done = chasqui("cancel", "--filter", "type=demo.sleep age>1m", "--reason", "old")

    counted, cancelled = [args for verb, args in fake.asked if verb == "apply"]
    assert "type=demo.sleep age>1m" == counted["command"]["filter"]
    asked = {name: value for name, value in cancelled["command"].items() if value}
    named = {"token": token} if token else {"numbers": [1, 2, 3]}
    assert {"command": "Cancel", **named, "waiting_only": True} == asked
    assert "old" == cancelled["reason"]
    assert (exits.UNHEALTHY, b"cancelled 2 tasks\n") == (done.returncode, done.stdout)
    assert b"task 2: has started already" in done.stderr


@pytest.mark.slow
def test_a_dry_run_names_what_it_would_cancel_and_cancels_nothing(chasqui, host):
    fake = host(apply=waiting(3))
    done = chasqui("cancel", "--filter", "type=demo.sleep", "--dry-run")

    assert 1 == fake.verbs().count("apply")
    assert (exits.DONE, b"would cancel 3 tasks\n") == (done.returncode, done.stdout)
    assert b"task 1: demo.sleep seconds=1" in done.stderr
    assert b"and 2 tasks more" in done.stderr
    assert 3 == len(
        json.loads(chasqui("cancel", "--filter", "x", "--dry-run", "--json").stdout)["numbers"]
    )


def test_a_filter_that_is_not_understood_cancels_nothing(chasqui, host):
    fake = host(apply=lambda _: {"ok": False, "reason": "not understood: colour=red"})
    done = chasqui("cancel", "--filter", "colour=red")

    assert 1 == fake.verbs().count("apply")
    assert (exits.USAGE, b"chasqui-tui: not understood: colour=red\n") == (
        done.returncode,
        done.stderr,
    )


def test_what_holds_a_task_that_runs_next_is_said(chasqui, host):
    host(apply=lambda _: {"ok": True, "numbers": [7], "notes": [["7", "rate 1/m"]]})
    done = chasqui("prioritize", "7")

    assert (exits.DONE, b"raised 1 task to the front\n") == (done.returncode, done.stdout)
    assert b"chasqui-tui: task 7 still waits: rate 1/m\n" == done.stderr


def test_as_json_it_is_the_outcome(chasqui, host):
    host(apply=lambda _: {"ok": True, "numbers": [7]})

    assert [7] == json.loads(chasqui("cancel", "7", "--json").stdout)["numbers"]


def test_a_name_that_no_host_has_is_told_apart(chasqui, runtime):
    done = chasqui("pause", "--name", "nowhere")

    assert exits.NO_SUCH == done.returncode
    assert b"no host is named 'nowhere'" in done.stderr


def test_a_shutdown_waits_for_the_end_of_the_host(chasqui, host):
    answers = iter([STATUS, STATUS, {**STATUS, "state": "stopping"}])
    path = socket_of("default", None)

    def status(_):
        answer = next(answers, None)
        if answer is None:
            path.unlink()
        return answer

    fake = host(shutdown=lambda _: {"accepted": True}, status=status)
    done = chasqui("shutdown", "--abort", "--timeout", "2.5", "--reason", "over", "--wait")

    assert (exits.DONE, b"") == (done.returncode, done.stderr)
    assert ("shutdown", {"mode": "abort", "timeout": 2.5, "reason": "over"}) == fake.asked[2]
    assert ["hello", "status", "shutdown", "status", "status", "status"] == fake.verbs()


def test_a_shutdown_whose_host_is_killed_on_the_way_says_so(chasqui, host):
    answers = iter([STATUS, STATUS, {**STATUS, "state": "stopping"}])
    host(shutdown=lambda _: {"accepted": True}, status=lambda _: next(answers, None))
    done = chasqui("shutdown", "--wait")

    assert exits.UNREACHABLE == done.returncode
    assert f"process {os.getpid()}, died before it had stopped".encode() in done.stderr


def test_a_shutdown_that_left_tasks_says_how_many(chasqui, host):
    counts = {"accepted": 9, "queued": 2, "running": 1, "completed": 6}
    answers = iter([STATUS, {**STATUS, "state": "stopped", "counts": counts}])
    host(shutdown=lambda _: {"accepted": True}, status=lambda _: next(answers, None))
    done = chasqui("shutdown", "--wait")

    assert exits.UNHEALTHY == done.returncode
    assert b"chasqui-tui: 3 tasks had not ended\n" == done.stderr


def looks(*states):
    """Return what a host answers: its state, the states of its pools, and its cancelled tasks."""
    usual = {"backend": "threads", "workers": 1, "busy": 1, "queue_size": 9, "queued": 0}
    return iter(
        [
            {
                **STATUS,
                "state": state,
                "pools": {f"p{at}": {**usual, "state": pool} for at, pool in enumerate(each)},
                "counts": {"accepted": 9, "completed": 9 - cancelled, "cancelled": cancelled},
            }
            for state, each, cancelled in states
        ]
    )


RUNS = ("running", ["running", "running"], 1)
DRAINS = ("stopping", ["stopping", "stopping"], 1)


@pytest.mark.slow
def test_a_drain_whose_time_is_over_says_how_many_tasks_it_has_cut_off(chasqui, host):
    half = ("stopping", ["stopped", "stopping"], 2)
    answers = looks(RUNS, DRAINS, half, ("stopped", ["stopped", "stopped"], 3))
    host(shutdown=lambda _: {"accepted": True}, status=lambda _: next(answers, None))
    done = chasqui("shutdown", "--wait")

    assert exits.UNHEALTHY == done.returncode
    said = b"chasqui-tui: the time was over before all had ended: 2 tasks were cut off\n"
    assert said == done.stderr


def test_a_drain_of_no_time_counts_what_was_cancelled_before_the_first_look(chasqui, host):
    answers = looks(RUNS, ("stopped", ["stopped", "stopped"], 2))
    host(shutdown=lambda _: {"accepted": True}, status=lambda _: next(answers, None))
    done = chasqui("shutdown", "--wait", "--timeout", "0")

    assert exits.UNHEALTHY == done.returncode
    assert b": 1 task was cut off\n" in done.stderr


@pytest.mark.slow
def test_what_is_cancelled_by_hand_while_it_drains_is_not_cut_off(chasqui, host):
    by_hand = ("stopping", ["stopping", "stopping"], 2)
    answers = looks(RUNS, DRAINS, by_hand, ("stopped", ["stopped", "stopped"], 2))
    host(shutdown=lambda _: {"accepted": True}, status=lambda _: next(answers, None))
    done = chasqui("shutdown", "--wait")

    assert (exits.DONE, b"") == (done.returncode, done.stderr)


@pytest.mark.parametrize("mode", ["--cancel", "--abort"])
def test_a_shutdown_that_was_to_cancel_has_cut_nothing_off(chasqui, host, mode):
    answers = looks(RUNS, ("stopped", ["stopped", "stopped"], 5))
    host(shutdown=lambda _: {"accepted": True}, status=lambda _: next(answers, None))
    done = chasqui("shutdown", mode, "--wait")

    assert (exits.DONE, b"") == (done.returncode, done.stderr)


def test_a_shutdown_that_is_not_accepted_says_why(chasqui, host):
    host(shutdown=lambda _: {"accepted": False, "reason": "it is stopped already"})
    done = chasqui("shutdown")

    assert (exits.REFUSED, b"chasqui-tui: it is stopped already\n") == (
        done.returncode,
        done.stderr,
    )
