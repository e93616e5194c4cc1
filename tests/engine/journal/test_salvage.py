"""What is saved of a damaged journal, and that a damaged one is never lost on the way."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from chasqui.engine.journal import place
from chasqui.engine.journal.salvage import salvage
from chasqui.engine.journal.store import Store
from chasqui.errors import JournalUnsafe
from tests.engine.journal.lives import in_file

TASKS = 1000
INSERT = (
    "insert into task(id, type, state, priority, epoch, created_us, params)"
    " with recursive n(i) as (select {first} union all select i + 1 from n where i < {last})"
    " select i, 'app.none', 0, 0, 1, 1, json_object('n', i) from n"
)
KILLED = f"""
import os, sys
from pathlib import Path
from chasqui.engine.journal.store import Store
store = Store(Path(sys.argv[1]), "process")
store.connection.execute({INSERT.format(first=1, last=TASKS)!r})
os._exit(0)
"""


@pytest.fixture(scope="module")
def left(tmp_path_factory):
    """The folder of a killed engine's journal: all of its tasks are in the log."""
    folder = tmp_path_factory.mktemp("left")
    subprocess.run([sys.executable, "-c", KILLED, str(folder / "jobs.db")], check=True)
    (folder / "jobs.db.slab").write_bytes(b"what ran")
    return folder


@pytest.fixture
def path(left, tmp_path):
    folder = shutil.copytree(left, tmp_path / "journal")
    return Path(folder, "jobs.db")


@pytest.fixture
def closed(path):
    """The same journal without a log."""
    with closing(sqlite3.connect(path)) as file:
        file.execute("pragma wal_checkpoint(truncate)").fetchone()
    return path


def quiet(_: object) -> None:
    """Show no progress."""


def contents(path):
    return {file.name: file.read_bytes() for file in path.parent.iterdir() if file.is_file()}


def zeroed(path):
    path.write_bytes(bytes(path.stat().st_size))


def emptied(path):
    os.truncate(path, 0)


def removed(path):
    path.unlink()


@pytest.mark.parametrize("damage", [zeroed, emptied, removed])
def test_the_log_is_read_also_if_its_file_is_gone(path, damage):
    damage(path)

    saved = salvage(path, quiet)

    assert (TASKS, TASKS, 0) == (saved.tasks, saved.waiting, saved.absent)
    assert [(TASKS,)] == in_file(path, "select count(*) from task")
    assert [("ok",)] == in_file(path, "pragma integrity_check")


def test_everything_of_the_damaged_one_is_set_aside_as_it_was(path):
    with path.open("r+b") as file:
        file.write(bytes(4096))
    before = contents(path)

    aside = salvage(path, quiet).aside

    after = contents(path)
    for ending in ("", "-wal", "-shm", ".slab"):
        assert before[f"jobs.db{ending}"] == after[f"{aside.name}{ending}"]
    place.check(path)  # the new one is safe, and has one name
    assert 1 == aside.stat().st_nlink


def test_the_slab_stays_so_that_tasks_that_ran_are_known(path):
    zeroed(path)

    salvage(path, quiet)

    assert b"what ran" == Path(f"{path}.slab").read_bytes()


def test_nothing_is_left_of_the_work(path):
    zeroed(path)
    aside = salvage(path, quiet).aside.name

    names = {"jobs.db", "jobs.db.slab", aside, f"{aside}-wal", f"{aside}-shm", f"{aside}.slab"}
    assert names == {file.name for file in path.parent.iterdir()}


PROGRAM = """
import sys
from pathlib import Path
from chasqui.engine.journal.salvage import salvage
salvage(Path(sys.argv[1]), lambda part: None)
"""


def test_a_kill_before_the_end_leaves_all_as_it_was(path):
    zeroed(path)
    before = contents(path)
    environment = {**os.environ, "CHASQUI_CRASH_AT": "salvaged"}
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(path)], env=environment)
    assert -signal.SIGKILL == done.returncode
    assert before == contents(path)

    assert TASKS == salvage(path, quiet).tasks


def test_a_kill_between_the_two_names_leaves_a_journal_that_is_refused(path):
    zeroed(path)
    environment = {**os.environ, "CHASQUI_CRASH_AT": "set-aside"}
    subprocess.run([sys.executable, "-c", PROGRAM, str(path)], env=environment)

    with pytest.raises(JournalUnsafe, match="has a second name"):
        place.check(path)


def test_without_room_all_is_as_it_was(path):
    zeroed(path)
    before = contents(path)
    program = (
        "import resource, signal, sqlite3\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"
        f"try:{PROGRAM.replace(chr(10), chr(10) + '    ')}\n"
        "except (OSError, sqlite3.Error):\n"
        "    print('refused')\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True)

    assert b"refused\n" == done.stdout
    assert before == contents(path)
    assert [] == [file for file in path.parent.iterdir() if file.is_dir()]


def root_of(path, table):
    return in_file(path, f"select rootpage from sqlite_master where name = '{table}'")[0][0]


def overwrite(path, page):
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\x55" * 4096)


def test_tasks_beyond_a_wide_gap_in_the_numbers_are_found(closed):
    in_file(closed, "update task set id = id + 50000000 where id > 500")
    wide = page_with(closed, b'{"n":500}', b'{"n":501}')
    overwrite(closed, wide)

    saved = salvage(closed, quiet)

    assert TASKS - 200 < saved.tasks < TASKS
    assert [(50_001_000,)] == in_file(closed, "select max(id) from task")
    assert [("ok",)] == in_file(closed, "pragma integrity_check")


def page_with(path, *texts):
    data = path.read_bytes()
    pages = (data[n : n + 4096] for n in range(0, len(data), 4096))
    return next(n for n, page in enumerate(pages, 1) if all(text in page for text in texts))


def test_a_last_number_that_cannot_be_does_not_make_it_endless(closed):
    in_file(closed, "update sqlite_sequence set seq = ? where name = 'task'", 1 << 60)
    overwrite(closed, root_of(closed, "task"))

    saved = salvage(closed, quiet)

    assert (0, True) == (saved.tasks, saved.unread > 0)


def test_a_large_parameter_that_cannot_be_read_costs_its_task_only(tmp_path):
    path = tmp_path / "jobs.db"
    store = Store(path, "process")
    store.connection.execute(INSERT.format(first=1, last=100))
    large = f'{{"x": "{"abc" * 20_000}"}}'
    store.connection.execute("update task set params = ? where id = 50", (large,))
    store.checkpoint()
    store.close()
    data = path.read_bytes()
    pages = [n for n in range(len(data) // 4096) if b"abcabc" in data[n * 4096 :][:4096]]
    with path.open("r+b") as file:
        file.seek(pages[5] * 4096)
        file.write(b"\xff" * 4)  # the number of the page that goes on with it

    saved = salvage(path, quiet)

    assert (99, 1, 1) == (saved.tasks, saved.unread, saved.absent)
