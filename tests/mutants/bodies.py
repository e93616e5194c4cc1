"""Mutants of how bodies run, and of what is kept and measured of them."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

POOL = "tests/pool"

MUTANTS = (
    Mutant(
        "task-kills-worker",
        "whatever a task raises is its own failure",
        "chasqui/pool/body.py",
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
        "chasqui/pool/body.py",
        "            if task.variables is not None:",
        "            if task.variables is None:",
        POOL,
    ),
    Mutant(
        "coroutine-keeps-its-stop",
        "a coroutine that has ended is stopped no more",
        "chasqui/pool/coroutines.py",
        "        run.end(stop)\n",
        "        pass\n",
        "tests/pool/test_context.py",
    ),
    Mutant(
        "coroutine-asked-before",
        "a coroutine that was asked to stop before it began stops",
        "chasqui/pool/coroutines.py",
        "    if run.stop_asked:  # before",
        "    if False:  # before",
        "tests/pool/test_context.py",
    ),
    Mutant(
        "context-of-a-subclass",
        "a context is handed in by the annotation of a subclass",
        "chasqui/engine/types/signature.py",
        "Context in hint.__mro__",
        "hint is Context",
        "tests/pool/test_context.py",
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
