"""The end of a program that has not shut down its engine: its journal is closed all the same."""

from __future__ import annotations

import pytest

from chasqui import Engine
from tests.engine.journal.lives import in_file, note
from tests.pool.forked import run

PROGRAM = """
import chasqui.engine.journal.committer
chasqui.engine.journal.committer.FLUSH_SECONDS = 60.0  # so that none is written before the end
from tests.engine.journal.lives import note

def begun():
    engine = Engine(1, 100, journal={path!r}, journal_mode="process", plugins=False)
    engine.register(note)
    engine.start()
    return engine

"""
STATES = "select id, state from task order by id"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "jobs.db"


def run_life(path, program: str) -> list[str]:
    """Run a program to its end, without a word of complaint, and return what it said."""
    said, wrong = run(PROGRAM.format(path=str(path)) + program)
    assert "" == wrong
    return said


def test_what_a_program_has_completed_does_not_run_again_if_it_ends_without_a_shutdown(path):
    run_life(
        path,
        "engine = begun()\n"
        "for n in range(3):\n"
        "    engine.submit('app.note', {'n': n}).result(10)\n",
    )
    ended = in_file(path, STATES)

    with Engine(1, journal=path, plugins=False) as engine:
        engine.register(note)
        last = engine.journal.last_end
        again = engine.metrics().accepted

    assert [(1, 10), (2, 10), (3, 10)] == ended
    assert last is not None and last.is_clean
    assert 0 == again


def test_what_ends_while_the_program_ends_does_not_run_again_either(path):
    run_life(
        path, "engine = begun()\nengine.submit_batch('app.note', [{'n': n} for n in range(50)])\n"
    )
    assert [(number, 10) for number in range(1, 51)] == in_file(path, STATES)


def test_an_engine_that_its_program_has_let_go_writes_the_ends_of_its_tasks_too(path):
    run_life(path, "begun().submit('app.note').result(10)\n")
    assert [(1, 10)] == in_file(path, STATES)


def test_what_waits_in_an_engine_that_was_never_started_is_left_for_the_next_life(path):
    run_life(
        path,
        f"engine = Engine(1, journal={str(path)!r}, plugins=False)\n"
        "engine.register(note)\n"
        "engine.submit('app.note')\n",
    )
    assert [(1, 0)] == in_file(path, STATES)
    assert [(1,)] == in_file(path, "select count(*) from engine where stopped_us is not null")


def test_a_forked_child_that_ends_leaves_its_parents_journal_open(path):
    said = run_life(
        path,
        "engine = begun()\n"
        "engine.submit('app.note').result(10)\n"
        "child = os.fork()\n"
        "if not child:\n"
        "    sys.exit(0)\n"
        "log = engine.journal.path + '-wal'\n"
        "say(status_of(child), engine.journal.unflushed, os.path.getsize(log) > 0)\n",
    )
    assert ["0 1 True"] == said
    assert [(1, 10)] == in_file(path, STATES)


@pytest.mark.slow
def test_the_end_of_a_forked_childs_own_engine_is_written_at_the_childs_exit(path, tmp_path):
    said = run_life(
        path,
        "engine = begun()\n"
        "child = os.fork()\n"
        "if not child:\n"
        f"    engine = Engine(1, journal={str(tmp_path / 'child.db')!r}, plugins=False)\n"
        "    engine.register(note)\n"
        "    engine.start()\n"
        "    engine.submit('app.note').result(10)\n"
        "    sys.exit(0)\n"
        "say(status_of(child))\n",
    )
    assert ["0"] == said
    assert [(1, 10)] == in_file(tmp_path / "child.db", STATES)
