"""A journal of an older version becomes one of a newer version, after a backup."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from chasqui import Engine
from chasqui.engine.journal.migration import migrate
from chasqui.errors import JournalCorrupt

STEPS = {
    1: "alter table task add column colour text;",
    2: "update task set colour = 'red' where id % 2; create index task_colour on task(colour);",
}
PROGRAM = f"""
import sys
from pathlib import Path
from chasqui.engine.journal.migration import migrate
migrate(Path(sys.argv[1]), 1, {STEPS!r}, 3)
"""


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "jobs.db"
    with Engine(journal=path, journal_mode="process", plugins=["demo"]) as engine:
        engine.submit_batch("demo.sleep", [{"seconds": 0}] * 10)
    asked(path, "pragma user_version = 1")  # of which these steps are
    return path


def asked(path, sql):
    with closing(sqlite3.connect(path)) as file:
        return file.execute(sql).fetchone()


def numbers(path):
    return asked(path, "select group_concat(id) from (select id from task order by id)")


def test_each_step_is_done_in_order_and_the_tasks_stay(path):
    before = numbers(path)

    migrate(path, 1, STEPS, 3)

    assert (3,) == asked(path, "pragma user_version")
    assert (5,) == asked(path, "select count(*) from task where colour = 'red'")
    assert before == numbers(path)
    assert ("ok",) == asked(path, "pragma integrity_check")


def test_the_backup_is_the_journal_as_it_was_for_its_user_alone(path):
    before = numbers(path)

    backup = migrate(path, 1, STEPS, 3)

    assert backup is not None
    assert backup.name.startswith("jobs.db.version-1-")
    assert 0o600 == backup.stat().st_mode & 0o777
    assert (1,) == asked(backup, "pragma user_version")
    assert before == numbers(backup)
    assert ("ok",) == asked(backup, "pragma integrity_check")
    with Engine(journal=backup) as engine:
        assert engine.journal is not None


def test_a_journal_of_this_version_is_left_alone(path):
    before = path.read_bytes()

    assert migrate(path, 3, STEPS, 3) is None

    assert before == path.read_bytes()
    assert not list(path.parent.glob("*version*"))


def test_a_step_that_does_not_fit_leaves_the_journal_as_it_was_and_names_the_backup(path):
    wrong = {**STEPS, 2: "update task set no_such = 1;"}

    with pytest.raises(JournalCorrupt, match=r"version 1 .* version 3 .*no_such.*version-1-"):
        migrate(path, 1, wrong, 3)

    assert (1,) == asked(path, "pragma user_version")
    assert (0,) == asked(
        path, "select count(*) from pragma_table_info('task') where name = 'colour'"
    )


@pytest.mark.parametrize("point", ["migrating", "migrated"])
def test_a_kill_leaves_a_journal_of_one_version_or_the_other(path, point):
    before = numbers(path)
    command = [sys.executable, "-c", PROGRAM, str(path)]
    environment = {**os.environ, "CHASQUI_CRASH_AT": point}
    assert -signal.SIGKILL == subprocess.run(command, env=environment).returncode
    (version,) = asked(path, "pragma user_version")
    assert {"migrating": 1, "migrated": 3}[point] == version

    migrate(path, version, STEPS, 3)

    assert (3,) == asked(path, "pragma user_version")
    assert before == numbers(path)


def test_what_a_killed_migration_left_of_a_backup_is_not_in_the_way(path):
    part = Path(f"{path}.backup")
    part.write_bytes(b"half of it")

    migrate(path, 1, STEPS, 3)

    assert not part.exists()


@pytest.mark.parametrize(("room", "backups"), [(40_000, 0), (300_000, 1)])
def test_without_room_the_journal_is_as_it_was_and_not_called_damaged(path, room, backups):
    before = path.read_bytes()
    more = "create table t(b); insert into t values(zeroblob(1000000));"
    large = PROGRAM.replace(STEPS[1], STEPS[1] + more)
    program = (
        "import resource, signal, sqlite3, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "room = int(sys.argv[2])\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))\n"
        "try:\n"
        "    exec(sys.argv[3])\n"
        "except sqlite3.OperationalError as error:\n"
        "    print(error.sqlite_errorname)\n"
    )
    command = [sys.executable, "-c", program, str(path), str(room), large]

    done = subprocess.run(command, capture_output=True, text=True)

    assert ("SQLITE_IOERR_WRITE\n", "") == (done.stdout, done.stderr)
    assert before == path.read_bytes()
    assert backups == len(list(path.parent.glob("*version*")))
