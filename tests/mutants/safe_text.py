"""Mutants of how text from strangers is made harmless."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

FILE = "chasqui/control/safe_text.py"
TESTS = "tests/control/test_safe_text.py"

MUTANTS = (
    Mutant(
        "escape-through",
        "no control character reaches a terminal",
        FILE,
        'not (character.isprintable() or category == "Zs")',
        'not (character.isprintable() or category in ("Zs", "Cc"))',
        TESTS,
    ),
    Mutant(
        "bidi-through",
        "no format character reaches a terminal",
        FILE,
        'not (character.isprintable() or category == "Zs")',
        'not (character.isprintable() or category in ("Zs", "Cf"))',
        TESTS,
    ),
    Mutant(
        "private-through",
        "a character that is private or not assigned is written out",
        FILE,
        'not (character.isprintable() or category == "Zs")',
        'not (character.isprintable() or category in ("Zs", "Co", "Cn"))',
        TESTS,
    ),
    Mutant(
        "marks-without-end",
        "a character has four marks at most",
        FILE,
        "            if marks > MAX_MARKS:",
        "            if False:",
        TESTS,
    ),
    Mutant(
        "marks-of-combining-class-only",
        "enclosing and spacing marks and variation selectors count as marks too",
        FILE,
        'category[0] == "M"',
        "unicodedata.combining(character)",
        TESTS,
    ),
    Mutant(
        "jamo-not-counted",
        "vowels and finals of Hangul count as marks",
        FILE,
        " or _JAMO.match(character)",
        "",
        TESTS,
    ),
    Mutant(
        "hidden-marks-not-counted",
        "what has no width counts as a mark even where it is written out",
        FILE,
        'if kind in ("mark", "hidden mark"):',
        'if kind == "mark":',
        TESTS,
    ),
    Mutant(
        "mark-on-what-stands-before",
        "a mark at the beginning of a text stands on a character of its own",
        FILE,
        'if kind == "mark" and not kept:',
        "if False:",
        TESTS,
    ),
    Mutant(
        "joiner-unseen",
        "a joiner where it means nothing is written out",
        FILE,
        '"hidden mark" if before.isascii() else _JOINERS[character]',
        "_JOINERS[character]",
        TESTS,
    ),
    Mutant(
        "emoji-joined",
        "an emoji sequence is taken apart",
        FILE,
        '"\\u200d": "selector"}',
        '"\\u200d": "mark"}',
        TESTS,
    ),
    Mutant(
        "flags-whole",
        "a flag is written as its letters, whose width is known",
        FILE,
        '        return "flag"\n',
        '        return "plain"\n',
        TESTS,
    ),
    Mutant(
        "tone-of-no-width",
        "a skin tone is left out, or written out where it stands alone",
        FILE,
        '        return "tone"\n',
        '        return "plain"\n',
        TESTS,
    ),
    Mutant(
        "blank-letter-unseen",
        "a letter that is drawn as nothing is written out",
        FILE,
        "character in _BLANK_LETTERS or ",
        "",
        TESTS,
    ),
)
