"""The table [journal]: what it says, and what becomes of it in an engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from chasqui import ConfigError, Engine
from chasqui.engine.config.loading import load
from chasqui.engine.config.tables import JournalConfig


def engine_of(folder: Path, text: str) -> Engine:
    file = folder / "config.toml"
    file.write_text(text)
    return Engine.from_config(file)


def test_every_key_of_the_journal_is_read(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text('[journal]\nmode = "process"\npath = "j.db"\nkeep_days = 0.5\nkeep_rows = 10\n')

    assert JournalConfig("process", "j.db", 0.5, 10) == load(file).journal


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('mode = "full"', "journal.mode: must be one of power, process, off, got 'full'"),
        ("keep_days = 0", "journal.keep_days: must be more than 0, got 0"),
        ("keep_rows = 0", "journal.keep_rows: must be at least 1, got 0"),
        ("keep_rows = 1.5", "journal.keep_rows: expected int, got 1.5"),
        ("path = 3", "journal.path: expected str, got 3"),
        ('file = "x"', "unknown key journal.file; there are mode, path, keep_days, keep_rows"),
    ],
)
def test_a_mistake_in_the_journal_names_file_and_key(tmp_path, line, problem):
    file = tmp_path / "config.toml"
    file.write_text(f"[journal]\n{line}\n")

    with pytest.raises(ConfigError) as caught:
        load(file)

    assert (f"{file}: {problem}",) == tuple(caught.value.problems)


def test_an_engine_of_a_program_keeps_a_journal_only_if_its_config_names_a_file(tmp_path):
    assert "off" == engine_of(tmp_path, '[journal]\nmode = "power"\n').journal.mode

    with engine_of(tmp_path, '[journal]\npath = "jobs.db"\n') as engine:
        assert ("power", "ok") == (engine.journal.mode, engine.journal.state)

    assert (tmp_path / "jobs.db").is_file()
    assert "closed" == engine.journal.state


def test_a_journal_s_path_starts_at_the_folder_of_the_config(tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)

    engine = engine_of(tmp_path, '[journal]\npath = "kept/jobs.db"\nmode = "process"\n')

    assert str(tmp_path / "kept" / "jobs.db") == engine.journal.path
    assert "process" == engine.journal.mode


def test_with_the_mode_off_a_path_is_not_used_and_the_config_says_so(tmp_path):
    with engine_of(tmp_path, '[journal]\nmode = "off"\npath = "jobs.db"\n') as engine:
        assert "off" == engine.journal.mode

    assert not (tmp_path / "jobs.db").exists()
    assert [
        f'{tmp_path}/config.toml: journal.path: it is not used, since journal.mode is "off"'
    ] == [*load(tmp_path / "config.toml").doubts]


@pytest.mark.parametrize(
    ("name", "value"),
    [("journal_keep_days", 0), ("journal_keep_rows", 0), ("journal_mode", "full")],
)
def test_an_engine_names_the_argument_of_its_journal_that_is_wrong(tmp_path, name, value):
    with pytest.raises(ValueError, match=name):
        Engine(journal=tmp_path / "jobs.db", **{name: value})
