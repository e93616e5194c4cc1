"""Mutants of warnings about a config that is valid and probably a mistake."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

FILE = "chasqui/engine/config/applying.py"
TESTS = "tests/engine/config/test_doubts.py"

MUTANTS = (
    Mutant(
        "misspelt-pool-silent",
        "a pool that is probably the default pool misspelt is a warning",
        FILE,
        "        odd = tuple(_odd_pools(file, types, config.pools))",
        "        odd = ()",
        TESTS,
    ),
    Mutant(
        "used-pool-doubted",
        "a pool to which a type is sent is no warning",
        FILE,
        '    for name in sorted(named - {said.get("pool") for said in types.values()}):',
        "    for name in sorted(named):",
        TESTS,
    ),
    Mutant(
        "any-pool-doubted",
        "a pool of another name is no warning",
        FILE,
        "cutoff=ALIKE)):",
        "cutoff=0.0)):",
        TESTS,
    ),
)
