"""Real commands, run as tasks."""

from __future__ import annotations

import logging
import os
import pickle
import sys
from pathlib import Path

import pytest

from chasqui import InvalidParameters, TimeLimit
from chasqui.commands.rows import row_of
from chasqui.testing import FakeClock
from chasqui_shell.command import CannotRun
from chasqui_shell.guard import Guard
from chasqui_shell.output import LINES_A_SECOND
from chasqui_shell.process import Process
from chasqui_shell.run import CommandFailed, Finished

from .conftest import await_output

PYTHON = [sys.executable, "-c"]


def test_both_streams_are_kept_in_the_order_they_were_written(run):
    finished = run(["sh", "-c", "echo one; echo two >&2; echo three"])

    assert (0, "one\ntwo\nthree\n", 14, 0) == (
        finished.status,
        finished.output,
        finished.bytes,
        finished.left_out,
    )


def test_no_shell_expands_a_command(run, tmp_path):
    (tmp_path / "file").touch()

    finished = run("""echo $HOME * ~ `id` $(id) "a  b"; ls""", cwd=tmp_path)

    assert "$HOME * ~ `id` $(id) a  b; ls\n" == finished.output


def test_standard_input_is_at_its_end_whatever_the_engines_is(run):
    reader, writer = os.pipe()
    own = os.dup(0)
    os.dup2(reader, 0)
    os.write(writer, b"the engine's input")
    os.close(writer)
    try:
        finished = run(["cat"])
    finally:
        os.dup2(own, 0)
        os.close(own)
        os.close(reader)

    assert "" == finished.output


def test_a_command_reads_what_it_is_given(run):
    assert "two\none\n" == run(["tac"], stdin="one\ntwo\n").output
    assert b"caf\xe9" == run(["cat"], stdin="caf\udce9").output.encode("utf-8", "surrogateescape")
    with pytest.raises(CannotRun, match=r"stdin has the character '\\ud800'"):
        run(["cat"], stdin="\ud800")


def test_a_command_that_writes_while_it_reads_more_than_a_pipe_holds_is_waited_for_by_nothing(run):
    text = "0123456789abcde\n" * 64 * 1024

    finished = run(["cat"], stdin=text, keep_bytes=len(text))

    assert (text, 0) == (finished.output, finished.left_out)


@pytest.mark.parametrize("script", ["head -c 5", "echo read", "exec <&-; echo read; sleep 0.1"])
def test_a_command_that_leaves_its_input_unread_is_no_failure(run, script):
    assert run(["sh", "-c", script], stdin="read\n" + "x" * 2**20).output == "read\n"


def test_a_command_that_reads_nothing_of_much_is_ended_by_a_cancel(engine_with):
    engine = engine_with(grace=0.1)
    task = engine.submit(
        "shell.run", {"command": ["sh", "-c", "echo; sleep 1000"], "stdin": "x" * 2**20}
    )
    await_output(task)

    task.cancel()
    task.wait(60)

    assert "cancelled" == task.state


def test_what_a_command_wrote_is_in_the_error_of_its_time_limit(engine_with):
    clock = FakeClock()
    engine = engine_with(clock=clock)
    script = "trap 'echo last; exit 0' TERM; echo first; sleep 1000 & wait"
    task = engine.submit("shell.run", {"command": ["sh", "-c", script]}, time_limit=5)
    await_output(task)

    clock.advance(6)
    with pytest.raises(TimeLimit) as caught:
        task.result(60)

    details = caught.value.details
    assert (0, "first\nlast\n", 11) == (details.status, details.output, details.bytes)


def test_what_a_cancelled_command_wrote_is_in_its_row(engine_with):
    engine = engine_with()
    task = engine.submit("shell.run", {"command": ["sh", "-c", "echo first; exec sleep 1000"]})
    await_output(task)

    task.cancel()
    task.wait(60)

    error = row_of(1, task)["error"]
    assert ("Cancelled", "cancelled") == (error["type"], error["message"])
    assert (-15, "first\n") == (error["details"]["status"], error["details"]["output"])


def test_a_command_runs_where_it_is_told_to(run, tmp_path):
    assert f"{tmp_path.resolve()}\n" == run("pwd -P", cwd=tmp_path).output
    assert f"{Path.cwd().resolve()}\n" == run("pwd -P").output


def test_a_command_gets_the_allowed_part_of_the_environment(engine_with, monkeypatch):
    monkeypatch.setenv("CANARY_ONE", "secret-one")
    monkeypatch.setenv("CANARY_TWO", "secret-two")
    engine = engine_with(pass_env=["CANARY_TWO"])

    task = engine.submit("shell.run", {"command": "env", "env": {"MORE": "a=b"}})

    listed = task.result(60).output.splitlines()
    assert "CANARY_TWO=secret-two" in listed
    assert "MORE=a=b" in listed
    assert f"PATH={os.environ['PATH']}" in listed
    assert not [line for line in listed if line.startswith("CANARY_ONE")]


def test_a_command_inherits_no_open_file(run):
    reader, writer = os.pipe()
    os.set_inheritable(writer, True)
    try:
        with pytest.raises(CommandFailed, match="Bad file descriptor"):
            run([*PYTHON, f"import os; os.write({writer}, b'leak')"])
    finally:
        os.close(reader)
        os.close(writer)


def test_a_command_leads_its_own_session_and_group(run):
    finished = run([*PYTHON, "import os; print(os.getsid(0) == os.getpgrp() == os.getpid())"])

    assert "True\n" == finished.output


@pytest.mark.parametrize(
    ("status", "expect"), [("0", [0]), ("3", [0, 3]), ("7", []), ("255", [255])]
)
def test_an_expected_status_is_no_failure(run, status, expect):
    assert int(status) == run(["sh", "-c", f"exit {status}"], expect=expect).status


@pytest.mark.parametrize(("status", "expect"), [("1", [0]), ("0", [1]), ("3", [2, 4])])
def test_another_status_is_a_failure_that_says_what_was_written_last(run, status, expect):
    script = f"seq 100; echo to stderr >&2; exit {status}"

    with pytest.raises(CommandFailed) as failed:
        run(["sh", "-c", script], expect=expect)

    last = "\n".join([*map(str, range(82, 101)), "to stderr"])
    said = f"sh -c {script} exited with status {status}; it wrote last:\n{last}"
    assert said == str(failed.value)
    assert int(status) == failed.value.finished.status
    assert ["sh", "-c", script] == failed.value.words
    assert failed.value.finished is failed.value.details


@pytest.mark.parametrize("expect", [[0], []])
def test_a_signal_is_named_and_a_failure_unless_it_was_expected(run, expect):
    kill = ["sh", "-c", "kill -KILL $$"]

    with pytest.raises(CommandFailed, match=r"was ended by SIGKILL and wrote nothing"):
        run(kill, expect=expect)
    assert -9 == run(kill, expect=[-9]).status


def test_a_failure_survives_the_way_to_another_process():
    failed = CommandFailed(["a", "b"], Finished(3, "out", 3, 0, 0.1))

    again = pickle.loads(pickle.dumps(failed))

    assert (str(failed), failed.finished) == (str(again), again.finished)


def test_bytes_that_are_not_utf8_survive(run):
    finished = run(["printf", r"\377caf\351\n"])

    assert b"\xffcaf\xe9\n" == finished.output.encode("utf-8", "surrogateescape")
    with pytest.raises(CommandFailed, match=r"last:\ncaf\\xe9"):
        run(["sh", "-c", r"printf 'caf\351\n'; exit 1"])


def test_an_argument_that_is_not_utf8_reaches_the_command(run):
    assert "caf\udce9" == run(["printf", "%s", "caf\udce9"]).output


def test_a_flood_is_bounded_and_counted(engine_with, caplog):
    caplog.set_level(logging.INFO, logger="chasqui.task")
    engine = engine_with(keep_bytes=1000)

    flood = "for _ in range(1000): print(('x' * 19 + '\\n') * 1000, end='')"
    task = engine.submit("shell.run", {"command": [*PYTHON, flood]})

    finished = task.result(60)
    assert 20_000_000 == finished.bytes
    assert 20_000_000 == finished.left_out + 2000
    assert f"\n[{finished.left_out:,} bytes left out]\n" in finished.output
    assert (20_000_000, None, "bytes of output") == task.progress
    lines = [record.message.partition(": ")[2] for record in caplog.records]
    missed = [int(line[1:].split()[0].replace(",", "")) for line in lines if line[0] == "["]
    logged = lines.count("x" * 19)
    assert 1_000_000 == logged + sum(missed)
    assert LINES_A_SECOND <= logged <= LINES_A_SECOND * (finished.seconds + 2)


def test_a_task_may_keep_more_or_less_than_the_setting(run):
    assert 0 == run(["seq", "1000"], keep_bytes=2000).left_out
    assert "1\n\n[3,889 bytes left out]\n0\n" == run(["seq", "1000"], keep_bytes=2).output
    with pytest.raises(InvalidParameters, match="keep_bytes"):
        run(["seq", "1"], keep_bytes=-1)


def test_lines_are_logged_with_the_task_they_belong_to(run, caplog):
    caplog.set_level(logging.INFO, logger="chasqui.task")

    run(["printf", "50%% done\nend"])

    assert ["task 1 shell.run: 50% done", "task 1 shell.run: end"] == [
        record.message for record in caplog.records
    ]


def test_the_same_output_is_kept_when_nothing_is_logged(run, caplog):
    caplog.set_level(logging.WARNING, logger="chasqui.task")

    assert "out\n" == run("echo out").output
    assert [] == caplog.records


@pytest.mark.parametrize(
    ("command", "params", "says"),
    [
        ("no-such-program x", {}, "there is no program 'no-such-program' on PATH"),
        ("", {}, "the command is empty"),
        ("echo 'a", {}, "cannot be split"),
        ("echo", {"cwd": "/no/such/folder"}, "cwd /no/such/folder does not exist"),
        ("echo", {"env": {"A=B": "x"}}, "no variable can have"),
        (
            ["echo", "x" * 3_000_000],
            {},
            "echo cannot be started: its words and its environment are longer",
        ),
        (["echo", "\ud800"], {}, r"the command has the character '\\ud800', which no program can"),
    ],
)
def test_what_cannot_be_run_fails_with_a_sentence(run, command, params, says):
    with pytest.raises(CannotRun, match=says):
        run(command, **params)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("#!/no/such/interpreter\n", "the interpreter that it names does not exist"),
        ("not a program", "it is neither a program for this machine nor a script"),
    ],
)
def test_a_file_that_only_looks_like_a_program_is_said(run, tmp_path, content, says):
    (tmp_path / "tool").write_text(content)
    (tmp_path / "tool").chmod(0o755)

    with pytest.raises(CannotRun, match=f"tool cannot be started: {says}"):
        run("./tool", cwd=tmp_path)


def test_a_folder_that_goes_before_the_start_is_said(tmp_path):
    gone = tmp_path / "gone"

    with pytest.raises(CannotRun, match=r"its folder .*gone cannot be entered any more"):
        Process(
            ["true"],
            Path("/bin/true"),
            folder=gone,
            environment={},
            guard=Guard(1.0),
            grace=1.0,
            on_output=lambda data: None,
        )


def test_with_allow_only_those_programs_run(engine_with):
    engine = engine_with(allow=["echo"])

    assert "hi\n" == engine.submit("shell.run", {"command": "echo hi"}).result(60).output
    with pytest.raises(CannotRun, match="'cat' is not allowed here"):
        engine.submit("shell.run", {"command": "cat /etc/passwd"}).result(60)


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [({"grace": -1}, "grace"), ({"keep_bytes": 2**40}, "keep_bytes"), ({"alow": []}, "alow")],
)
def test_wrong_settings_are_named(engine_with, settings, wrong):
    engine = engine_with(**settings)

    [info] = [info for info in engine.plugins.infos if info.name == "shell"]
    assert "failed" == info.status
    assert wrong in info.problem
