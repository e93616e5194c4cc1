"""Mutants of backends: their names, and what they say of their workers."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

BACKEND = "tests/pool/test_backend.py"

MUTANTS = (
    Mutant(
        "backend-unchecked",
        "a backend that does not exist is refused",
        "chasqui/pool/backends.py",
        "    if name not in BACKENDS:",
        "    if False:",
        BACKEND,
    ),
    Mutant(
        "backend-of-a-config-unchecked",
        "a config's backend is checked, and the mistake names its key",
        "chasqui/engine/config/sections.py",
        "    if words and value not in words:",
        "    if False:",
        "tests/engine/config/test_backends.py",
    ),
    Mutant(
        "threads-without-a-stack",
        "a worker's stack is where its task is",
        "chasqui/pool/threads.py",
        "return stack_of(worker.ident)",
        'return ""',
        BACKEND,
    ),
)
