"""`run --results`: a folder for each line, whole, distinct, and never replaced."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from chasqui.commands.given import Usage
from chasqui.commands.rows import refused_row
from chasqui.commands.run.line_keys import LineKey
from chasqui.commands.run.results import MARKER, ResultsFolder, name_of
from chasqui.pool.task import Task

COMMAND = {"type": "a.b", "params": {"x": "1"}}


def folder(path: Path, **options: Any) -> ResultsFolder:
    usual: dict[str, Any] = {"goes_on": False, "stopped": lambda: False, "give_up": print}
    return ResultsFolder(path, COMMAND, **{**usual, **options})


def ends(
    one: ResultsFolder, number: int, text: str, result: object, state: str = "completed"
) -> None:
    row = {"line": number, "number": 1, "type": "a.b", "state": state, "result": result}
    task = cast("Task[Any]", SimpleNamespace(state=state))
    one.ended(LineKey(number, "", text), task, {**row, "params": {}, "error": None})


def names(path: Path) -> list[str]:
    return sorted(one.name for one in path.iterdir() if one.name != MARKER)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a b", "000007-a_b"),
        ("../../etc/passwd", "000007-etc_passwd"),
        (".", "000007"),
        ("", "000007"),
        ("a\x00\n\x1b\udcff/b", "000007-a_____b"),
        ("Ünïx-_1", "000007-Ünïx-_1"),
        ("x" * 10_000, "000007-" + "x" * 60),
        ("\u00fc" * 10_000, "000007-" + "\u00fc" * 30),
        ("-rf", "000007--rf"),
    ],
)
def test_a_name_is_safe_whatever_the_line_is(text, name):
    assert name == name_of(7, text)


def test_each_line_has_its_row_and_its_text(tmp_path):
    one = folder(tmp_path / "a" / "r")
    one.begin()
    ends(one, 1, "x/y", "so")
    one.refused(LineKey(2, "", "secret"), refused_row(2, "a.b", "***", "InvalidLine", "bad"))

    assert ["000001-x_y", "000002"] == names(tmp_path / "a" / "r")
    kept = tmp_path / "a" / "r" / "000001-x_y"
    assert b"so\n" == (kept / "stdout").read_bytes()
    assert "so" == json.loads((kept / "row.json").read_bytes())["result"]


def test_a_folder_that_is_not_empty_is_refused_and_stays_as_it_is(tmp_path):
    (tmp_path / "mine").write_text("x")

    with pytest.raises(Usage, match="is not empty; name another folder for the results"):
        folder(tmp_path, goes_on=True)
    assert ["mine"] == names(tmp_path)


def test_a_folder_with_results_is_refused_unless_the_same_command_goes_on(tmp_path):
    folder(tmp_path).begin()

    with pytest.raises(Usage, match="is not empty"):
        folder(tmp_path)
    with pytest.raises(Usage, match="has results of another command"):
        ResultsFolder(tmp_path, {}, goes_on=True, stopped=lambda: False, give_up=print)
    folder(tmp_path, goes_on=True)


def test_a_marker_that_is_none_is_another_commands(tmp_path):
    (tmp_path / MARKER).write_text("{")

    with pytest.raises(Usage, match="has results of another command"):
        folder(tmp_path, goes_on=True)


def test_the_marker_does_not_say_what_a_command_is_given(tmp_path):
    folder(tmp_path).begin()

    assert ["run"] == list(json.loads((tmp_path / MARKER).read_bytes()))


def test_what_a_line_has_is_not_replaced_when_it_runs_again(tmp_path):
    for result in ("first", "second", "third"):
        one = folder(tmp_path, goes_on=True)
        one.begin()
        ends(one, 1, "x", result)

    assert ["000001-x", "000001-x~2", "000001-x~3"] == names(tmp_path)
    assert "first\n" == (tmp_path / "000001-x" / "stdout").read_text()
    assert "third\n" == (tmp_path / "000001-x~3" / "stdout").read_text()


def test_half_of_what_a_kill_has_left_is_no_result(tmp_path):
    one = folder(tmp_path, goes_on=True)
    one.begin()
    (tmp_path / ".000001-x.part").mkdir()
    (tmp_path / ".000001-x.part" / "stdout").write_text("a longer text")

    ends(one, 1, "x", "so")
    assert ["000001-x"] == names(tmp_path)
    assert "so\n" == (tmp_path / "000001-x" / "stdout").read_text()


def test_what_a_stop_cancels_has_no_result_where_the_line_runs_again(tmp_path):
    one = folder(tmp_path, goes_on=True, stopped=lambda: True)
    one.begin()
    ends(one, 1, "x", None, "cancelled")

    assert [] == names(tmp_path)


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Usage, match="cannot hold results: "):
        folder(tmp_path / "file")
    with pytest.raises(Usage, match="cannot hold results: "):
        folder(tmp_path / "file" / "r").begin()


def test_a_disk_that_fills_stops_the_run_and_is_said_once(tmp_path):
    lost: list[str] = []
    one = folder(tmp_path / "r", give_up=lost.append)
    one.begin()
    (tmp_path / "r").rename(tmp_path / "gone")
    for number in (1, 2):
        ends(one, number, "x", "so")

    assert ["results cannot be written"] == lost
    assert one.problem.startswith(f"{tmp_path / 'r'}: results cannot be written: {os.strerror(2)}")


@pytest.mark.slow
def test_a_run_whose_results_cannot_be_written_takes_no_more_input(chasqui, rows):
    words = ("run", "shell.run", "--each", "command", "--workers=1", "--results=r")
    done = chasqui(*words, input=b"rm -r r\n" + b"true\n" * 500)

    assert 2 == done.returncode
    assert 1 == done.stderr.count(b"r: results cannot be written: ")
    assert len(rows(done)) < 500


@pytest.mark.slow
def test_results_are_refused_before_anything_runs(chasqui, tmp_path):
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "mine").write_text("x")
    (tmp_path / "f").write_text("kept")
    done = chasqui("run", "demo.fail", "--results", "r", "--failures", "f")

    assert (2, b"") == (done.returncode, done.stdout), done.stderr
    assert b"r: is not empty" in done.stderr
    assert "kept" == (tmp_path / "f").read_text()
