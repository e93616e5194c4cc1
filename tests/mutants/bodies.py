"""Mutants of how bodies run, and of what is kept and measured of them."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

POOL = "tests/pool"
BODIES = "tests/pool/test_bodies.py"
CALLBACKS = "tests/pool/test_done_callbacks.py"

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
        "            seen = task.variables\n",
        "            seen = None\n",
        POOL,
    ),
    Mutant(
        "variables-of-a-failed-attempt",
        "another attempt sees the variables of its submitter as they were",
        "chasqui/pool/body.py",
        "                seen = seen.copy()\n",
        "",
        BODIES,
    ),
    Mutant(
        "variables-of-another-body",
        "a variable that a body sets is seen by no other",
        "chasqui/pool/body.py",
        "            elif variables:\n",
        "            elif False:\n",
        BODIES,
    ),
    Mutant(
        "variables-lost-on-the-way",
        "a coroutine sees what the function that made it has set",
        "chasqui/pool/body.py",
        "TaskRun(task, variables.copy() if seen is None else seen)",
        "TaskRun(task, seen)",
        BODIES,
    ),
    Mutant(
        "variables-of-the-loop",
        "a coroutine of another process sees no variable that another has set",
        "chasqui/pool/coroutines.py",
        "            variables = Variables()\n",
        "            pass\n",
        "tests/pool/test_context.py",
    ),
    Mutant(
        "callback-with-a-bodys-variables",
        "a callback sees no context variable that a body has set",
        "chasqui/pool/ending.py",
        "                Variables().run(callback, task)\n",
        "                callback(task)\n",
        CALLBACKS,
    ),
    Mutant(
        "callback-without-variables",
        "a callback in a body sees the variables of that body",
        "chasqui/pool/ending.py",
        "    return worker is not None and worker.task is None\n",
        "    return True\n",
        CALLBACKS,
    ),
    Mutant(
        "variables-of-the-child",
        "in a child, too, a variable that a body sets is seen by no other",
        "chasqui/processes/serving.py",
        "copy_context().run(self._called, type_, message, context)",
        "self._called(type_, message, context)",
        "tests/processes/test_backend.py",
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
