"""Mutants of what xargs and GNU parallel do too: commands that read the input of a run."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

BLOCKS = "tests/control/intake/test_blocks.py"
FEEDING = "tests/commands/run/test_feeding_commands.py"

MUTANTS = (
    Mutant(
        "peers-chunk-of-half-a-line",
        "a chunk is whole lines",
        "chasqui/control/intake/blocks.py",
        'end = rest.rfind(b"\\n", 0, self._size) + 1 or rest.find(b"\\n") + 1',
        "end = self._size",
        BLOCKS,
    ),
    Mutant(
        "peers-last-chunk-lost",
        "all chunks together are the input",
        "chasqui/control/intake/blocks.py",
        "            yield bytes(rest)\n",
        "            yield bytes(rest[:0])\n",
        BLOCKS,
    ),
    Mutant(
        "peers-line-without-its-end",
        "a command reads its line with the end that it has",
        "chasqui/commands/records/filling.py",
        'return (line.given or "") + self._end',
        'return line.given or ""',
        FEEDING,
    ),
    Mutant(
        "peers-line-read-and-appended",
        "a line that a command reads is no word of it",
        "chasqui/commands/records/filling.py",
        "self._appends = not reads and not",
        "self._appends = not",
        FEEDING,
    ),
    Mutant(
        "peers-block-without-bound",
        "a block that is larger than a chunk may be is refused at the start",
        "chasqui/commands/records/arguments.py",
        "if not 1 <= count <= LARGEST:",
        "if False:",
        FEEDING,
    ),
)
