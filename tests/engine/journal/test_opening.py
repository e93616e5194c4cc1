"""What is refused when a journal is opened, and is unchanged after that."""

from __future__ import annotations

import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from chasqui import Engine
from chasqui.engine.journal.opening import opened
from chasqui.errors import (
    JournalBusy,
    JournalCorrupt,
    JournalError,
    JournalTooNew,
    JournalUnsafe,
)


@pytest.fixture
def path(tmp_path):
    """A journal with tasks, whose engine has ended in order."""
    path = tmp_path / "jobs.db"
    with Engine(journal=path, journal_mode="process", plugins=["demo"]) as engine:
        engine.submit_batch("demo.sleep", [{"seconds": 0}] * 300)
    return path


def sums(path):
    files = sorted(path.parent.glob(f"{path.name}*"))
    return {file.name: hashlib.sha256(file.read_bytes()).digest() for file in files}


def cut_short(path):
    os.truncate(path, path.stat().st_size // 2)


def zeroed(path):
    path.write_bytes(bytes(path.stat().st_size))


def noise(path):
    path.write_bytes(os.urandom(path.stat().st_size))


def damaged_inside(path):
    with path.open("r+b") as file:
        file.seek(-3 * 4096, os.SEEK_END)  # rows of tasks
        file.write(os.urandom(3 * 4096))


def of_another_program(path):
    path.unlink()
    with closing(sqlite3.connect(path)) as file:
        file.execute("create table notes(text)")


def newer(path):
    with closing(sqlite3.connect(path)) as file:
        file.execute("pragma user_version = 99")
        file.execute("pragma wal_checkpoint(truncate)")


def emptied(path):
    os.truncate(path, 0)


def a_link(path):
    path.rename(path.with_name("real.db"))
    path.symlink_to("real.db")


@pytest.mark.parametrize(
    ("damage", "kind", "said"),
    [
        (cut_short, JournalCorrupt, "was cut short: it has .* recover"),
        (zeroed, JournalCorrupt, "has only zeros at its beginning: .* recover"),
        (noise, JournalCorrupt, "is not a journal, or was overwritten: .* recover"),
        (damaged_inside, JournalCorrupt, "is damaged .* recover"),
        (of_another_program, JournalCorrupt, "is a database of another program"),
        (newer, JournalTooNew, "has tables of version 99, and this Chasqui knows them up to 2"),
        (emptied, JournalCorrupt, "was emptied, and had tasks"),
        (a_link, JournalUnsafe, r"is a link to real\.db"),
    ],
)
def test_a_file_that_is_not_right_is_refused_by_what_was_found_and_unchanged(
    path, damage, kind, said
):
    damage(path)
    before = sums(path)

    with pytest.raises(kind, match=f"^the journal {path} {said}"):
        opened(path, "power")

    assert before == sums(path)


def test_an_engine_that_finds_it_so_does_not_start(path):
    zeroed(path)

    with pytest.raises(JournalCorrupt):
        Engine(journal=path).start()


def test_a_second_engine_is_refused_and_the_first_goes_on(path):
    with Engine(journal=path, plugins=["demo"]) as engine:
        with pytest.raises(JournalBusy, match="is held by another engine of this process"):
            Engine(journal=path).start()
        assert 0.0 <= engine.submit("demo.sleep", {"seconds": 0}).result(5)


def test_a_journal_that_was_closed_can_be_opened_at_once(path):
    for _ in range(3):
        opened(path, "power").close()


def test_a_journal_that_was_removed_begins_anew(path):
    path.unlink()

    store = opened(path, "process")

    assert 0 == store.last_number()
    store.close()


def test_after_a_refusal_the_lock_is_free(path):
    newer(path)
    for _ in range(2):
        with pytest.raises(JournalTooNew):
            opened(path, "power")


def test_an_engine_refuses_the_journal_of_a_run(tmp_path):
    path = tmp_path / "run.db"
    words = ["run", "demo.sleep", "seconds=0", "--journal", str(path)]
    subprocess.run([sys.executable, "-m", "chasqui", *words], check=True, capture_output=True)

    with pytest.raises(JournalError, match="is the journal of a `chasqui-tui run`"):
        Engine(journal=path).start()


@pytest.mark.parametrize("point", ["locked", "created"])
def test_a_kill_while_it_is_made_leaves_a_journal_that_opens(tmp_path, point):
    path = tmp_path / "jobs.db"
    program = (
        "import sys; from pathlib import Path\n"
        "from chasqui.engine.journal.opening import opened\n"
        "opened(Path(sys.argv[1]), 'power').close()\n"
    )
    environment = {**os.environ, "CHASQUI_CRASH_AT": point}
    done = subprocess.run([sys.executable, "-c", program, str(path)], env=environment)
    assert -signal.SIGKILL == done.returncode

    store = opened(path, "power")

    assert ("ok",) == store.connection.execute("pragma integrity_check").fetchone()
    store.close()


def test_a_child_that_outlives_its_parent_does_not_keep_the_journal(path):
    program = (
        "import os, sys, time; from pathlib import Path\n"
        "from chasqui.engine.journal.opening import opened\n"
        "store = opened(Path(sys.argv[1]), 'power')\n"
        "if os.fork():\n"
        "    os._exit(0)\n"
        "print('child', flush=True)\n"
        "sys.stdin.read()\n"
        "os._exit(0)\n"
    )
    command = [sys.executable, "-c", program, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert b"child\n" == parent.stdout.readline()
        parent.wait()

        opened(path, "power").close()

        assert parent.stdin is not None
        parent.stdin.close()
