"""Mutants of the loggers, which a configuration that does not name them leaves on."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

FILE = "chasqui/loggers.py"
TESTS = "tests/test_loggers.py"

MUTANTS = (
    Mutant(
        "logger-switched-off",
        "a configuration that does not name a logger leaves it on",
        FILE,
        '        if name == "disabled" and value and _asked_by_config():',
        '        if name == "disabled" and value and not _asked_by_config():',
        TESTS,
    ),
    Mutant(
        "program-not-obeyed",
        "a program may disable a logger itself",
        FILE,
        '        if name == "disabled" and value and _asked_by_config():',
        '        if name == "disabled" and value:',
        TESTS,
    ),
    Mutant(
        "class-of-loggers-lost",
        "a program's class of loggers is kept",
        FILE,
        "    return type(kind.__name__, (LastingLogger, kind), {})",
        "    return LastingLogger",
        TESTS,
    ),
    Mutant(
        "other-loggers-last",
        "loggers of others are made as they were before",
        FILE,
        "            manager.loggerClass = before\n",
        "            pass\n",
        TESTS,
    ),
    Mutant(
        "asked-for-before",
        "a logger that the program has asked for before lasts as well",
        FILE,
        "            log.__class__ = _lasting(type(log))",
        "            pass",
        TESTS,
    ),
    Mutant(
        "plain-logger",
        "no module makes a logger that a configuration switches off",
        "chasqui/pool/exits.py",
        'log = loggers.named("chasqui.pool")',
        'import logging; log = logging.getLogger("chasqui.pool")',
        TESTS,
    ),
)
