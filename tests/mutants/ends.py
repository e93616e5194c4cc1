"""Mutants of how an engine ends, and of the files that tell of it afterwards."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        "no-limit-is-no-time",
        "a drain of an engine without a limit gives up no task",
        "chasqui/control/stopping.py",
        "timeout = self._engine.shutdown_timeout\n",
        "timeout = self._engine.shutdown_timeout or 0.0\n",
        "tests/control/test_stopping.py",
    ),
)
