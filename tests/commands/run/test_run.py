"""`run`: rows, order, refusals, and where the input comes from."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from chasqui import Engine
from tests.commands.running import Running

KEYS = ["line", "number", "type", "params", "state", "attempts", "result", "error", "waited", "ran"]


@pytest.mark.slow
def test_a_row_has_its_keys_in_order(chasqui, rows):
    done = chasqui("run", "demo.sleep", "seconds=0")
    (row,) = rows(done)

    assert (0, KEYS) == (done.returncode, list(row))
    assert (1, 1, "demo.sleep", {"seconds": 0.0}, "completed", 1, None) == (
        row["line"],
        row["number"],
        row["type"],
        row["params"],
        row["state"],
        row["attempts"],
        row["error"],
    )
    assert b"accepted 1 = completed 1" in done.stderr


def test_a_failure_is_a_row_with_its_error_and_exit_1(chasqui, rows):
    done = chasqui("run", "demo.fail", "message=oh no")

    assert 1 == done.returncode
    assert {"type": "RuntimeError", "message": "oh no"} == rows(done)[0]["error"]


@pytest.mark.slow
def test_a_run_takes_the_options_of_a_submission(chasqui, rows):
    words = ("--time-limit=0.1", "--priority=-3", "--delay=0.01", "--pool=default")
    done = chasqui("run", "demo.sleep", "seconds=60", *words)

    (row,) = rows(done)
    assert ("failed", "TimeLimit") == (row["state"], row["error"]["type"])


def test_a_run_in_a_pool_that_does_not_exist_runs_nothing(chasqui):
    done = chasqui("run", "demo.sleep", "seconds=0", "--pool=x", "--workers=2")

    assert (2, b"") == (done.returncode, done.stdout)
    assert b"chasqui-tui: unknown pool 'x'; there are default" in done.stderr


@pytest.mark.slow
def test_each_line_is_a_task_with_the_fixed_parameters(chasqui, rows):
    done = chasqui("run", "demo.fail", "--each", "message", input=b"a\n\nb\r\nc")

    said = {row["line"]: row["error"]["message"] for row in rows(done)}
    assert {1: "a", 3: "b", 4: "c"} == said


def test_a_parameter_that_is_given_twice_is_refused(chasqui):
    done = chasqui("run", "demo.sleep", "seconds=1", "seconds=2")

    assert (2, b"") == (done.returncode, done.stdout)
    assert b"seconds is given twice" in done.stderr


NOT_READ = (
    "chasqui-tui: standard input is not read; to run a task for each of its lines, say --each PARAM"
)


@pytest.mark.slow
def test_input_that_nobody_asked_for_is_named_and_not_read(tmp_path, chasqui):
    (tmp_path / "lines").write_text("ana\n")
    for words in (["demo.fail", "message=x"], ["demo.fail", "--dry-run"]):
        command = [sys.executable, "-m", "chasqui", "run", *words]
        with (tmp_path / "lines").open("rb", buffering=0) as lines:
            done = subprocess.run(command, cwd=tmp_path, stdin=lines, capture_output=True)
            assert b"ana\n" == lines.read()
        assert 1 == len(done.stdout.splitlines())
        assert NOT_READ == done.stderr.decode().splitlines()[0]
    done = chasqui("run", "demo.fail", input=b"ana\n")
    assert [NOT_READ] == [line for line in done.stderr.decode().splitlines() if "input" in line]
    assert b"input" not in chasqui("run", "demo.fail", "--each", "message", input=b"ana\n").stderr


@pytest.mark.parametrize("redirection", ["</dev/null", "<&-", "<empty"])
def test_where_there_is_no_input_nothing_is_said_of_it(tmp_path, redirection):
    (tmp_path / "empty").touch()
    done = subprocess.run(
        f"{sys.executable} -m chasqui run demo.sleep seconds=0 {redirection}",
        shell=True,
        cwd=tmp_path,
        capture_output=True,
    )

    assert (0, 1) == (done.returncode, len(done.stderr.splitlines())), done.stderr


def test_nothing_is_said_of_a_pipe_that_has_ended_empty(tmp_path):
    reader, writer = os.pipe()
    os.close(writer)
    command = [sys.executable, "-m", "chasqui", "run", "demo.sleep", "seconds=0"]
    done = subprocess.run(command, cwd=tmp_path, stdin=reader, capture_output=True)
    os.close(reader)

    assert (0, 1) == (done.returncode, len(done.stderr.splitlines())), done.stderr


@pytest.mark.slow
def test_a_pipe_that_is_still_open_is_named(tmp_path):
    run = Running(tmp_path, "demo.sleep", "seconds=0")
    assert NOT_READ == run.message().decode().strip()
    run.end()


def test_lines_come_from_a_file(chasqui, rows, tmp_path):
    (tmp_path / "list").write_text("0\n0\n")

    done = chasqui("run", "demo.sleep", "--each", "seconds", "list", "--workers", "1")
    assert [1, 2] == [row["line"] for row in rows(done)]


@pytest.mark.slow
def test_rows_come_in_order_of_finishing(chasqui, rows):
    done = chasqui("run", "demo.sleep", "--each", "seconds", input=b"0.5\n0\n")

    assert [2, 1] == [row["line"] for row in rows(done)]


@pytest.mark.slow
def test_a_refused_line_has_its_row_and_the_others_run(chasqui, rows):
    long = b"9" * (1024 * 1024 + 1)
    done = chasqui("run", "demo.sleep", "--each", "seconds", input=b"0\nx\n" + long + b"\n0\n")
    by_line = {row["line"]: row for row in rows(done)}

    assert 2 == done.returncode
    assert ["completed", "failed", "failed", "completed"] == [
        by_line[line]["state"] for line in (1, 2, 3, 4)
    ]
    assert (None, 0, "InvalidParameters") == (
        by_line[2]["number"],
        by_line[2]["attempts"],
        by_line[2]["error"]["type"],
    )
    assert "InvalidLine" == by_line[3]["error"]["type"]
    assert b"line 3 is 1,048,577 bytes long" in done.stderr


@pytest.mark.slow
def test_a_refused_record_is_shown_as_it_stands_in_the_input(chasqui, rows, tmp_path):
    words = ("run", "--csv", "--joblog", "log", "--", "true")
    done = chasqui(*words, input=b'1,2\n3\n"4\n5,6\n')
    refused = {row["line"]: row["params"] for row in rows(done) if row["number"] is None}
    log = (tmp_path / "log").read_text().splitlines()

    assert {2: "3", 3: '"4\n5,6'} == refused
    assert ["- 3"] == [line.split("\t")[8] for line in log if line.startswith("2\t")]


@pytest.mark.slow
def test_jobs_name_their_types_and_what_failed_can_be_given_back(chasqui, rows, tmp_path):
    jobs = [
        {"type": "demo.fail", "params": {"message": {"bytes": "Y2Fm6Q=="}}},
        {"type": "demo.sleep", "params": {"seconds": 0}},
    ]
    text = "".join(json.dumps(job) + "\n" for job in jobs).encode()
    first = chasqui("run", "--jobs", "-", "--failures", "failed", input=text)
    again = chasqui("run", "--jobs", "failed")

    assert (1, 1) == (first.returncode, again.returncode)
    assert {"message": {"bytes": "Y2Fm6Q=="}} == rows(again)[0]["params"]
    assert 1 == len(rows(again))


@pytest.mark.slow
def test_failures_that_an_engine_exports_are_jobs(chasqui, rows, tmp_path):
    hostile = ["caf\udce9", 'quote " and \\', "ünï\ncode", '{"bytes": "x"}']
    with Engine(1, plugins=["demo"]) as engine:
        for message in hostile:
            engine.submit("demo.fail", {"message": message})
        engine.submit("demo.sleep", {"seconds": 1e-9}, time_limit=1e-10)
        engine.shutdown(60)
        outcome = engine.failures.export(tmp_path / "failed", engine.failures.where())
    done = chasqui("run", "--jobs", "failed")
    again = sorted(rows(done), key=lambda row: row["line"])

    assert (5, ()) == (len(outcome.numbers), outcome.skipped)
    assert (1, [*["failed"] * 4, "completed"]) == (done.returncode, [row["state"] for row in again])
    assert {"bytes": "Y2Fm6Q=="} == again[0]["params"]["message"]
    assert [*hostile[1:], 1e-9] == [next(iter(row["params"].values())) for row in again[1:]]


@pytest.mark.slow
def test_rows_can_be_given_back_as_jobs(chasqui, rows):
    first = chasqui("run", "demo.sleep", "--each", "seconds", input=b"0\n0\n")
    again = chasqui("run", "--jobs", "-", input=first.stdout)

    assert ([0.0, 0.0], 0) == ([row["params"]["seconds"] for row in rows(again)], again.returncode)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("job", "said"),
    [
        (b"{", "is not JSON"),
        (b"[]", 'an object with a "type"'),
        (b'{"type": "demo.sleep", "parms": {}}', "unknown key 'parms'"),
        (b'{"type": "demo.sleep", "params": []}', "an object as its"),
        (b'{"type": "demo.slep"}', "did you mean demo.sleep"),
        (b'{"type": "demo.sleep", "params": {"seconds": {"bytes": "!"}}}', "cannot be read"),
        (b"[" * 100_000, "is not JSON"),
    ],
)
def test_a_broken_job_is_named_by_its_line(chasqui, rows, job, said):
    done = chasqui("run", "--jobs", "-", input=b'{"type": "demo.fail"}\n' + job + b"\n")

    assert 2 == done.returncode
    assert said in rows(done)[-1]["error"]["message"] or said in rows(done)[0]["error"]["message"]
    assert b"line 2" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_dry_run_checks_everything_and_runs_nothing(chasqui, rows):
    done = chasqui("run", "demo.sleep", "--each", "seconds", "--dry-run", input=b"3600\nx\n")

    assert 2 == done.returncode
    assert {"line": 1, "type": "demo.sleep", "params": {"seconds": 3600.0}} == rows(done)[0]
    assert "failed" == rows(done)[1]["state"]
    assert b"\nchasqui-tui: 1 line refused\n" == done.stderr[done.stderr.index(b"\n") :]


def test_a_path_that_is_not_utf8_goes_through(chasqui, rows, tmp_path):
    name = os.fsdecode(b"caf\xe9")
    done = chasqui("run", "demo.fail", "--each", "message", "-0", input=b"caf\xe9\0")

    assert name == os.fsdecode(b"caf\xe9")
    assert {"bytes": "Y2Fm6Q=="} == rows(done)[0]["params"]["message"]


def test_a_locale_that_is_not_utf8_changes_no_row(chasqui, rows):
    done = chasqui(
        "run", "demo.fail", "--each", "message", input="日本\n".encode(), LC_ALL="C", PYTHONUTF8="0"
    )

    assert "日本" == rows(done)[0]["params"]["message"]


@pytest.mark.slow
def test_the_number_of_workers_is_that_of_the_pool_that_the_type_runs_in(chasqui, rows, tmp_path):
    (tmp_path / "config.toml").write_text(
        "[engine]\n[pools.naps]\nworkers = 3\n[types.'demo.sleep']\npool = 'naps'\n"
    )
    words = ["run", "demo.sleep", "--each", "seconds", "--workers", "1"]
    done = chasqui(*words, input=b"0.05\n0.03\n0.01\n")

    assert [1, 2, 3] == [row["line"] for row in rows(done)], "they were not run at the same time"
    done = chasqui("run", "--jobs", "-", "--workers", "1")
    assert 2 == done.returncode
    assert b"--workers sizes one pool" in done.stderr


def test_a_run_leaves_the_journal_of_the_config_alone(chasqui, tmp_path):
    (tmp_path / "config.toml").write_text('[engine]\nname = "kept"\n[journal]\npath = "jobs.db"\n')

    done = chasqui("run", "demo.sleep", "seconds=0")

    assert (0, False) == (done.returncode, (tmp_path / "jobs.db").exists())
