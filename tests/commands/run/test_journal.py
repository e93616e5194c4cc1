"""`run --journal`: what is final when it starts, and what it refuses to go on with."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from chasqui import Engine
from chasqui.commands.given import Usage
from chasqui.commands.run.journal import RowBatch, RunJournal
from chasqui.commands.run.line_keys import LineChanged, LineKey, key_of
from chasqui.control.intake.lines import InputLine, Unreadable
from chasqui.errors import JournalCorrupt

COMMAND: dict[str, Any] = {
    "type": "demo.fail",
    "each": "message",
    "jobs": False,
    "nul": False,
    "params": {"a": "1"},
}
ROW = {
    "number": 1,
    "type": "demo.fail",
    "params": {"message": "x"},
    "state": "completed",
    "attempts": 1,
    "result": 0.5,
    "error": None,
    "waited": 0.1,
    "ran": 0.2,
}


def line(number: int, text: str | None = "x") -> LineKey:
    return key_of(InputLine(number, text, 1))


def end(journal: RunJournal, *keys: LineKey, **changes: Any) -> None:
    rows = [json.dumps({"line": key.number, **ROW, **changes}).encode() + b"\n" for key in keys]
    journal.commit(list(zip(keys, rows, strict=True)), None)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.db"


@pytest.fixture
def lines(path: Path) -> Iterator[RunJournal]:
    """A journal in which lines 1 to 3 are final, opened again."""
    journal = RunJournal.open(path, COMMAND)
    end(journal, line(1), line(2), line(3))
    journal.close()
    journal = RunJournal.open(path, COMMAND)
    yield journal
    with contextlib.suppress(sqlite3.ProgrammingError):  # the test has closed it
        journal.close()


def test_a_line_that_has_ended_is_final_in_the_next_run(lines):
    found = [lines.has(line(number)) for number in (1, 2, 3, 4)]

    assert ([True, True, True, False], 3) == (found, lines.before.completed)


def test_a_line_that_ends_in_this_run_is_not_asked_for(lines):
    assert not lines.has(line(9))


def test_lines_that_ended_out_of_order_are_final_and_those_between_are_not(path):
    journal = RunJournal.open(path, COMMAND)
    end(journal, line(5), line(2))
    journal.close()
    journal = RunJournal.open(path, COMMAND)

    found = [number for number in range(1, 7) if journal.has(line(number))]

    assert [2, 5] == found
    journal.close()


def test_many_lines_are_read_in_chunks(path):
    journal = RunJournal.open(path, COMMAND)
    end(journal, *(line(number) for number in range(1, 2502)))
    journal.close()
    journal = RunJournal.open(path, COMMAND)

    assert all(journal.has(line(number)) for number in range(1, 2502))
    assert not journal.has(line(2502))
    journal.close()


def test_a_final_line_that_is_another_one_now_is_refused_by_its_number(lines):
    assert lines.has(line(1))

    with pytest.raises(
        LineChanged, match=r"^line 2 has changed since it was run, and .*run\.db has its"
    ):
        lines.has(line(2, "y"))


def test_a_final_line_that_is_empty_now_is_refused_by_its_number(lines):
    with pytest.raises(LineChanged, match=r"^line 1 was emptied since it was run"):
        lines.has(line(2))


def test_a_final_line_that_was_too_long_is_known_again(path):
    journal = RunJournal.open(path, COMMAND)
    end(journal, line(1, None), number=None, type=None, state="failed", params="…")
    journal.close()
    journal = RunJournal.open(path, COMMAND)

    assert (True, 1) == (journal.has(line(1, None)), journal.before.refused)
    journal.close()


def test_what_the_input_does_not_come_to_is_named(lines):
    assert lines.has(line(1))

    assert 3 == lines.missing()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"type": "demo.sleep"}, "demo.fail, and this is demo.sleep"),
        ({"type": None, "jobs": True}, "demo.fail, and this is --jobs"),
        ({"each": None}, "--each message, and this has no --each"),
        ({"nul": True}, "it was run without -0"),
        ({"params": {"a": "secret"}}, "a was given differently"),
    ],
)
def test_another_command_is_refused_with_what_differs(lines, path, change, said):
    lines.close()

    with pytest.raises(Usage, match=said) as error:
        RunJournal.open(path, {**COMMAND, **change})

    assert "secret" not in str(error.value)
    RunJournal.open(path, COMMAND).close()


def test_the_journal_of_an_engine_is_refused(path):
    with Engine(journal=path):
        pass

    with pytest.raises(Usage, match="is the journal of an engine"):
        RunJournal.open(path, COMMAND)


def test_a_file_that_is_no_journal_is_refused_and_unharmed(path):
    path.write_text("a list of addresses, not to be lost\n" * 100)
    before = path.read_bytes()

    with pytest.raises(JournalCorrupt, match=r"run\.db is not a journal"):
        RunJournal.open(path, COMMAND)

    assert (before, [path]) == (path.read_bytes(), list(path.parent.iterdir()))


def test_kept_rows_that_cannot_be_read_are_told_of_and_stay(lines, path):
    lines.commit((), RowBatch(7, "x\n"))
    with closing(sqlite3.connect(path)) as file:
        file.execute("update kept set v = '{' where k glob 'run.rows.*'")
        file.commit()

    with pytest.raises(Unreadable, match=r"run\.db: cannot be read"):
        lines.unprinted()
