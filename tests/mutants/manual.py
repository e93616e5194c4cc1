"""The manual: its pages, and how they are shown."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        "topic-is-a-path",
        "only a topic of the manual is read, no other file",
        "chasqui/help/__init__.py",
        "    if topic not in known:\n",
        '    if topic not in known and "/" not in topic:\n',
        "tests/help/test_pages.py",
    ),
    Mutant(
        "code-wrapped",
        "a short piece of code stays on one line",
        "chasqui/help/plain.py",
        "if len(code) <= unsplit else code",
        "if len(code) <= 0 else code",
        "tests/help/test_plain.py",
    ),
    Mutant(
        "output-looks-like-code",
        "what a program prints is set apart from its code",
        "chasqui/help/plain.py",
        "        if is_code and first == OUTPUT:",
        "        if False:",
        "tests/help/test_plain.py",
    ),
    Mutant(
        "topics-not-completed",
        "shells complete the topics",
        "chasqui/commands/candidates.py",
        'argument.metavar == "TOPIC"',
        'argument.metavar == "TOPICS"',
        "tests/commands/test_completion.py",
    ),
)
