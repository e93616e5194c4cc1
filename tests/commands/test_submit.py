"""`chasqui-tui submit` and `run --host`: lines become tasks of a host, each acknowledged."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import threading

import pytest

from chasqui.commands import exits
from chasqui.control.wire.messages import WireError
from tests.commands.hosting import Backlog, feeding, lines
from tests.present import present


def test_a_task_is_acknowledged_by_its_number(chasqui, host):
    fake = host(submit=Backlog().submit)
    done = chasqui("submit", "demo.sleep", "seconds=0", "--priority", "5", "--reason", "why")

    assert (exits.DONE, b"1\n", b"chasqui-tui: accepted 1 task\n") == (
        done.returncode,
        done.stdout,
        done.stderr,
    )
    args = fake.asked[-1][1]
    task = args["tasks"][0]
    assert ("why", {"seconds": "0"}, 5) == (
        args["reason"],
        task["texts"],
        task["options"]["priority"],
    )


def test_every_option_of_the_consoles_form_is_given_to_the_host(chasqui, host):
    fake = host(submit=Backlog().submit)
    words = ("--priority=-5", "--time-limit=1m30s", "--delay=10m", "--expires=1h30")
    done = chasqui("submit", "demo.sleep", "seconds=0", *words, "--key=a b", "--pool=slow")

    assert exits.DONE == done.returncode
    (task,) = fake.asked[-1][1]["tasks"]
    assert {
        "priority": -5,
        "time_limit": 90.0,
        "delay": 600.0,
        "expires": 5400.0,
        "key": "a b",
        "pool": "slow",
    } == task["options"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--delay=soon",), "--delay must be seconds or a duration such as 90s"),
        (("--priority=",), "--priority must have a value"),
        (("--delay=1h", "--expires=1m"), "--expires must be longer than the delay"),
        (("--key=a", "--each", "seconds"), "--key is for one task"),
    ],
)
def test_an_option_that_makes_no_sense_ends_the_command(chasqui, host, words, said):
    host()
    done = chasqui("submit", "demo.sleep", *words)

    assert exits.USAGE == done.returncode
    assert done.stderr.decode().startswith(f"chasqui-tui: {said}")


def test_lines_are_tasks_in_their_order_in_batches_of_a_thousand(chasqui, host):
    backlog = Backlog()
    fake = host(submit=backlog.submit)
    done = chasqui("submit", "demo.sleep", "--each", "seconds", "-", input=lines(5000))

    assert [str(number) for number in range(1, 5001)] == backlog.accepted
    assert lines(5000) == done.stdout
    assert 1000 == max(len(args.get("tasks", ())) for _, args in fake.asked)


def test_each_acknowledgement_is_an_object_with_its_line_as_json(chasqui, host, rows):
    host(submit=Backlog().submit)
    done = chasqui("submit", "demo.sleep", "--each", "seconds", "--json", input=b"0\n\n1\n")

    assert [{"line": 1, "number": 1}, {"line": 3, "number": 2}] == rows(done)


def test_a_line_that_is_refused_is_named_and_the_others_are_accepted(chasqui, host, rows):
    backlog = Backlog()
    host(submit=backlog.submit)
    done = chasqui("submit", "demo.sleep", "--each", "seconds", "--json", input=b"0\nx\n1\n")

    assert (exits.USAGE, ["0", "1"]) == (done.returncode, backlog.accepted)
    assert "line 2: demo.sleep: seconds must be a number" in done.stderr.decode()
    assert ("x", "demo.sleep", "invalid") == next(
        (row["params"], row["type"], row["error"]["type"])
        for row in rows(done)
        if row["number"] is None
    )


def test_what_finds_no_room_is_sent_again_in_its_order(chasqui, host):
    backlog = Backlog(room=700)
    fake = host()

    def submit(args):
        answer = backlog.submit(args)
        backlog.room += 700
        return answer

    fake.handlers["submit"] = submit
    done = chasqui("submit", "demo.sleep", "--each", "seconds", input=lines(3000))

    assert [str(number) for number in range(1, 3001)] == backlog.accepted
    assert (exits.DONE, lines(3000)) == (done.returncode, done.stdout)


@pytest.mark.slow
def test_nothing_is_read_ahead_while_there_is_no_room(tmp_path, host):
    backlog = Backlog(room=0)
    host(submit=backlog.submit)
    with feeding(tmp_path) as feeder:
        stdin = present(feeder.stdin)
        os.set_blocking(stdin.fileno(), False)
        taken = 0
        while not backlog.refused.wait(0.01) or select.select([], [stdin], [], 1)[1]:
            with contextlib.suppress(BlockingIOError):
                taken += os.write(stdin.fileno(), b"1\n" * 1000)
        said = present(feeder.stderr).readline()
        feeder.send_signal(signal.SIGINT)
        _, errors = feeder.communicate(timeout=60)

    assert b"task queue is full: pool default, 100 waiting: waiting for room" in said
    assert taken < 2_000_000  # bytes; the input could go on for ever

    assert exits.INTERRUPTED == feeder.returncode
    assert "no line is acknowledged; go on from line 1" in errors.decode()


def test_no_room_for_longer_than_the_timeout_has_a_status_of_its_own(chasqui, host):
    host(submit=Backlog(room=2).submit)
    done = chasqui("submit", "demo.sleep", "--each", "seconds", "--timeout", "0.1", input=lines(9))

    assert (exits.BUSY, b"1\n2\n") == (done.returncode, done.stdout)
    assert "up to 2 are acknowledged; go on from line 3" in done.stderr.decode()


def test_a_journal_that_cannot_be_written_for_longer_than_the_timeout_is_named(chasqui, host):
    why = "the journal /x/jobs.db cannot be written: the disk is full"

    def refusing(args):
        return {"results": [{"kind": "busy", "message": why} for _ in args["tasks"]]}

    host(submit=refusing)
    done = chasqui("submit", "demo.sleep", "--each", "seconds", "--timeout", "0.1", input=lines(2))

    assert exits.BUSY == done.returncode
    assert f"s: {why}; --timeout says how long" in done.stderr.decode()


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGINT, exits.INTERRUPTED), (signal.SIGTERM, exits.TERMINATED)],
)
def test_a_signal_says_which_line_comes_next(tmp_path, host, number, status):
    backlog = Backlog(room=300)
    host(submit=backlog.submit)
    with feeding(tmp_path) as feeder:
        present(feeder.stdin).write(lines(500))
        assert backlog.refused.wait(30)
        feeder.send_signal(number)
        out, errors = feeder.communicate(timeout=60)

    assert (status, lines(300)) == (feeder.returncode, out)
    assert "all lines up to 300 are acknowledged; go on from line 301" in errors.decode()


@pytest.mark.slow
def test_a_second_signal_says_what_is_in_and_what_may_be(tmp_path, host):
    backlog = Backlog(room=300)
    again, over = threading.Event(), threading.Event()

    def submit(args):
        if backlog.accepted:
            again.set()
            over.wait(60)  # the rest is neither accepted nor given back
        return backlog.submit(args)

    host(submit=submit)
    with feeding(tmp_path) as feeder:
        present(feeder.stdin).write(lines(500))
        assert again.wait(30)
        for number in (signal.SIGINT, signal.SIGTERM):
            feeder.send_signal(number)
        # A signal that comes just before a lock is waited for is seen only with the next.
        for _ in range(12):
            with contextlib.suppress(subprocess.TimeoutExpired):
                feeder.wait(5)
                break
            feeder.send_signal(signal.SIGTERM)
        out, errors = feeder.communicate(timeout=60)
        over.set()

    assert (exits.INTERRUPTED, lines(300)) == (feeder.returncode, out)
    assert "lines 301 to 500 were sent and not acknowledged" in errors.decode()
    assert "all lines up to 300 are acknowledged; go on from line 301" in errors.decode()


def test_a_host_that_goes_away_leaves_open_only_what_was_on_its_way(chasqui, host):
    backlog = Backlog()
    fake = host()

    def submit(args):
        return None if len(backlog.accepted) >= 1000 else backlog.submit(args)

    fake.handlers["submit"] = submit
    done = chasqui("submit", "demo.sleep", "--each", "seconds", input=lines(3000))

    text = done.stderr.decode()
    first = len(backlog.accepted) + 1
    assert exits.UNREACHABLE == done.returncode
    assert lines(first - 1) == done.stdout
    assert f"lines {first:,} to" in text and "not acknowledged" in text
    assert f"go on from line {first:,}" in text


def test_a_slow_input_is_acknowledged_line_by_line(tmp_path, host):
    host(submit=Backlog().submit)
    with feeding(tmp_path) as feeder:
        for number in (b"1\n", b"2\n"):
            present(feeder.stdin).write(b"0\n")
            assert number == present(feeder.stdout).readline()
        feeder.communicate(timeout=60)

    assert exits.DONE == feeder.returncode


def test_a_busy_host_is_asked_again(chasqui, host):
    backlog = Backlog()
    busy = iter([WireError("busy", "too many requests"), WireError("busy", "too many requests")])
    host(submit=lambda args: next(busy, None) or backlog.submit(args))
    done = chasqui("submit", "demo.sleep", "--each", "seconds", input=lines(3))

    assert (exits.DONE, lines(3)) == (done.returncode, done.stdout)


def test_an_unknown_type_or_parameter_is_refused_before_any_input_is_read(chasqui, host):
    fake = host(submit=Backlog().submit)
    type, name = (
        chasqui("submit", "demo.slep", "seconds=0"),
        chasqui("submit", "demo.sleep", "--each", "secs"),
    )

    assert (exits.NO_SUCH, exits.USAGE) == (type.returncode, name.returncode)
    assert b"did you mean demo.sleep" in type.stderr
    assert b"it has seconds" in name.stderr
    assert "submit" not in fake.verbs()


def test_a_line_too_long_for_a_request_is_refused_alone(chasqui, host):
    host(submit=Backlog().submit)
    long = b'"' * 900_000
    done = chasqui("submit", "demo.sleep", "--each", "seconds", input=b"0\n" + long + b"\n1\n")

    assert (exits.USAGE, b"1\n2\n") == (done.returncode, done.stdout)
    assert b"line 2 is a task of 1,8" in done.stderr


def test_a_reader_that_goes_away_ends_the_feeding(tmp_path, host):
    host(submit=Backlog().submit)
    with feeding(tmp_path) as feeder:
        present(feeder.stdout).close()
        present(feeder.stdin).write(b"0\n")
        feeder.stdout = None
        _, errors = feeder.communicate(timeout=60)

    assert exits.READER_GONE == feeder.returncode
    assert b"Traceback" not in errors


def test_a_host_that_goes_away_ends_a_feeder_that_waits_for_input(tmp_path, host):
    fake = host(submit=Backlog().submit)
    with feeding(tmp_path) as feeder:
        present(feeder.stdin).write(b"0\n")
        assert b"1\n" == present(feeder.stdout).readline()
        with pytest.raises(subprocess.TimeoutExpired):  # it has seen that no more has come yet
            feeder.wait(0.5)
        fake.drop()
        assert exits.UNREACHABLE == feeder.wait(30)  # its input is still open
        errors = present(feeder.stderr).read()

    assert b"the host has gone" in errors
    assert b"up to 1 are acknowledged; go on from line 2" in errors
