"""Mutants of what is kept aside while a plugin is imported."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

FILE = "chasqui/plugins/aside.py"
TESTS = "tests/plugins/test_aside.py"

MUTANTS = (
    Mutant(
        "prints-of-others-kept",
        "what other threads print while a plugin is imported is shown",
        FILE,
        "        return self._kept if threading.get_ident() == self._thread else self._stream",
        "        return self._kept if self._thread else self._stream",
        TESTS,
    ),
    Mutant(
        "kept-for-ever",
        "what a plugin prints after its import is shown",
        FILE,
        "        self._thread = None\n",
        "",
        TESTS,
    ),
    Mutant(
        "stream-taken-back",
        "a stream that was replaced during an import stays",
        FILE,
        "            if getattr(sys, name) is stream:",
        "            if stream is not None:",
        TESTS,
    ),
)
