"""Mutants of `chasqui-tui run`: its lines, its rows and its ends."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

COMMANDS = "tests/commands"

MUTANTS = (
    Mutant(
        "dead-host-has-stopped",
        "a shutdown whose host is killed on the way does not end as if all had ended",
        "chasqui/commands/shutdown.py",
        "        if not has_stopped and _has_died(client):\n",
        "        if False:\n",
        "tests/commands/test_steering.py::test_a_shutdown_whose_host_is_killed_on_the_way_says_so",
    ),
    Mutant(
        "refused-without-row",
        "a refused line has its row",
        "chasqui/commands/run/run.py",
        "        self._printer.put(key, row, encode(row))\n",
        "        encode(row)\n",
        COMMANDS,
    ),
    Mutant(
        "interrupt-is-success",
        "a run that is interrupted with work left says so",
        "chasqui/commands/run/run.py",
        "        if self._stop.signal is not None and self._is_left():",
        "        if False:",
        COMMANDS,
    ),
    Mutant(
        "failures-over-the-input",
        "--failures never empties the file that the run reads",
        "chasqui/commands/run/own_files.py",
        "return Path(one).samefile(other)",
        "return False",
        "tests/commands/run/test_unfinished.py",
    ),
    Mutant(
        "failures-without-left",
        "what was left or abandoned can be given back to --jobs",
        "chasqui/commands/run/unfinished.py",
        "for number in sorted(self._open):",
        "for number in ():",
        "tests/commands/run/test_unfinished.py",
    ),
    Mutant(
        "failures-without-read",
        "what was read and not accepted any more can be given back to --jobs",
        "chasqui/commands/run/run.py",
        "            self._followers.not_accepted(line.key, line.work)\n",
        "            str(line)\n",
        "tests/commands/run/test_unfinished.py",
    ),
    Mutant(
        "failures-found-so-far",
        "failures --filter lists what matches, however long its host looks",
        "chasqui/commands/pane_text.py",
        'if not _page(snapshot, "failures").is_partial:',
        "if True:",
        "tests/commands/test_failures.py",
    ),
    Mutant(
        "blank-filter",
        "an empty filter chooses nothing, though it would match everything",
        "chasqui/commands/choosing.py",
        "if not filter.strip():",
        "if False:",
        "tests/commands/test_steering.py::test_wrong_arguments_are_a_line_and_no_host_is_asked",
    ),
    Mutant(
        "check-without-journal",
        "config check names a journal that a host would not open",
        "chasqui/commands/config.py",
        "    yield from _wrong_journal(session)\n",
        "",
        "tests/commands/test_config_check.py",
    ),
    Mutant(
        "check-without-observers",
        "config check names a group that does not exist",
        "chasqui/commands/config.py",
        "    yield from _wrong_observers(config)\n",
        "",
        "tests/commands/test_config_check.py",
    ),
    Mutant(
        "paused-in-silence",
        "a wait for a paused engine says why nothing ends",
        "chasqui/commands/fates.py",
        "                quiet()  # without",
        "                pass  # without",
        "tests/commands/test_on_a_host.py::test_a_wait_for_a_paused_engine_says_why_nothing_ends",
    ),
)
