"""`run --journal` that is repeated after its end: what is final, and what it says and refuses."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.commands.repeated import LINES, WORDS, Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.mark.slow
def test_failed_and_refused_lines_are_final_and_count_in_the_status_of_the_next_run(folder):
    (folder.path / "in").write_text("0\n-1\n0\n")

    lives = [folder.run(), folder.run()]

    assert [2, 2] == [life.status for life in lives]
    assert [[1, 2, 3], []] == [sorted(life.lines) for life in lives]
    assert b"3 lines done before; accepted 0" in lives[1].errors


@pytest.mark.slow
def test_the_file_of_failures_has_those_of_all_runs(folder):
    (folder.path / "in").write_text("a\nb\n")
    words = ("demo.fail", "--each", "message", "in", "--journal", "run.db", "--failures", "again")
    folder.run(*words)
    with (folder.path / "in").open("a") as more:
        more.write("c\n")

    second = folder.run(*words)

    assert (1, [3]) == (second.status, second.lines)
    said = [json.loads(line)["params"]["message"] for line in folder.read("again")]
    assert ["a", "b", "c"] == said


@pytest.mark.slow
def test_a_line_that_has_changed_is_refused_and_what_follows_does_not_run(folder):
    (folder.path / "in").write_text("0\n0\n")
    folder.run()
    (folder.path / "in").write_text("0\n0.5\n0\n")

    second = folder.run()

    assert (2, []) == (second.status, second.rows)
    assert b"line 2 has changed since it was run, and run.db has its end" in second.errors
    assert b"to go on" not in second.errors


@pytest.mark.slow
def test_an_input_that_has_become_shorter_is_told(folder):
    (folder.path / "in").write_text("0\n0\n")
    folder.run()
    (folder.path / "in").write_text("0\n")

    second = folder.run()

    assert (0, []) == (second.status, second.rows)
    assert b"the input ends at line 1; line 2 was run before" in second.errors


@pytest.mark.slow
def test_a_single_task_is_run_once(folder):
    lives = [folder.run("demo.sleep", "seconds=0", "--journal", "run.db") for _ in range(2)]

    assert [[1], []] == [life.lines for life in lives]


@pytest.mark.slow
def test_a_run_that_has_ended_in_order_keeps_no_rows_to_print(folder):
    life = folder.run()

    assert LINES == len(life.rows)
    with closing(sqlite3.connect(folder.path / "run.db")) as file:
        kept = {name for (name,) in file.execute("select k from kept")}
    assert {"run", "run.output"} == kept
    assert not (folder.path / "run.db.printed").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "use"),
    [("run.db", b"the file of --failures"), ("in", b"the input")],
)
def test_a_journal_is_no_file_that_the_run_uses_otherwise(folder, name, use):
    words = ("demo.sleep", "--each", "seconds", "in", "--failures", "run.db", "--journal", name)

    life = folder.run(*words)

    assert (2, []) == (life.status, life.rows)
    assert name.encode() + b": is " + use + b"; --journal needs a file of its own" in life.errors


def test_a_journal_is_not_the_output(folder):
    life = folder.run(to="run.db")

    assert (2, []) == (life.status, life.rows)
    assert b"run.db: is the output; --journal needs a file of its own" in life.errors


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--dry-run",), b"--dry-run runs nothing, so it takes no --journal"),
        (("--host",), b"--journal is not for --host; a host keeps a journal of its own"),
    ],
)
def test_options_that_need_no_journal_refuse_it(folder, words, said):
    life = folder.run(*WORDS, *words)

    assert (2, False) == (life.status, (folder.path / "run.db").exists())
    assert said in life.errors
