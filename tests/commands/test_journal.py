"""`chasqui-tui journal`: what a journal holds, whether it is whole, and what can be saved of it."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from chasqui import Engine
from chasqui.cli import main
from chasqui.engine.journal import reading
from chasqui.engine.journal.inspecting import Inspection
from chasqui.engine.journal.opening import opened


@pytest.fixture
def path(tmp_path):
    """The journal of an engine that has ended, with 1,000 completed tasks and a failed one."""
    path = tmp_path / "jobs.db"
    with Engine(journal=path, journal_mode="process", plugins=["demo"]) as engine:
        engine.submit_batch("demo.sleep", [{"seconds": 0}] * 1000)
        engine.submit("demo.fail", {"message": "oh no"})
    return path


@pytest.fixture
def journal(path, capsys):
    """Run the command, and return its status, its lines and its messages."""

    def journal(*words):
        status = main(["journal", *words, str(path)])
        said = capsys.readouterr()
        return status, said.out.splitlines(), said.err

    return journal


def damage(path, page):
    """Overwrite a page, as a disk may."""
    with path.open("r+b") as file:
        file.seek(page * 4096)
        file.write(b"\x55" * 4096)


def page_of_tasks(path):
    """Find a page that holds rows of tasks and nothing else."""
    data = path.read_bytes()
    pages = range(len(data) // 4096)
    return next(
        n for n in pages if data[n * 4096] == 13 and b"demo.sleep" in data[n * 4096 :][:4096]
    )


def test_a_whole_journal_is_ok(journal, path):
    assert (0, [f"ok: {path}: 1,001 tasks, 0 of them waiting"], "") == journal("check")


def test_a_damaged_page_makes_the_check_unhealthy_and_says_what_to_do(journal, path):
    damage(path, page_of_tasks(path))

    status, lines, said = journal("check")

    assert (1, []) == (status, lines)
    assert f"`chasqui-tui journal recover {path}` saves what can be read" in said


def test_a_check_finds_parameters_that_are_no_json(journal, path):
    with closing(sqlite3.connect(path)) as file:
        file.execute("update task set params = '{' where id < 4")
        file.commit()

    assert (1, True) == (journal("check")[0], "3 tasks have parameters that" in journal("check")[2])


def test_a_check_finds_states_that_cannot_be(journal, path):
    with closing(sqlite3.connect(path)) as file:
        file.execute("pragma ignore_check_constraints = on")
        file.execute("update task set state = 7 where id < 4")
        file.execute("update task set finished_us = null where id = 4")
        file.commit()

    assert (1, True) == (journal("check")[0], "4 tasks have" in journal("check")[2])


def test_a_journal_without_one_of_its_tables_is_damaged_and_can_be_recovered(journal, path):
    with closing(sqlite3.connect(path)) as file:
        file.execute("drop table kept")

    status, _, said = journal("check")

    assert (1, True) == (status, "it has no table kept" in said)
    assert (0, "saved: 1,001 tasks, 0 of them waiting, and 1 failure") == (
        journal("check")[0] - 1,
        journal("recover")[1][1],
    )
    assert 0 == journal("check")[0]


def test_an_export_stops_at_a_task_that_is_damaged_and_says_what_to_do(journal, path):
    with closing(sqlite3.connect(path)) as file:
        file.execute("pragma ignore_check_constraints = on")
        file.execute("update task set state = 7 where id = 4")
        file.commit()

    status, lines, said = journal("export")

    assert (2, 3, True) == (status, len(lines), "has a damaged task 4: `chasqui-tui" in said)


def test_tables_that_are_no_text_are_damage(journal, path):
    data = path.read_bytes()
    path.write_bytes(data.replace(b"CREATE TABLE failure", b"CREATE \xc9ABLE failure"))

    assert (1, True) == (journal("check")[0], "is damaged" in journal("check")[2])
    assert "saved: 1,001 tasks" in journal("recover")[1][1]
    assert 0 == journal("check")[0]


@pytest.mark.slow
def test_a_journal_that_another_program_has_locked_is_not_called_damaged(journal, path):
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute("pragma locking_mode = exclusive").fetchone()
        file.execute("begin exclusive")
        done = subprocess.run(
            [sys.executable, "-m", "chasqui", "journal", "check", str(path)],
            capture_output=True,
            text=True,
        )

    assert (75, "", True) == (done.returncode, done.stdout, "database is locked" in done.stderr)


def test_tasks_with_large_parameters_are_counted_in_smaller_lots(path, monkeypatch):
    read = reading.JournalReader.all

    def timed(self, sql, given=()):
        is_large = bool(given) and given[-1] > 30
        monkeypatch.setattr(reading, "READ_SECONDS", -1 if is_large else 60)
        return read(self, sql, given)

    monkeypatch.setattr(reading, "STEPS", 100)
    monkeypatch.setattr(reading.JournalReader, "all", timed)
    lots: list[float | None] = []

    with Inspection(path) as inspection:
        counts = inspection.stats(lots.append).counts

    assert (1000, 1, True) == (counts["completed"], counts["failed"], len(lots) > 30)


def test_stats_count_by_type_and_state(journal):
    status, lines, _ = journal("stats")

    assert (0, ["demo.sleep", "0", "0", "1,000", "0", "0"]) == (status, lines[-2].split())
    assert ["all", "0", "0", "1,000", "1", "0"] == lines[-1].split()
    assert any("ended in order" in line for line in lines)


def test_stats_are_an_object_for_a_program(journal):
    status, (line,), _ = journal("stats", "--json")
    stats = json.loads(line)

    assert (0, 1, 1000, 1) == (
        status,
        stats["lives"],
        stats["counts"]["completed"],
        stats["types"]["demo.fail"]["failed"],
    )


def test_an_export_has_the_rows_of_a_run_and_can_be_run_again(journal, tmp_path, capsys):
    status, lines, _ = journal("export", "--failures")
    (row,) = map(json.loads, lines)
    assert (0, 1001, "failed", {"message": "oh no"}) == (
        status,
        row["number"],
        row["state"],
        row["params"],
    )
    assert {"type": "RuntimeError", "message": "oh no"} == row["error"]
    (tmp_path / "again.jsonl").write_text(lines[0])

    assert 0 == main(["run", "--dry-run", "--jobs", str(tmp_path / "again.jsonl")])


def test_an_export_without_more_has_all_tasks_in_order(journal):
    _, lines, _ = journal("export")

    assert list(range(1, 1002)) == [json.loads(line)["number"] for line in lines]


def test_a_whole_journal_is_not_recovered(journal, path):
    before = path.read_bytes()

    assert (0, [f"ok: {path} is whole, and stays as it is"], "") == journal("recover")
    assert before == path.read_bytes()


def test_what_can_be_read_of_a_damaged_journal_is_saved_and_the_file_is_kept(journal, path):
    damage(path, page_of_tasks(path))
    before = path.read_bytes()

    status, lines, _ = journal("recover")

    aside = path.with_name(lines[0].rpartition("/")[2])
    assert (1, before) == (status, aside.read_bytes())
    assert aside.name.startswith("jobs.db.corrupt-")
    numbers = {json.loads(line)["number"] for line in journal("export")[1]}
    assert 800 < len(numbers) < 1001
    assert 1001 in numbers
    assert 0 == journal("check")[0]
    store = opened(path, "power")
    assert 1001 == store.last_number()
    store.close()


def test_a_journal_whose_beginning_is_zeroed_loses_nothing_else(journal, path):
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as file:
        uuid = file.execute("select v from meta where k = 'uuid'").fetchone()
    with path.open("r+b") as file:
        file.write(bytes(4096))

    _, lines, _ = journal("recover")

    assert "saved: 1,001 tasks, 0 of them waiting, and 1 failure" == lines[1]
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as file:
        assert uuid == file.execute("select v from meta where k = 'uuid'").fetchone()


def test_of_noise_nothing_is_saved_and_a_new_journal_takes_its_place(journal, path):
    path.write_bytes(b"noise" * 10_000)

    status, lines, _ = journal("recover")

    assert (1, "saved: 0 tasks, 0 of them waiting, and 0 failures") == (status, lines[1])
    assert 0 == journal("check")[0]


def test_a_journal_in_use_is_read_and_not_recovered(journal, path):
    with Engine(journal=path, plugins=["demo"]):
        damage = journal("recover")
        checked = journal("check")
        status, lines, _ = journal("stats")

    assert (75, 0, 0) == (damage[0], checked[0], status)
    assert any(line.startswith("open in") and "process" in line for line in lines)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["check", "none.db"], "none.db does not exist"),
        (["check", "--failures"], "--failures goes with `journal export`"),
        (["export", "--json"], "--json goes with `journal stats`"),
        (["check", "a", "b"], "one file at most"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path, monkeypatch, capsys, words, said):
    monkeypatch.chdir(tmp_path)

    assert 2 == main(["journal", *words])
    assert said in capsys.readouterr().err


@pytest.mark.slow
def test_refused_lines_of_a_run_are_not_exported(tmp_path, capsys):
    path = str(tmp_path / "run.db")
    wrong = '{"type":"none"}\n{"type":"demo.sleep","params":{"seconds":-1}}\n'
    (tmp_path / "in").write_text(f'{wrong}{{"type":"demo.sleep","params":{{"seconds":0}}}}\n')
    command = ["run", "--jobs", str(tmp_path / "in"), "--journal", path]
    subprocess.run([sys.executable, "-m", "chasqui", *command], capture_output=True)

    assert 0 == main(["journal", "export", path])
    lines = capsys.readouterr().out.splitlines()

    assert [3] == [json.loads(line)["number"] for line in lines]
