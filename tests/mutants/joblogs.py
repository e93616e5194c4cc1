"""Mutants of `run --joblog` and of the table [run]."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

JOBLOG = "chasqui/commands/run/joblog.py"
TESTS = "tests/commands/run/test_joblog.py"

MUTANTS = (
    Mutant(
        "failed-lines-always-again",
        "a line that has failed is run again only by --resume-failed",
        JOBLOG,
        'return state == "completed" if self._again_failed else bool(state)',
        'return state == "completed"',
        TESTS,
    ),
    Mutant(
        "failed-lines-never-again",
        "--resume-failed runs what has failed again",
        JOBLOG,
        'return state == "completed" if self._again_failed else bool(state)',
        "return bool(state)",
        TESTS,
    ),
    Mutant(
        "changed-line-left-out",
        "a line that has changed since it was logged is refused",
        JOBLOG,
        "if not self._lines.is_same(number, digest):",
        "if False:",
        TESTS,
    ),
    Mutant(
        "half-a-log-line-stays",
        "half a line at the end of a job log is taken away",
        JOBLOG,
        "    os.ftruncate(descriptor, size)\n",
        "",
        TESTS,
    ),
    Mutant(
        "log-of-any-command",
        "the job log of another command is refused",
        JOBLOG,
        "            if line.run != run:\n",
        "            if False:\n",
        TESTS,
    ),
    Mutant(
        "log-begun-anew",
        "a job log with something in it is not used without --resume",
        JOBLOG,
        "if header and not resume:",
        "if False:",
        TESTS,
    ),
    Mutant(
        "cancelled-by-a-stop-is-an-end",
        "what an interrupt has cancelled runs when the run goes on",
        JOBLOG,
        'if task.state == "cancelled" and self._is_stopping():',
        "if False:",
        TESTS,
    ),
    Mutant(
        "logged-before-printed",
        "what the log has, has its row",
        "chasqui/commands/run/logged_output.py",
        "            if self.error is not None:\n                self.unprinted += 1\n            elif",
        "            if",
        TESTS,
    ),
    Mutant(
        "killed-lines-not-carried",
        "what may have run is named by each run until it has an end",
        JOBLOG,
        "{one.number for one in before.running} | before.carried",
        "{one.number for one in before.running}",
        TESTS,
    ),
    Mutant(
        "users-workers-first",
        "what a project says of its pools counts more than a user's own file",
        "chasqui/commands/run/defaults.py",
        "return not is_users or not any",
        "return True or not any",
        "tests/commands/run/test_defaults.py",
    ),
)
