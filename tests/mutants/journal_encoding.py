"""Mutants of what a journal keeps of parameters, results and errors."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

ENCODING = "chasqui/engine/journal/encoding.py"
TESTS = "tests/engine/journal/test_exactly.py"
BOUNDS = "tests/engine/journal/test_encoding.py"

MUTANTS = (
    Mutant(
        "journal-nan-is-null",
        "a number that is not finite is not kept as null",
        ENCODING,
        '    if known.floats and b"null" in text:\n',
        "    if False:\n",
        TESTS,
    ),
    Mutant(
        "journal-table-as-mark",
        "a table that looks like a mark comes back as a table",
        ENCODING,
        "return None if is_table and any(mark in text for mark in MARK_BYTES) else text",
        "return text",
        TESTS,
    ),
    Mutant(
        "journal-lost-accepted",
        "a value without a form in JSON is refused",
        ENCODING,
        "if is_lost(value)} if REPR in text else set()",
        "if is_lost(value)} if False else set()",
        TESTS,
    ),
    Mutant(
        "journal-keys-changed",
        "a table is refused if its keys would come back as others",
        ENCODING,
        "    if not lost and (known.odd or ESCAPED in text):\n",
        "    if False:\n",
        TESTS,
    ),
    Mutant(
        "journal-params-unbounded",
        "parameters are bounded",
        ENCODING,
        "        if len(text) > PARAMS_BYTES:\n",
        "        if False:\n",
        f"{BOUNDS}::test_parameters_that_are_too_large_are_refused_with_their_size",
    ),
    Mutant(
        "journal-result-unbounded",
        "results are bounded",
        ENCODING,
        "    if len(text) > RESULT_BYTES:\n",
        "    if False:\n",
        f"{BOUNDS}::test_a_large_result_is_cut_with_a_mark",
    ),
)
