"""Mutants of the read-only port."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

READ_ONLY = "tests/control/test_read_only.py"

MUTANTS = (
    Mutant(
        "read-only-applies",
        "a read-only port refuses what changes the engine",
        "chasqui/control/read_only.py",
        "return self._port.apply(command) if isinstance(command, LOOKING) else REFUSED",
        "return self._port.apply(command)",
        READ_ONLY,
    ),
    Mutant(
        "read-only-submits",
        "a read-only port refuses to submit",
        "chasqui/control/read_only.py",
        '"""Refuse to submit."""\n        return REFUSED',
        '"""Refuse to submit."""\n        return self._port.submit(type, params, options)',
        READ_ONLY,
    ),
    Mutant(
        "looking-marks",
        "to look at a failure does not mark it as seen",
        "chasqui/control/local.py",
        "                found = failure_views.failure_detail(failure, ended)\n",
        "                found = failure_views.failure_detail(failure, ended)\n"
        "                engine.failures.see([number])\n",
        READ_ONLY,
    ),
    Mutant(
        "gate-shut",
        "what only looks goes through a read-only port",
        "chasqui/control/commands.py",
        "LOOKING = (CheckTasks, CountFailures, CountWaiting, FillForm, ReadFailures)",
        "LOOKING = ()",
        READ_ONLY,
    ),
)
