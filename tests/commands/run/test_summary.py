"""The summary of a run: totals, kinds of failure, the slowest, as text and as a file."""

from __future__ import annotations

import json
import sys
from typing import Any, cast

import pytest

from chasqui.commands.given import Usage
from chasqui.commands.rows import refused_row
from chasqui.commands.run.line_keys import LineKey
from chasqui.commands.run.summary import KINDS, SLOWEST, RunSummary
from chasqui.commands.run.summary_text import SummaryFile, tell, tell_of_several, text_of
from chasqui.pool.task import Task

TASK = cast("Task[Any]", None)  # a summary looks at rows only


class Clock:
    """Seconds that a test sets."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def summary(clock: Clock) -> RunSummary:
    one = RunSummary(clock=clock)
    one.begin()
    return one


def ends(
    summary: RunSummary, line: int, ran: float | None = 0.1, state: str = "completed", why: str = ""
) -> None:
    """Accept a line, and have it end."""
    key = LineKey(line, "", f"text {line}")
    error = {"type": "ValueError", "message": why} if state == "failed" else None
    summary.accepted(key, TASK)
    summary.ended(key, TASK, {"type": "a.b", "state": state, "error": error, "ran": ran})


def refuse(summary: RunSummary, line: int, params: object = "x") -> None:
    row = refused_row(line, "a.b", params, "InvalidLine", f"line {line} is wrong")
    summary.refused(LineKey(line, "", "a secret"), row)


def test_every_line_is_in_one_total(summary, clock):
    ends(summary, 1)
    ends(summary, 2, state="failed")
    ends(summary, 3, state="cancelled", ran=None)
    refuse(summary, 4)
    summary.accepted(LineKey(5), TASK)
    clock.now += 2
    summary.close()

    facts = summary.facts()
    totals = {name: facts[name] for name in ("completed", "failed", "cancelled", "refused", "left")}
    assert dict.fromkeys(totals, 1) == totals
    assert (5, 2.0, 1.5) == (facts["lines"], facts["seconds"], facts["rate"])


def test_failures_are_counted_by_kind_with_the_first_of_each(summary):
    for line in (1, 2, 3):
        ends(summary, line, state="failed", why=f"no file 'f{line}'\nmore")
    ends(summary, 4, state="failed", why="no room")

    first = {"line": 1, "text": "text 1", "message": "no file 'f1'"}
    assert [("no file …", 3, first["line"]), ("no room", 1, 4)] == [
        (one["message"], one["count"], one["example"]["line"])
        for one in summary.facts()["failures"]
    ]
    assert first == summary.facts()["failures"][0]["example"]


def test_a_line_that_was_refused_is_shown_as_its_row_shows_it(summary):
    refuse(summary, 1, "***")

    assert "***" == summary.facts()["failures"][0]["example"]["text"]
    assert "a secret" not in json.dumps(summary.facts())


def test_a_million_kinds_take_no_more_room_than_a_hundred(summary):
    names = [f"{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(KINDS + 20)]
    for line, name in enumerate(names):
        ends(summary, line, state="failed", why=name)

    facts = summary.facts()
    assert (KINDS, 20) == (len(facts["failures"]), facts["other_failures"])


def test_the_slowest_are_kept_the_slowest_first(summary):
    for line, ran in enumerate([3, 1, 7, 5, 2, 6, 4], start=1):
        ends(summary, line, ran=float(ran))

    slowest = summary.facts()["slowest"]
    assert SLOWEST == len(slowest)
    assert [(7.0, 3), (6.0, 6), (5.0, 4), (4.0, 7), (3.0, 1)] == [
        (one["ran"], one["line"]) for one in slowest
    ]


def test_a_long_line_and_bytes_that_are_no_text_fit_in(summary):
    key = LineKey(1, "", "\udcff" + "x" * 10_000)
    summary.accepted(key, TASK)
    summary.ended(key, TASK, {"type": "a.b", "state": "completed", "error": None, "ran": 1.0})

    text = summary.facts()["slowest"][0]["text"]
    assert text.startswith("\\xff")
    assert len(text) < 300


def test_the_text_has_the_totals_the_kinds_and_the_slowest(summary, clock):
    ends(summary, 1, ran=2.5)
    ends(summary, 2, state="failed", why="no \x1b[31mroom")
    clock.now += 0.5
    summary.close()

    assert [
        "2 lines in 500ms, 4 a second: 1 completed, 1 failed",
        "failures, by kind:",
        "        1  a.b ValueError: no ␛[31mroom",
        "           such as line 2: text 2",
        "slowest:",
        "     2.5s  line 1: text 1",
        "    100ms  line 2: text 2 (failed)",
    ] == text_of(summary.facts())
    assert all(len(line) <= 30 for line in text_of(summary.facts(), 30))


def test_without_being_asked_a_summary_is_for_several_lines_only(summary, capsys):
    ends(summary, 1)
    tell_of_several(summary)
    assert "" == capsys.readouterr().err

    tell(summary)
    assert "1 line in 0s: 1 completed\n" in capsys.readouterr().err


def test_a_file_holds_what_it_held_until_there_is_a_summary(summary, tmp_path):
    path = tmp_path / "summary.json"
    path.write_text("x" * 100_000)
    file = SummaryFile(path)
    file.begin()
    assert 100_000 == path.stat().st_size

    file.write(summary)
    assert summary.facts() == json.loads(path.read_text())
    assert "" == file.problem


def test_a_file_that_cannot_be_written_is_refused_at_the_start(tmp_path):
    with pytest.raises(Usage, match="cannot be written"):
        SummaryFile(tmp_path / "no" / "file").begin()


@pytest.mark.slow
def test_a_run_that_is_stopped_has_its_summary(chasqui, tmp_path):
    jobs = b'{"type": "demo.fail"}\n' + b'{"type": "demo.sleep", "params": {"seconds": 0}}\n' * 50
    words = ("--stop-on-failure", "--workers=1", "--summary=s.json")
    done = chasqui("run", "--jobs", "-", *words, input=jobs)
    facts = json.loads((tmp_path / "s.json").read_text())

    assert 1 == done.returncode
    assert (1, 1) == (facts["failed"], facts["failures"][0]["count"])
    assert b"slowest" not in done.stderr


@pytest.mark.slow
def test_the_summary_is_said_before_the_ledger(chasqui):
    done = chasqui("run", "demo.sleep", "--each", "seconds", "--summary=yes", input=b"0\n0\n")

    lines = done.stderr.decode().splitlines()
    assert lines[0].startswith("2 lines in ")
    assert "accepted 2 = completed 2" in lines[-1]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--failures=s", "--summary=s"], "s: is the file of --failures; --summary needs a file"),
        (["--summary=./lines"], "./lines: is the input; --summary needs a file of its own"),
        (["--summary=no/s"], "no/s: cannot be written"),
        (["--summary=yes", "--dry-run"], "--dry-run runs nothing, so it takes no --summary"),
        (["--summary=yes", "--host"], "--summary is not for --host; leave out --host"),
    ],
)
def test_a_summary_that_cannot_be_is_refused_before_anything_runs(chasqui, tmp_path, words, why):
    (tmp_path / "lines").write_text("0\n")
    done = chasqui("run", "demo.sleep", "--each", "seconds", *words, "lines")

    assert (2, b"") == (done.returncode, done.stdout)
    assert why in done.stderr.decode()
    assert "0\n" == (tmp_path / "lines").read_text()


@pytest.mark.slow
def test_on_a_terminal_a_run_of_several_lines_is_summed_up(terminal, tmp_path):
    (tmp_path / "lines").write_text("a\nb\n")
    words = (sys.executable, "-m", "chasqui", "run", "demo.fail", "--each", "message", "lines")
    opened = terminal(*words)
    opened.await_text("accepted 2")

    assert "slowest:" in opened.text


@pytest.mark.slow
def test_on_a_terminal_a_summary_leaves_output_without_a_newline_alone(terminal):
    run = [sys.executable, "-m", "chasqui", "run", "--output=text", "-k", "--", "printf"]
    opened = terminal(*run, "<%s>", ":::", "a", "b")
    opened.await_text("accepted 2")

    assert "<a><b>" in opened.text
    assert "slowest:" in opened.text
