"""Mutants of the read-only port."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

READ_ONLY = "tests/control/test_read_only.py"

MUTANTS = (
    Mutant(
        "gate-open",
        "a read-only port refuses what changes the engine",
        "chasqui/control/gate.py",
        "    if read_only and not isinstance(command, LOOKING):",
        "    if False:",
        READ_ONLY,
    ),
    Mutant(
        "gate-of-commands-passed-by",
        "a command passes the gate of the real port",
        "chasqui/control/local.py",
        "(refused := refusal(command, read_only=self.caps.read_only)) is not None",
        "(refused := refusal(command, read_only=False)) is not None",
        READ_ONLY,
    ),
    Mutant(
        "gate-of-submissions-passed-by",
        "a submission passes the gate of the real port",
        "chasqui/control/local.py",
        "(refused := refusal(None, read_only=self.caps.read_only)) is not None",
        "(refused := refusal(None, read_only=False)) is not None",
        READ_ONLY,
    ),
    Mutant(
        "looking-marks",
        "who only looks marks no failure as seen",
        "chasqui/control/local.py",
        "            if not self.caps.read_only:\n",
        "            if True:\n",
        READ_ONLY,
    ),
    Mutant(
        "gate-shut",
        "what only looks goes through a read-only port",
        "chasqui/control/commands.py",
        "LOOKING = (CountFailures,)",
        "LOOKING = ()",
        READ_ONLY,
    ),
)
