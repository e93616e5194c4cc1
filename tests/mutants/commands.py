"""Mutants of `chasqui-tui run`: its lines, its rows and its ends."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

COMMANDS = "tests/commands"

MUTANTS = (
    Mutant(
        "refused-without-row",
        "a refused line has its row",
        "chasqui/commands/running.py",
        "        self._output.write_line(encode(with_log(row, NOTHING_SAID) if self._log else row), key)\n",
        "        encode(with_log(row, NOTHING_SAID) if self._log else row)\n",
        COMMANDS,
    ),
    Mutant(
        "interrupt-is-success",
        "a run that is interrupted with work left says so",
        "chasqui/commands/running.py",
        "        if self._signal is not None and self._is_left():",
        "        if False:",
        COMMANDS,
    ),
    Mutant(
        "failures-over-the-input",
        "--failures never empties the file that the run reads",
        "chasqui/commands/intake.py",
        "return Path(source).samefile(file)",
        "return False",
        "tests/commands/test_unfinished.py",
    ),
    Mutant(
        "failures-without-left",
        "what was left or abandoned can be given back to --jobs",
        "chasqui/commands/unfinished.py",
        "for number in sorted(self._open):",
        "for number in ():",
        "tests/commands/test_unfinished.py",
    ),
    Mutant(
        "failures-without-read",
        "what was read and not accepted any more can be given back to --jobs",
        "chasqui/commands/running.py",
        "            self._unfinished.not_accepted(work)\n",
        "            str(work)\n",
        "tests/commands/test_unfinished.py",
    ),
    Mutant(
        "failures-found-so-far",
        "failures --filter lists what matches, however long its host looks",
        "chasqui/commands/pane_text.py",
        'if not _page(snapshot, "failures").is_partial:',
        "if True:",
        "tests/commands/test_failures.py",
    ),
)
