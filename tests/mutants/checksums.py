"""Mutants of checksum lists and hashes, in the plugin chasqui-files."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

LISTS = "plugins/chasqui-files/chasqui_files/checksums.py"
TESTS = "plugins/chasqui-files/tests/test_checksums.py"

MUTANTS = (
    Mutant(
        "sums-two-spaces",
        "a name may stand behind one space",
        LISTS,
        "        return 1\n",
        "        return 2\n",
        TESTS,
    ),
    Mutant(
        "sums-mixed",
        "a list has one space before each name, or two",
        LISTS,
        "        if spaces == 2:",
        "        if False:",
        TESTS,
    ),
    Mutant(
        "sums-lead",
        "a space may begin a name behind one space",
        LISTS,
        "    return spaces or 2\n",
        "    return 2\n",
        TESTS,
    ),
    Mutant(
        "sums-unescaped",
        "a marked name is unescaped",
        LISTS,
        "    if escaped:",
        "    if False:",
        TESTS,
    ),
    Mutant(
        "sums-any-escape",
        "an escape that means nothing is refused",
        LISTS,
        "    if match[1] not in _ESCAPES:\n        raise",
        "    if match[1] not in _ESCAPES:\n        return match[0]\n        raise",
        TESTS,
    ),
    Mutant(
        "sums-length",
        "a digest has the length of its algorithm",
        LISTS,
        "    if not kind or _SIZES.get(kind, len(digest) // 2 * 2) != len(digest):",
        "    if not kind:",
        TESTS,
    ),
    Mutant(
        "sums-tag",
        "a tag that is not of the algorithm asked for is refused",
        LISTS,
        "        if algorithm not in (None, kind):",
        "        if False:",
        TESTS,
    ),
    Mutant(
        "sums-cr",
        "a list may have lines that end in CR LF",
        LISTS,
        '.removesuffix(b"\\r")',
        "",
        TESTS,
    ),
    Mutant(
        "sums-byte-order",
        "a list may begin with a byte order mark",
        LISTS,
        "line.removeprefix(_BYTE_ORDER)",
        "line",
        TESTS,
    ),
    Mutant(
        "sums-utf-16",
        "a list in UTF-16 is refused as what it is",
        LISTS,
        "if beginning and line.startswith(_UTF_16):",
        "if False:",
        TESTS,
    ),
    Mutant(
        "sums-long-line",
        "what goes on of a too long line is no line",
        LISTS,
        "            if goes_on:\n",
        "            if False:\n",
        TESTS,
    ),
    Mutant(
        "sums-nul",
        "a name with a NUL is refused with its line",
        LISTS,
        '    if b"\\0" in name:',
        "    if False:",
        TESTS,
    ),
    Mutant(
        "sums-stdin",
        "the standard input is no file to check",
        LISTS,
        '    if name == b"-":',
        "    if False:",
        TESTS,
    ),
    Mutant(
        "sums-all-named",
        "of many problems the first are named",
        LISTS,
        "        if self.count <= NAMED_AT_MOST:",
        "        if True:",
        TESTS,
    ),
    Mutant(
        "sums-blake2b",
        "a blake2b has the length that its digest has",
        LISTS,
        "digest_size=len(self.digest) // 2",
        "digest_size=64",
        TESTS,
    ),
    Mutant(
        "hash-waits",
        "a file that waits for more is not taken for whole",
        "plugins/chasqui-files/chasqui_files/reading.py",
        "    if size is None:",
        "    if False:",
        "plugins/chasqui-files/tests/test_hash.py",
    ),
)
