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
        "last-name-first",
        "the worker named first gets the first task",
        "chasqui/pool/threads.py",
        "for worker in reversed(workers):",
        "for worker in workers:",
        POOL,
    ),
    Mutant(
        "frames-kept",
        "nothing but the handle keeps a finished task alive",
        "chasqui/pool/trace.py",
        "        raised.set_frames(error, None)\n        return Trace",
        "        return Trace",
        POOL,
    ),
    Mutant(
        "chained-frames-kept",
        "the frames of a chained error are dropped as well",
        "chasqui/raised.py",
        "        set_frames(one, None)",
        "        pass",
        POOL,
    ),
    Mutant(
        "own-frames-shown",
        "a traceback begins at the task's own code",
        "chasqui/pool/trace.py",
        "return at or frames",
        "return frames",
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
        "loop-left-open",
        "the loop of a worker is closed with it",
        "chasqui/pool/threads.py",
        "        coroutines.close()",
        "        pass",
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
        "variables-leak",
        "a variable that a body sets is seen by no other",
        "chasqui/pool/threads.py",
        "                    spoiled = True",
        "                    spoiled = False",
        POOL,
    ),
    Mutant(
        "percentile-low",
        "a percentile is never too low",
        "chasqui/pool/histogram.py",
        "(bucket + 1 << 48)",
        "(bucket << 48)",
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
    Mutant(
        "rates-never-forget",
        "rates cover the last ten seconds",
        "chasqui/pool/reading.py",
        "while len(marks) > 1 and now - marks[1].at >= WINDOW:",
        "while False:",
        POOL,
    ),
    Mutant(
        "hang-shown-from-bootstrap",
        "where a task hangs begins at its own code",
        "chasqui/pool/trace.py",
        "stack[first:]",
        "stack",
        POOL,
    ),
)
