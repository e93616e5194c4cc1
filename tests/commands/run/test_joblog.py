"""`run --joblog`: what is in the log, what the next run leaves out, and what it refuses."""

from __future__ import annotations

import errno
import gc
import json
import os
import shlex
import stat
import warnings
from contextlib import closing
from types import SimpleNamespace
from typing import Any

import pytest

from chasqui.commands.given import Usage
from chasqui.commands.run import joblog
from chasqui.commands.run.form_printer import FormPrinter
from chasqui.commands.run.forms import Form, Shown
from chasqui.commands.run.joblog import JobLog
from chasqui.commands.run.joblog_lines import HEADER
from chasqui.commands.run.line_keys import ONLY, LineChanged, LineKey, key_of
from chasqui.commands.run.line_names import named
from chasqui.commands.run.logged_output import LoggedOutput
from chasqui.control.intake.lines import InputLine
from chasqui.engine.journal.slab import slab_of

COMMAND: dict[str, Any] = {"type": "demo.fail", "each": "message", "params": {"a": "1"}}
ROW = {
    "number": 1,
    "type": "demo.fail",
    "params": {"message": "x"},
    "state": "completed",
    "result": 0.5,
    "error": None,
    "ran": 0.25,
}


def line(number: int, text: str = "x") -> LineKey:
    return key_of(InputLine(number, text, 1))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "log"


@pytest.fixture
def opened(path):
    """Open the log; `failed` is --resume-failed."""

    def opened(resume=True, failed=False, command=COMMAND, stopping=False):
        return JobLog.open(
            path,
            command,
            resume=resume or failed,
            again_failed=failed,
            is_stopping=lambda: stopping,
        )

    return opened


def end(log: JobLog, key: LineKey, **changes: Any) -> None:
    """End a line whose row is printed."""
    row = {"line": key.number, **ROW, **changes}
    log.ended(key, SimpleNamespace(state=row["state"]), row)  # type: ignore[arg-type]
    log.printed(key)


@pytest.fixture
def logged(opened):
    """A log in which line 1 has completed, 2 has failed, and 4 was refused; 3 has no end."""
    with closing(opened(resume=False)) as log:
        end(log, line(4), number=None, state="failed")
        end(log, line(1))
        end(log, line(2), state="failed")
    return opened


def fields(path):
    """Return the fields of the lines of a log by their names."""
    header, *lines = path.read_text().splitlines()
    return [dict(zip(header.split("\t"), one.split("\t"), strict=True)) for one in lines]


def left(log, count=5):
    """Return which lines are run."""
    with closing(log):
        return [number for number in range(1, count + 1) if not log.has(line(number))]


# What is in it


def test_the_first_nine_columns_are_those_of_gnu_parallel(logged, path):
    first = path.read_text().splitlines()[0].split("\t")

    assert first[:9] == [
        *("Seq", "Host", "Starttime", "JobRuntime", "Send", "Receive", "Exitval", "Signal"),
        "Command",
    ]


def test_each_end_is_a_line_with_its_state_its_type_and_its_digest(logged, path):
    rows = fields(path)

    assert ["4", "1", "2"] == [row["Seq"] for row in rows]
    assert ["refused", "completed", "failed"] == [row["State"] for row in rows]
    assert ["1", "0", "1"] == [row["Exitval"] for row in rows]
    assert ("0.250", "demo.fail", line(1).digest) == tuple(
        rows[1][name] for name in ("JobRuntime", "Type", "Digest")
    )


def test_tabs_and_newlines_stay_within_one_field_that_a_shell_reads(opened, path):
    with closing(opened()) as log:
        end(log, line(1), params={"message": "a\tb\nc'd\x1b\udcff", "list": [1, "x\ty"]})

    command = fields(path)[0]["Command"]
    assert command == "demo.fail $'message=a\\tb\\nc\\'d\\033\\377' 'list=[1,\"x\\ty\"]'"
    assert command.isprintable()


def test_of_a_command_the_log_has_its_words(opened, path):
    with closing(opened()) as log:
        end(log, line(1), type="shell.run", params={"command": ["cp", "a b", "c\n"]})
        end(log, line(2), type="shell.run", params={"command": ["ls"], "cwd": "/x", "stdin": "y"})
        end(log, line(3), type="shell.run", params={"command": "ls  'a b'", "keep_bytes": 9})
        end(log, line(4), type="shell.run", params={"command": "ls '"})

    assert "cp 'a b' $'c\\n'" == fields(path)[0]["Command"]
    assert ["ls", "ls 'a b'"] == [row["Command"] for row in fields(path)[1:3]]
    assert "shell.run 'command=ls '\"'\"''" == fields(path)[3]["Command"]


def test_a_hostile_name_of_a_type_makes_no_second_line(opened, path):
    with closing(opened()) as log:
        end(log, line(1), type="a\n2\tb")

    assert [["1", "$'a\\n2\\tb'"]] == [[row["Seq"], row["Type"]] for row in fields(path)]


@pytest.mark.parametrize(
    ("changes", "exitval", "signal"),
    [
        ({"result": {"status": 3, "output": ""}}, "3", "0"),
        ({"state": "failed", "error": {"details": {"status": 7, "output": ""}}}, "7", "0"),
        ({"state": "failed", "error": {"details": {"status": -9, "output": ""}}}, "-1", "9"),
        ({"result": {"status": 200, "url": "x"}}, "0", "0"),
        ({"state": "failed", "error": {"type": "ValueError"}}, "1", "0"),
        ({"state": "cancelled"}, "1", "0"),
    ],
)
def test_the_exit_status_of_a_command_is_there_and_another_status_is_none(
    opened, path, changes, exitval, signal
):
    with closing(opened()) as log:
        end(log, line(1), **changes)

    assert (exitval, signal) == (fields(path)[0]["Exitval"], fields(path)[0]["Signal"])


def test_the_log_is_readable_by_its_owner_alone(logged, path):
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)


# What the next run leaves out


def test_what_has_any_end_is_not_run_again(logged):
    log = logged()

    assert (1, 1, 0, 1) == tuple(log.before)
    assert [3, 5] == left(log)


def test_what_has_failed_or_was_refused_runs_again_when_asked_for(logged):
    log = logged(failed=True)

    assert 1 == log.before.lines
    assert [2, 3, 4, 5] == left(log)


def test_the_last_end_of_a_line_counts(logged):
    with closing(logged(failed=True)) as log:
        end(log, line(2))

    log = logged(failed=True)
    assert 2 == log.before.completed
    assert [3, 4, 5] == left(log)


def test_what_an_interrupt_has_cancelled_has_no_end(opened):
    with closing(opened(stopping=True)) as log:
        end(log, line(1), state="cancelled")

    log = opened()
    assert [1] == left(log, 1)


def test_the_one_task_of_a_run_without_lines_is_left_out(opened):
    with closing(opened()) as log:
        end(log, ONLY)

    with closing(opened()) as log:
        assert log.has(ONLY)


def test_a_line_that_has_changed_is_refused_and_one_that_failed_may_be_mended(logged):
    with closing(logged()) as log:
        log.has(line(1))
        with pytest.raises(LineChanged, match="line 2 has changed"):
            log.has(line(2, "other"))
    with closing(logged(failed=True)) as log:
        log.has(line(1))
        assert not log.has(line(2, "other"))
    with closing(logged(failed=True)) as log, pytest.raises(LineChanged, match="1 has changed"):
        log.has(line(1, "other"))


def test_a_line_that_was_emptied_is_refused(logged):
    with closing(logged()) as log, pytest.raises(LineChanged, match="line 1 was emptied"):
        log.has(line(3))


def test_an_input_that_ends_before_lines_of_the_log_is_noticed(logged):
    with closing(logged()) as log:
        log.has(line(1))

        assert 4 == log.missing()


def test_a_line_with_a_number_beyond_reason_takes_no_more_memory_than_another(logged, path):
    raw = path.read_text().splitlines()[-1].split("\t")
    path.write_bytes(path.read_bytes() + "\t".join([f"{2**47}", *raw[1:]]).encode() + b"\n")

    with closing(logged()) as log:
        assert 2**47 == log.missing()


# What is taken away, and what is refused and stays as it was


@pytest.mark.parametrize("cut", range(1, 30, 7))
def test_half_a_line_at_the_end_is_taken_away(logged, path, cut):
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut])

    assert [2, 3, 5] == left(logged())
    assert b"".join(whole.splitlines(keepends=True)[:-1]) == path.read_bytes()


@pytest.mark.parametrize("text", [b"", HEADER[:7], HEADER])
def test_a_log_that_was_killed_in_its_first_line_begins_anew(opened, path, text):
    path.write_bytes(text)
    with closing(opened()) as log:
        end(log, line(1))

    assert HEADER == path.read_bytes().splitlines(keepends=True)[0]
    assert [2] == left(opened(), 2)


def broken(change):
    """Return the words of the mistake in a log after a change of its second line."""

    def changed(data):
        lines = data.splitlines(keepends=True)
        return b"".join([lines[0], change(lines[1]), *lines[2:]])

    return changed


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda _: b"a list of mine\n", "is no job log"),
        (lambda _: b"a list of mine", "is no job log"),
        (lambda data: data.replace(b"\tRun", b""), "is no job log"),
        (broken(lambda one: b"hello\n"), "line 2 is none of a job log"),
        (broken(lambda one: one.replace(b"refused", b"gone")), "line 2 is none of a job log"),
        (broken(lambda one: b"x" + one), "line 2 is none of a job log"),
        (broken(lambda one: b"-" + one), "line 2 is none of a job log"),
        (broken(lambda one: one[:-2] + b"\n"), "of another command: what it was given differs"),
    ],
)
def test_what_is_no_job_log_of_this_command_stays_as_it_was(logged, path, change, why):
    text = change(path.read_bytes())
    path.write_bytes(text)

    with pytest.raises(Usage, match=why):
        logged()
    assert text == path.read_bytes()


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ({**COMMAND, "type": "demo.sleep"}, "demo.fail, and this is demo.sleep"),
        ({**COMMAND, "each": "other"}, "what it was given differs"),
        ({**COMMAND, "params": {}}, "what it was given differs"),
    ],
)
def test_the_log_of_another_command_is_refused(logged, command, why):
    with pytest.raises(Usage, match=why):
        logged(command=command)


def test_the_order_of_parameters_makes_no_other_command(opened):
    with closing(opened(command={**COMMAND, "params": {"a": "1", "b": "2"}})) as log:
        end(log, line(1))

    with closing(opened(command={**COMMAND, "params": {"b": "2", "a": "1"}})) as log:
        assert log.has(line(1))


def test_a_log_that_is_there_is_not_used_without_resume(logged, path):
    text = path.read_bytes()

    with pytest.raises(Usage, match="say --resume to go on with it, or name another file"):
        logged(resume=False)
    assert text == path.read_bytes()


def test_a_log_that_a_run_writes_is_refused(opened):
    with closing(opened()), pytest.raises(Usage, match="of a run that has not ended"):
        opened()


def test_what_cannot_be_a_job_log_is_refused(opened, path):
    os.mkfifo(path)
    with pytest.raises(Usage, match="is no regular file"):
        opened()
    path.unlink()
    path.mkdir()
    with pytest.raises(Usage, match="Is a directory"):
        opened()
    with pytest.raises(Usage, match="null"):
        JobLog.open(
            path / "a\0b", COMMAND, resume=True, again_failed=False, is_stopping=lambda: False
        )


# Kills


def test_lines_that_ran_when_the_run_was_killed_are_named_until_they_have_an_end(
    opened, path, capfd
):
    log = opened()
    log._slab.begin(2, 1, 0)
    log._slab.begin(3, 1, 0)
    log._slab.finished(3, 1)
    log._slab.end(3)
    end(log, line(1))
    os.close(log._descriptor)  # as a kill leaves it

    for _ in range(2):
        log = opened()
        log.begin()
        assert "while lines 2 to 3 ran" in capfd.readouterr().err
        os.close(log._descriptor)
    with closing(opened()) as log:
        end(log, line(2))
        end(log, line(3))
    assert not slab_of(path).exists()


def test_a_line_that_may_have_run_says_so_to_its_body(opened):
    log = opened()
    log._slab.begin(2, 1, 0)
    os.close(log._descriptor)

    with closing(opened()) as log:
        ran = log._notes.of(2)
        assert ran is not None and (1, 1) == (ran.attempts, ran.crashes)


def test_the_slab_stays_when_a_body_still_runs_at_the_end(opened, path):
    with closing(opened()) as log:
        log._slab.begin(2, 1, 0)

    assert slab_of(path).exists()


# Printing


@pytest.fixture
def printing(opened, monkeypatch):
    """An output with a log, what is printed, and how often the run was told to look."""
    log, rows, told = opened(), [], []
    output = LoggedOutput(log, lambda: told.append(1))
    monkeypatch.setattr("chasqui.commands.run.output.write_all", lambda _, data: rows.append(data))
    yield output, log, rows, told
    log.close()


def full(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


def take(log, key):
    row = {"line": key.number, **ROW}
    log.ended(key, SimpleNamespace(state="completed"), row)


class Silent(Form):
    """A form with a head, in which a row is nothing."""

    head = b"head\n"

    def shown(self, key, row, data):
        return Shown(b"", "")


def test_a_task_that_wrote_nothing_is_in_the_log_and_the_head_is_no_row(printing, path):
    output, log, rows, _ = printing
    printer = FormPrinter(output, Silent())
    take(log, line(1))
    take(log, line(2))
    printer.put(line(2), ROW, b"")

    assert ([b"head\n", b""], ["2"]) == (rows, [row["Seq"] for row in fields(path)])


def test_a_row_that_is_not_printed_is_not_in_the_log_and_is_named(printing, path, monkeypatch):
    output, log, _, told = printing
    monkeypatch.setattr("chasqui.commands.run.output.write_all", full)
    for number in (1, 2, 3):
        take(log, line(number))
        output.write_line(b"row\n", line(number))

    assert (HEADER, 3, [1], True) == (path.read_bytes(), output.unprinted, told, output.is_over)
    assert "lines 1 to 3 ended, and no row could be printed; see --resume" == log.problem


def test_a_row_whose_line_finds_no_room_is_printed_and_named(printing, path, monkeypatch):
    output, log, rows, _ = printing

    def half(descriptor, data):
        os.write(descriptor, data[:9])
        full()

    monkeypatch.setattr(joblog, "write_all", half)
    for number in (1, 2):
        take(log, line(number))
        output.write_line(b"row\n", line(number))

    assert ([b"row\n"] * 2, HEADER, 2) == (rows, path.read_bytes(), output.unprinted)
    assert output.is_over and "the job log cannot be written" == output.end
    assert log.problem.endswith("No space left on device; lines 1 to 2 ended without being in it")


def test_what_ends_after_the_run_is_over_is_not_written(opened, path):
    log = opened()
    log.close()
    take(log, line(1))

    assert not log.printed(line(1))
    assert HEADER == path.read_bytes()


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ([7], "line 7"),
        ([3, 1, 2], "lines 1 to 3"),
        ([1, 1200, 3, 4], "lines 1, 3 to 4 and 1,200"),
    ],
)
def test_lines_that_follow_each_other_are_named_together(numbers, words):
    assert words == named(numbers)


# The command


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("--resume", b"--resume goes on with a job log; say --joblog FILE as well\n"),
        ("--resume-failed", b"--resume-failed goes on with a job log; say --joblog FILE as well\n"),
        ("--resume --journal j", b"with --journal a repeated run goes on by itself\n"),
        ("--joblog l --journal j", b"give one of them\n"),
        ("--joblog l --dry-run", b"--dry-run runs nothing, so it takes no --joblog\n"),
        ("--joblog in", b"in: is the input; --joblog needs a file of its own\n"),
        ("--joblog a --failures a", b"a: is the file of --failures; --joblog needs a file"),
        ("--joblog /dev/stdout", b"/dev/stdout: is the output; --joblog needs a file of its own"),
        ("--joblog l --host", b"--joblog is not for --host; a host keeps a journal of its own\n"),
    ],
)
def test_options_that_do_not_go_together_are_refused(capfd, monkeypatch, tmp_path, words, why):
    from chasqui.cli import main

    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").write_text("0\n")
    status = main(["run", "demo.sleep", "--each", "seconds", "in", *shlex.split(words)])
    with warnings.catch_warnings():  # what a refused run has open ends with its process, not here
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()

    assert 2 == status
    assert why in capfd.readouterr().err.encode()
    assert ["in"] == sorted(one.name for one in tmp_path.iterdir() if one.is_file())


@pytest.mark.slow
def test_what_cannot_be_written_beside_a_log_is_named_and_the_log_can_still_begin(by_shell):
    line = "run demo.sleep seconds=0 --joblog log"
    # A file of bytecode that was cut off would break the Python of the tests after this one.
    refused = by_shell(line, before="ulimit -f 8; export PYTHONDONTWRITEBYTECODE=1;")
    begun = by_shell(line)

    said = "log.slab: cannot be written: File too large; a job log has what runs in it"
    assert (2, f"chasqui-tui: {said}\n") == (refused.returncode, refused.stderr.decode())
    assert 0 == begun.returncode


@pytest.mark.slow
def test_a_run_goes_on_where_its_log_ends(chasqui, tmp_path):
    words = ("run", "demo.sleep", "--each", "seconds", "in", "--joblog", "log")
    (tmp_path / "in").write_text("0\n\n0.001\nx\n")
    first = chasqui(*words)
    (tmp_path / "in").write_text("0\n\n0.001\n0.002\n0\n")
    changed = chasqui(*words, "--resume")
    again = chasqui(*words, "--resume-failed")

    assert (2, [1, 3, 4]) == (first.returncode, sorted(lines_of(first)))
    assert (2, []) == (changed.returncode, lines_of(changed))
    assert b"line 4 has changed since it was run, and log has its end" in changed.stderr
    assert (0, [4, 5]) == (again.returncode, sorted(lines_of(again)))
    assert b"2 lines done before; accepted 2 = completed 2" in again.stderr
    assert ["1", "3", "4", "4", "5"] == sorted(row["Seq"] for row in fields(tmp_path / "log"))


def lines_of(done):
    return [json.loads(row)["line"] for row in done.stdout.splitlines()]


def test_a_secret_is_masked_in_the_log_as_in_rows(chasqui, plugin, tmp_path):
    plugin("locked", LOCKED)
    (tmp_path / "in").write_text("hunter2\n")
    chasqui("run", "locked.unlock", "--each", "key", "in", "--joblog", "log")

    assert "hunter2" not in (tmp_path / "log").read_text()
    assert "refused" == fields(tmp_path / "log")[0]["State"]


LOCKED = """
from typing import Annotated
from chasqui import Secret, hookimpl, task

@task
def unlock(key: Secret) -> None:
    pass

@hookimpl
def chasqui_tasks():
    return [unlock]
"""
