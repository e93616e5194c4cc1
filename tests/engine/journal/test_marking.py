"""What ran when a life ended is written down once, by the next life."""

from __future__ import annotations

import signal
import subprocess
import sys

from chasqui.engine.journal.opening import opened
from chasqui.engine.journal.slab import NOTHING, Slab, slab_of
from tests.engine.journal.lives import in_file

CRASHES = """
import os, signal, sys
from chasqui import Context, Engine, task

@task
def note(ctx: Context) -> None:
    os.kill(os.getpid(), signal.SIGKILL)

engine = Engine(1, 100, journal=sys.argv[1])
engine.register(note)
engine.start()
engine.submit_batch("app.note", [{}, {}])[1].wait(60)
"""


def begun(path, slab):
    """Begin a life that is killed before it has made its slab, and return what it was told."""
    store = opened(path, "process")
    try:
        return store.begin(1, "boot", 5, slab)
    finally:
        store.close()


def killed_while_it_ran(path):
    """Have a life be killed while its first task runs, and return what it was found to have run."""
    killed = subprocess.run([sys.executable, "-c", CRASHES, str(path)], timeout=60)
    assert -signal.SIGKILL == killed.returncode
    ((uuid,),) = in_file(path, "select v from meta where k = 'uuid'")
    return Slab.read(slab_of(path), uuid)


def test_a_slab_is_counted_once_also_if_the_next_life_dies_before_it_has_its_own(tmp_path):
    path = tmp_path / "jobs.db"
    slab = killed_while_it_ran(path)
    assert slab != NOTHING
    assert 1 == begun(path, slab).interrupted
    assert 0 == begun(path, slab).interrupted
    ran, waits = in_file(
        path, "select attempt, interrupted, again, started_us from task order by id"
    )
    assert (1, 1, 1) == ran[:3]
    assert slab.running[0].started_us == ran[3] > 0
    assert (0, 0, 0, None) == waits


def test_an_attempt_whose_end_was_not_written_is_made_again_and_none_before_it(tmp_path):
    path = tmp_path / "jobs.db"
    slab = killed_while_it_ran(path)
    assert 0 == begun(path, slab._replace(running=(), attempts={1: 3})).interrupted
    ended, waits = in_file(path, "select attempt, interrupted, again from task order by id")
    assert (2, 0, 1) == ended  # so that the third is the next
    assert (0, 0, 0) == waits
