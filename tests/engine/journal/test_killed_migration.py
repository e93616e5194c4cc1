"""A migration killed after its commit: its version is in the log, and not yet in the header."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from contextlib import closing

import pytest

from chasqui.engine.journal.looking import header_of
from chasqui.engine.journal.opening import opened
from chasqui.engine.journal.schema import VERSION
from chasqui.errors import JournalTooNew


@pytest.fixture
def versions(tmp_path):
    """Make journals that have one version in their header, and another in their log."""

    def make(header, log):
        first, killed = tmp_path / "first" / "jobs.db", tmp_path / "killed" / "jobs.db"
        for folder in (first.parent, killed.parent):
            folder.mkdir(mode=0o700)
        opened(first, "process").close()
        with closing(sqlite3.connect(first, isolation_level=None)) as file:
            file.execute(f"pragma user_version = {header}")
            file.execute("pragma wal_checkpoint(truncate)")
            file.execute(f"pragma user_version = {log}")
            for ending in ("", "-wal"):
                shutil.copy(f"{first}{ending}", f"{killed}{ending}")
        assert header == header_of(killed).version
        return killed

    return make


def test_it_is_not_done_again(versions):
    path = versions(VERSION - 1, VERSION)
    store = opened(path, "process")
    assert 0 == store.count_open()
    store.close()
    assert [] == list(path.parent.glob("*version*"))  # no backup


def test_a_newer_version_in_the_log_is_refused_and_nothing_changes(versions):
    path = versions(VERSION, VERSION + 1)
    before = {file: hashlib.sha256(file.read_bytes()).digest() for file in files(path)}
    with pytest.raises(JournalTooNew):
        opened(path, "process")
    assert before == {file: hashlib.sha256(file.read_bytes()).digest() for file in files(path)}


def files(path):
    return path, path.with_name("jobs.db-wal")
