"""Mutants of how the package is built."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        "engine-imports-config",
        "a program that reads no config file does not import what reads one",
        "chasqui/engine/pools.py",
        "from chasqui.engine.config.pools import PoolConfig",
        "from chasqui.engine.config.pools import PoolConfig",
        "tests/test_house.py",
    ),
)
