"""Mutants of what a run prints: order, whole texts, nothing lost."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        "order-of-lines",
        "with --keep-order a row waits for those of the lines before it",
        "chasqui/commands/run/line_order.py",
        "                if not self._has_ended:\n                    break\n",
        "",
        "tests/commands/run/test_line_order.py",
    ),
    Mutant(
        "order-bounded",
        "what a slow line holds back is bounded",
        "chasqui/commands/run/line_order.py",
        "            while self._is_full() and not self._stopped():",
        "            while False:",
        "tests/commands/run/test_line_order.py",
    ),
    Mutant(
        "order-bounded-in-bytes",
        "what a slow line holds back is bounded in bytes",
        "chasqui/commands/run/line_order.py",
        "self._rows or self._bytes >= self._size",
        "self._rows",
        "tests/commands/run/test_line_order.py",
    ),
    Mutant(
        "order-one-gives",
        "one thread at a time gives out what is in order",
        "chasqui/commands/run/line_order.py",
        "            if self._is_giving:\n                return\n",
        "",
        "tests/commands/run/test_line_order.py",
    ),
    Mutant(
        "order-nothing-lost",
        "at a stop what was held back is printed",
        "chasqui/commands/run/form_printer.py",
        "            self._order.end()\n            self._order.give(self._print)\n",
        "            self._order.give(self._print)\n",
        "tests/commands/run/test_form_printer.py",
    ),
    Mutant(
        "text-no-newline-more",
        "the output of a command has no newline more",
        "chasqui/commands/run/text.py",
        '        return Wrote(_bytes(said["output"]) or b"", count, True)',
        '        return Wrote(_line(said["output"]) or b"", count, True)',
        "tests/commands/run/test_text.py",
    ),
    Mutant(
        "text-tag-each-line",
        "a tag stands before each line of a text",
        "chasqui/commands/run/text.py",
        '    *whole, last = text.split(b"\\n")\n    return',
        "    whole, last = [], text\n    return",
        "tests/commands/run/test_text.py",
    ),
    Mutant(
        "text-what-is-cut-is-said",
        "an output that is not whole is a problem of the run",
        "chasqui/commands/run/text.py",
        "                self._cut += 1\n",
        "                self._cut += 0\n",
        "tests/commands/run/test_text.py",
    ),
    Mutant(
        "text-harmless-on-a-terminal",
        "no control character of an output gets to a terminal",
        "chasqui/commands/run/text.py",
        "visible(text) if self._visibly else text",
        "text",
        "tests/commands/run/test_text.py",
    ),
)
