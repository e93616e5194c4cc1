"""Mutants of what a command does where its streams are closed, full or broken."""

from __future__ import annotations

from tests.mutants.mutants import Mutant

STREAMS = "tests/commands/test_streams.py"

MUTANTS = (
    Mutant(
        "stdout-closed-untold",
        "a closed standard output is told before anything is done",
        "chasqui/cli.py",
        "    if sys.stdout is None:\n",
        "    if False:\n",
        STREAMS,
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
        "results-lost-at-the-end",
        "what is written last is told of as well",
        "chasqui/cli.py",
        "            flush()\n",
        "            pass\n",
        STREAMS,
    ),
    Mutant(
        "results-told-twice",
        "that an output is full is told once",
        "chasqui/cli.py",
        "        discard_output()\n        say(str(error))\n",
        "        say(str(error))\n        flush()\n",
        STREAMS,
    ),
    Mutant(
        "help-lost",
        "help that cannot be written is told, also where nothing is kept back",
        "chasqui/cli.py",
        '        show(self.format_help().rstrip("\\n"))\n',
        "        super().print_help(file)\n",
        STREAMS,
    ),
    Mutant(
        "words-end-the-command",
        "a standard error that is full changes neither results nor status",
        "chasqui/commands/words.py",
        "    with contextlib.suppress(OSError):\n        sys.stderr.write",
        "    if True:\n        sys.stderr.write",
        STREAMS,
    ),
    Mutant(
        "words-among-the-rows",
        "what is said to a closed standard error is not among the rows",
        "chasqui/commands/streams.py",
        "    if sys.stderr is None:\n",
        "    if False:\n",
        STREAMS,
    ),
    Mutant(
        "usage-needs-stderr",
        "usage that nobody can be told has its status",
        "chasqui/cli.py",
        '        say_as_it_is(f"{self.prog}',
        '        sys.stderr.write(f"{self.prog}',
        STREAMS,
    ),
    Mutant(
        "answer-lost",
        "a completion that is not taken has not gone well",
        "chasqui/commands/complete.py",
        "    with writing():\n",
        '    with __import__("contextlib").suppress(OSError):\n',
        STREAMS,
    ),
    Mutant(
        "streams-left-open",
        "a closed standard stream's number is no other file's",
        "chasqui/cli.py",
        "    occupy_closed()\n",
        "    pass\n",
        STREAMS,
    ),
)
