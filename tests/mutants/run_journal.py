"""Mutants of `run --journal`: what is final, and what is printed."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

JOURNAL = "chasqui/commands/run/journal.py"
PRINTING = "chasqui/commands/run/printing.py"
PIECES = "chasqui/commands/pieces.py"
PRINTED = "chasqui/commands/run/printed.py"
KILLED = "tests/commands/run/test_killed.py"
LINES = "chasqui/commands/run/line_work.py"
RAN = "tests/commands/run/test_line_work.py"
REPEATED = "tests/commands/run/test_repeated.py"
FINAL = "tests/commands/run/test_journal.py"
REMAINS = "tests/commands/run/test_printed.py"

MUTANTS = (
    Mutant(
        "rows-not-committed",
        "rows are on disk with the ends of their lines, so a kill before they are printed loses none",
        PRINTING,
        "batch if rows else None, instead)",
        "None, instead)",
        f"{KILLED}::test_two_files_hold_each_line_once_wherever_the_first_run_is_killed",
    ),
    Mutant(
        "rows-of-earlier-runs-stay",
        "a run prints what earlier ones have committed and not printed",
        PRINTING,
        'self._print((), b"".join(one.missing), [batch.seq])',
        'self._print((), b"", [batch.seq])',
        f"{KILLED}::test_two_files_hold_each_line_once_wherever_the_first_run_is_killed",
    ),
    Mutant(
        "printed-rows-again",
        "rows that the output of a killed run has are not printed again",
        PRINTED,
        "[row for row in rows if row not in lines]",
        "rows",
        REMAINS,
    ),
    Mutant(
        "half-a-row-stays",
        "half a row at the end of a killed run's file is taken away",
        PRINTED,
        "                os.ftruncate(descriptor, position)\n",
        "                pass\n",
        REMAINS,
    ),
    Mutant(
        "half-a-line-of-others-goes",
        "what another program has written at the end of the file stays",
        PRINTED,
        "if rest and any(row.startswith(rest) for row in rows):",
        "if rest:",
        REMAINS,
    ),
    Mutant(
        "renamed-is-gone",
        "an output that was renamed in its folder is still asked",
        PRINTED,
        "if entry.inode() == inode]",
        "if False]",
        REMAINS,
    ),
    Mutant(
        "written-not-marked",
        "what a pipe has taken is marked after each piece",
        PIECES,
        "                self._written.write(seq, done, done)\n",
        "",
        f"{KILLED}::test_two_pipes_pass_each_line_once_wherever_the_first_run_is_killed",
    ),
    Mutant(
        "doubt-not-marked",
        "a piece is marked before a pipe gets it, so that a kill within that call prints no row twice",
        PIECES,
        "self._written.write(seq, done, done + len(piece))",
        "self._written.write(seq, done, done)",
        f"{KILLED}::test_rows_in_doubt_are_named_and_not_printed_again",
    ),
    Mutant(
        "refused-is-doubtful",
        "rows that an output has refused are printed by the next run",
        PIECES,
        "                    self._written.write(seq, done, done)  # nothing of it has gone\n",
        "",
        f"{KILLED}::test_rows_that_an_output_has_refused_are_printed_by_the_next_run",
    ),
    Mutant(
        "doubt-unsaid",
        "lines of which it is not known whether their rows are printed are named",
        PRINTING,
        "            say(_in_doubt(doubtful))\n",
        "            _in_doubt(doubtful)\n",
        f"{KILLED}::test_rows_in_doubt_are_named_and_not_printed_again",
    ),
    Mutant(
        "printed-rows-kept",
        "rows that are printed leave the journal",
        JOURNAL,
        "[(_name(seq), None) for seq in printed]",
        "[]",
        f"{REPEATED}::test_a_run_that_has_ended_in_order_keeps_no_rows_to_print",
    ),
    Mutant(
        "changed-lines-pass",
        "a final line that has changed is refused",
        JOURNAL,
        "            if was != digest:",
        "            if False:",
        FINAL,
    ),
    Mutant(
        "emptied-lines-pass",
        "a final line that is empty now is refused",
        JOURNAL,
        "            if known < number:",
        "            if False:",
        FINAL,
    ),
    Mutant(
        "any-command-goes-on",
        "another command with the same journal is refused",
        "chasqui/commands/run/claim.py",
        "    elif was != command:",
        "    elif False:",
        FINAL,
    ),
    Mutant(
        "journal-of-an-engine",
        "a run does not write into the journal of an engine",
        "chasqui/commands/run/claim.py",
        "if store.last_number() or store.has_lived():",
        "if False:",
        FINAL,
    ),
    Mutant(
        "stopped-is-final",
        "what a stop has cancelled has no row, and runs when the command is repeated",
        "chasqui/commands/run/run.py",
        'self._earlier is not None and task.state == "cancelled" and stop.now()',
        "False",
        f"{KILLED}::test_what_an_interrupt_leaves_runs_when_the_command_is_repeated",
    ),
    Mutant(
        "earlier-refusals-forgotten",
        "the exit status counts the refused lines of earlier runs",
        "chasqui/commands/run/run.py",
        "if self._refused or self._before.refused or",
        "if self._refused or",
        f"{REPEATED}::test_failed_and_refused_lines_are_final_and_count_in_the_status_of_the_next_run",
    ),
    Mutant(
        "earlier-failures-unkept",
        "the file of --failures has what failed in earlier runs",
        "chasqui/commands/run/command.py",
        "None if journal is None else journal.failed_lines",
        "None",
        f"{REPEATED}::test_the_file_of_failures_has_those_of_all_runs",
    ),
    Mutant(
        "poison-for-ever",
        "a line that was running in three crashes in a row fails",
        LINES,
        "        if crashes >= CRASHES:",
        "        if False:",
        RAN,
    ),
    Mutant(
        "charged-twice",
        "a line of a type that must not run twice does not, once it was running at a kill",
        LINES,
        "        if crashes and not may_repeat:",
        "        if False:",
        RAN,
    ),
    Mutant(
        "slab-counted-twice",
        "what ran at a kill is counted once, whatever becomes of the next run",
        LINES,
        "    if slab.epoch <= before.epoch:",
        "    if False:",
        RAN,
    ),
    Mutant(
        "starts-unnoted",
        "a line that runs is noted before its body begins",
        LINES,
        "        self._notes.begin(self._line, attempt)\n",
        "",
        RAN,
    ),
    Mutant(
        "another-key-each-run",
        "a line has the same idempotency key in every run",
        LINES,
        "        return self._key or super().idempotency_key\n",
        "        return super().idempotency_key\n",
        RAN,
    ),
)
