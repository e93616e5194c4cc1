"""Mutants of what screens make of texts: each is harmless where it is drawn, and is drawn."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

TESTS = "tests/console/test_hostile_texts.py"

MUTANTS = (
    Mutant(
        "text-drawn-raw",
        "what a console draws is harmless, whatever a port has said",
        "chasqui/console/model/format.py",
        "shown: str = text if text.isascii() and text.isprintable() else safe_line(text, cap)",
        "shown: str = text",
        TESTS,
    ),
    Mutant(
        "text-on-no-screen",
        "each text that a port carries is on some screen",
        "chasqui/console/model/failures.py",
        "plain(row.newest or row.error, glyphs)",
        "plain(row.error, glyphs)",
        TESTS,
    ),
)
