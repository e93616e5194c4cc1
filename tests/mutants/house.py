"""Mutants of how the package is built."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        "engine-imports-config",
        "a program that reads no config file does not import what reads one",
        "chasqui/engine/pools.py",
        "from chasqui.engine.config.pools import PoolConfig\n",
        "from chasqui.engine.config import tables\n"
        "from chasqui.engine.config.pools import PoolConfig\n",
        "tests/test_house.py::test_importing_an_engine_imports_only_what_every_engine_uses",
    ),
)
