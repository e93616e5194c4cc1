"""Mutants of what every backend promises, and of the tests of that."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

TESTS = "tests/testing/test_backends.py"

MUTANTS = (
    Mutant(
        "last-progress-of-a-child-dropped",
        "the last report of progress stays, also from a child process",
        "chasqui/processes/reporting.py",
        "                if report is not None:  # else it has just been sent\n",
        "                if False:\n",
        TESTS,
    ),
    Mutant(
        "half-a-character-from-a-child",
        "a body in a child process can report any text",
        "chasqui/processes/reporting.py",
        '    return text if text.isascii() else text.encode(errors="backslashreplace").decode()\n',
        "    return text\n",
        TESTS,
    ),
    Mutant(
        "settings-of-a-tested-backend-lost",
        "a backend is tested with its settings",
        "chasqui/testing/conformance/__init__.py",
        '"settings": dict(settings or {})',
        '"settings": {}',
        TESTS,
    ),
    Mutant(
        "suite-without-capabilities",
        "the tests notice a backend that is not what it says",
        "chasqui/testing/conformance/capabilities.py",
        "        assert measured == (usage is not None)\n",
        "",
        TESTS,
    ),
)
