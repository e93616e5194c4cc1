"""Opening a journal whose engine was killed: what is refused, and is unchanged after that."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from chasqui.engine.journal import looking
from chasqui.engine.journal.opening import opened
from chasqui.errors import JournalCorrupt, JournalTooNew, JournalUnsafe

KILLED = """
import os, signal, sys
from chasqui import Engine
engine = Engine(journal=sys.argv[1], journal_mode="process", plugins=["demo"])
engine.start()
for task in engine.submit_batch("demo.sleep", [{"seconds": 0}] * 300):
    task.result()
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def left(tmp_path_factory):
    """The folder of a killed engine's journal: most of it is in the log."""
    folder = tmp_path_factory.mktemp("left")
    command = [sys.executable, "-c", KILLED, str(folder / "jobs.db")]
    assert -signal.SIGKILL == subprocess.run(command).returncode
    return folder


@pytest.fixture
def path(left, tmp_path):
    folder = shutil.copytree(left, tmp_path / "journal")
    return Path(folder, "jobs.db")


def sums(path):
    files = sorted(path.parent.iterdir())
    return {file.name: hashlib.sha256(file.read_bytes()).digest() for file in files}


def log_of(path):
    return Path(f"{path}-wal")


def log_of_noise(path):
    log_of(path).write_bytes(os.urandom(log_of(path).stat().st_size))


def log_of_zeros(path):
    log_of(path).write_bytes(bytes(log_of(path).stat().st_size))


def log_with_a_wrong_sum(path):
    with log_of(path).open("r+b") as file:
        file.seek(17)
        (byte,) = file.read(1)
        file.seek(17)
        file.write(bytes([byte ^ 1]))


def log_alone(path):
    path.unlink()


def emptied(path):
    os.truncate(path, 0)
    Path(f"{path}.lock").unlink()


def damaged_inside(path):
    program = (
        "import os, sqlite3, sys\n"
        "file = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "file.execute('pragma wal_checkpoint(full)').fetchone()\n"
        "file.execute('delete from engine')\n"  # so that the log begins again
        "with open(sys.argv[1], 'r+b') as pages:\n"
        "    pages.seek(-2 * 4096, os.SEEK_END)\n"
        "    pages.write(os.urandom(2 * 4096))\n"
        "os._exit(0)\n"  # else the log would be emptied
    )
    subprocess.run([sys.executable, "-c", program, str(path)], check=True)


def of_version_0(path):
    with closing(sqlite3.connect(path)) as file:
        file.execute("pragma user_version = 0")


def without_its_name(path):
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("delete from meta where k = 'uuid'")


def without_tables(path):
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("drop table meta")


def with_tables_that_are_no_text(path):
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("pragma wal_checkpoint(truncate)").fetchone()
    data = path.read_bytes()
    path.write_bytes(data.replace(b"CREATE TABLE failure", b"CREATE \xc9ABLE failure"))


def cut_to_its_first_bytes(path):
    os.truncate(path, 60)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (log_of_noise, "has a log jobs.db-wal that was overwritten: .*journal recover"),
        (log_of_zeros, "has a log jobs.db-wal that has only zeros: .*journal recover"),
        (log_with_a_wrong_sum, "has a log jobs.db-wal that was overwritten: .*journal recover"),
        (log_alone, "is missing, and its log jobs.db-wal is there: .*journal recover"),
        (emptied, "was emptied, and its log is there: .*journal recover"),
        (damaged_inside, "is damaged .*journal recover"),
        (of_version_0, "is damaged .tables of version 0, which never was.: .*journal recover"),
        (without_its_name, "is damaged .it does not say which journal it is.: .*journal recover"),
        (without_tables, "is damaged .no such table: meta.: .*journal recover"),
        (with_tables_that_are_no_text, "is damaged .*journal recover"),
        (cut_to_its_first_bytes, "was cut short: it has 60 bytes: .*journal recover"),
    ],
)
def test_damage_is_named_with_what_to_do_and_no_file_is_changed_or_made(path, damage, said):
    damage(path)
    before = sums(path)

    with pytest.raises(JournalCorrupt, match=f"^the journal {path} {said}"):
        opened(path, "power")

    after = sums(path)
    if damage is emptied:
        del after["jobs.db.lock"]
    assert before == after


def test_a_look_at_a_whole_journal_changes_and_makes_no_file(path):
    before = sums(path)

    looking.check_inside(path)

    assert before == sums(path)


def test_a_log_without_its_index_is_looked_at_all_the_same(path):
    Path(f"{path}-shm").unlink()

    store = opened(path, "process")

    assert (300,) == store.connection.execute("select count(*) from task").fetchone()
    store.close()


def test_a_journal_that_another_program_has_locked_is_not_called_damaged(path):
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute("pragma locking_mode = exclusive").fetchone()
        file.execute("begin exclusive")
        program = (
            "import sqlite3, sys; from functools import partial; from pathlib import Path\n"
            "from chasqui.engine.journal import looking, opening\n"
            "looking.sqlite3.connect = partial(sqlite3.connect, timeout=0.01)\n"
            "try:\n"
            "    opening.opened(Path(sys.argv[1]), 'power')\n"
            "except opening.JournalUnsafe as error:\n"
            "    print(error)\n"
        )
        command = [sys.executable, "-c", program, str(path)]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert f"the journal {path} cannot be opened: database is locked\n" == said


def test_a_folder_without_a_file_for_one_more_descriptor_is_no_damage(path, monkeypatch):
    def full(*_: object, **__: object):
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(Path, "open", full)

    with pytest.raises(JournalUnsafe, match="cannot be opened: Too many open files"):
        opened(path, "power")


def test_a_newer_version_is_told_by_the_beginning_of_the_file_alone(path):
    header = looking.header_of(path)._replace(version=99)

    with pytest.raises(JournalTooNew, match="has tables of version 99"):
        looking.check_header(path, header)
