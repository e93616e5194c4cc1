"""Mutants of what a command does where its streams are closed, full or broken."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

STREAMS = "tests/commands/test_streams.py"
OUTPUT = "tests/commands/run/test_output.py"

MUTANTS = (
    Mutant(
        "prints-between-rows",
        "what a body prints goes to standard error and never between the rows",
        "chasqui/commands/run/command.py",
        "    with watch.beside(), prints_aside(), run:",
        "    with watch.beside(), run:",
        "tests/commands/run/test_run_log.py",
    ),
    Mutant(
        "results-lost",
        "results that cannot be written are told",
        "chasqui/commands/words.py",
        '        raise Unwritable(f"cannot write to standard output: {error.strerror}") from None\n',
        "        pass\n",
        STREAMS,
    ),
    Mutant(
        "rows-lost",
        "rows that cannot be written are told",
        "chasqui/commands/run/output.py",
        "if self.error is None or self.reader_gone:",
        "if True:",
        OUTPUT,
    ),
    Mutant(
        "failures-lost",
        "failures that cannot be written are told",
        "chasqui/commands/leftovers.py",
        "            self.error = error\n",
        "            str(error)\n",
        OUTPUT,
    ),
)
