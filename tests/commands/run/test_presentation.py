"""`run`: order and forms of the output, by the command itself."""

from __future__ import annotations

import json

import pytest

from tests.commands.hosting import Backlog, fate
from tests.commands.running import Running
from tests.waiting import until

OUTPUT = {"status": 1, "output": "x", "bytes": 1, "left_out": 0, "seconds": 1.0}


@pytest.mark.slow
def test_with_keep_order_rows_are_in_the_order_of_the_input(chasqui, rows):
    lines = b"0.3\n\nnonsense\n0\n0.1\n0\n"
    done = chasqui("run", "demo.sleep", "--each", "seconds", "-k", input=lines)

    assert [1, 3, 4, 5, 6] == [row["line"] for row in rows(done)]


@pytest.mark.slow
def test_text_is_what_commands_wrote_in_order_and_tagged(chasqui):
    lines = b"sh -c 'sleep 0.3; echo a; echo b'\nprintf c\nsh -c 'echo d; exit 3'\n"
    done = chasqui(
        *("run", "shell.run", "--each", "command", "--keep-order", "--output=text", "--tag"),
        input=lines,
    )
    one, two, three = lines.splitlines()

    expected = b"%b\ta\n%b\tb\n%b\tc%b\td\n" % (one, one, two, three)
    assert (1, expected) == (done.returncode, done.stdout)
    assert b"chasqui-tui: line 3: shell.run failed: CommandFailed: sh -c" in done.stderr


@pytest.mark.slow
def test_the_tag_of_a_record_is_the_values_of_its_columns(chasqui):
    words = ("--csv", "-k", "--output=text", "--tag", "--", "echo", "{2}")
    done = chasqui("run", *words, input=b"a,1\n'b c',2\n")

    assert b"a 1\t1\n'b c' 2\t2\n" == done.stdout


@pytest.mark.slow
def test_what_failed_is_on_standard_error_and_text_on_the_output(chasqui):
    lines = b'{"type": "demo.fail", "params": {"message": "a"}}\n{"type": "demo.sleep"}\nno\n'
    done = chasqui("run", "--jobs", "-", "--output=text", input=lines)
    failed, ledger = (b"line 1: demo.fail failed: RuntimeError: a", b"accepted 1 = completed 0")

    assert (2, b"") == (done.returncode, done.stdout)
    assert failed in done.stderr
    assert ledger in done.stderr
    assert 1 == done.stderr.count(b"line 3")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--tag"], "--tag is for the lines of --output=text; say that as well"),
        (
            ["--output=text", "--journal=j.db"],
            "--output=text is not for --journal, which prints each row once, whole; leave it out",
        ),
        (
            ["--output=text", "--dry-run"],
            "--dry-run prints what lines become, as rows; leave out --output=text",
        ),
        (
            ["--columns=line", "--journal=j.db"],
            "--columns is not for --journal, which prints each row once, whole; leave it out",
        ),
        (
            ["--columns=line", "--output=text"],
            "--columns chooses keys of rows; leave it out, or --output=text",
        ),
        (["--columns=x"], "--columns: rows have no key 'x'; there are line,"),
        (["--host", "-k"], "--keep-order is not for --host; its rows come as tasks end"),
    ],
)
def test_what_does_not_go_together_is_refused_before_anything_runs(chasqui, tmp_path, words, why):
    done = chasqui("run", "demo.fail", *words)

    assert (2, b"") == (done.returncode, done.stdout)
    assert why in done.stderr.decode()
    assert not (tmp_path / "j.db").exists()


@pytest.mark.slow
def test_a_kept_order_goes_on_with_its_journal(chasqui, rows):
    words = ("run", "demo.sleep", "--each", "seconds", "-k", "--journal=j.db")
    first = chasqui(*words, input=b"0.2\n0\n")
    second = chasqui(*words, input=b"0.2\n0\n0.1\n0\n")

    assert [[1, 2], [3, 4]] == [[row["line"] for row in rows(done)] for done in (first, second)]
    assert {"completed"} == {json.loads(line)["state"] for line in second.stdout.splitlines()}


@pytest.mark.slow
def test_at_a_stop_what_has_ended_is_printed_in_order_whatever_the_lines_before_it_do(tmp_path):
    run = Running(tmp_path, "shell.run", "--each", "command", "--workers=2", "-k")
    run.feed(b"true\nsleep 60\ntouch done\n")
    run.row()
    until((tmp_path / "done").exists)
    run.interrupt()
    _, output, _ = run.end()

    ended = [(row["line"], row["state"]) for row in map(json.loads, output.splitlines())]
    assert [(2, "cancelled"), (3, "completed")] == ended


@pytest.mark.parametrize(
    ("words", "output"),
    [
        (["--output=text"], b"a\nx"),
        (["--output=csv", "--columns=line,state"], b"line,state\n1,completed\n2,failed\n"),
    ],
)
def test_a_host_gives_rows_in_every_form_that_a_run_has(chasqui, host, words, output):
    failed = {"type": "CommandFailed", "message": "no; it wrote last:\nx", "details": OUTPUT}
    one = {**fate(1), "result": {**OUTPUT, "output": "a\n"}}
    answer = {"fates": [one, fate(2, "failed", failed)], "open": []}
    host(submit=Backlog().submit, **{"await": lambda _: answer})
    done = chasqui("run", "demo.sleep", "--each", "seconds", "--host", *words, input=b"5\n6\n")

    said = b"chasqui-tui: line 2: demo.sleep failed: CommandFailed: no\n"
    assert (1, output) == (done.returncode, done.stdout)
    assert (said in done.stderr) == (words == ["--output=text"])


@pytest.mark.slow
def test_a_table_has_its_header_first_also_without_rows(chasqui):
    words = ("run", "demo.fail", "--each", "message", "--columns=line,error.message")
    done = chasqui(*words, "--output=csv", input=b"a,b\n")
    empty = chasqui(*words, "--output=tsv", input=b"")

    assert b'line,error.message\n1,"a,b"\n' == done.stdout
    assert b"line\terror.message\n" == empty.stdout
