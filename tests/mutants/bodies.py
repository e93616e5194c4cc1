"""Mutants of how bodies run, and of what is kept and measured of them."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

POOL = "tests/pool"

MUTANTS = (
    Mutant(
        "task-kills-worker",
        "whatever a task raises is its own failure",
        "chasqui/pool/threads.py",
        "except BaseException as error:\n            # SystemExit",
        "except Exception as error:\n            # SystemExit",
        POOL,
    ),
    Mutant(
        "time-limit-ignored",
        "a body past its time limit has failed",
        "chasqui/pool/ending.py",
        "late = more is not None and more.deadline is not None and task._ended_at > more.deadline",
        "late = False",
        POOL,
    ),
    Mutant(
        "coroutine-deaf",
        "a coroutine is woken by a cancel",
        "chasqui/pool/coroutines.py",
        "loop.call_soon_threadsafe(running.cancel)",
        "loop.call_soon_threadsafe(running.done)",
        POOL,
    ),
    Mutant(
        "variables-lost",
        "a body sees the variables of its submitter",
        "chasqui/pool/threads.py",
        "            if task.variables is not None:",
        "            if task.variables is None:",
        POOL,
    ),
    Mutant(
        "fresh-unread",
        "durations that lie about are in a reading as well",
        "chasqui/pool/histogram.py",
        "        whole.fold(part.fresh)",
        "        pass",
        POOL,
    ),
)
