"""Mutants of the terminal's input: whatever it is, it ends nothing."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

NOISE = "tests/console/test_noise.py"
PASTES = "tests/console/test_pastes.py"

MUTANTS = (
    Mutant(
        "stray-byte-ends-it",
        "bytes that are not UTF-8 end nothing",
        "chasqui/console/driver.py",
        '("surrogateescape").decode',
        "().decode",
        f"{NOISE}::test_a_mouse_report_in_the_old_encoding_right_of_column_95_is_dropped",
    ),
    Mutant(
        "size-believed",
        "the size of the screen is what the system says",
        "chasqui/console/driver.py",
        "            return  # an answer that was not asked for\n",
        "            pass\n",
        f"{NOISE}::test_a_report_of_a_size_that_nobody_asked_for_is_not_believed",
    ),
    Mutant(
        "older-size-told-last",
        "the last size that is taken is the one the terminal has",
        "chasqui/console/driver.py",
        "            signal.SIGWINCH,\n",
        "            signal.SIGUSR2,\n",
        f"{NOISE}::test_a_size_that_changes_while_it_is_read_is_the_one_that_is_drawn",
    ),
    Mutant(
        "unreadable-report-ends-it",
        "a report that cannot be read is dropped",
        "chasqui/console/driver.py",
        "            found = []\n",
        "            raise\n",
        f"{NOISE}::test_a_key_of_no_character_is_dropped",
    ),
    Mutant(
        "endless-paste",
        "a paste that has no end is over after a silence",
        "chasqui/console/model/pastes.py",
        "silent >= SILENT_SECONDS:",
        "False:",
        PASTES,
    ),
    Mutant(
        "mark-cut-in-two",
        "the mark of a paste is found wherever a read cuts it",
        "chasqui/console/model/pastes.py",
        "                    keys, self._held = _without_beginning_of(BEGIN, keys)\n",
        "                    pass\n",
        PASTES,
    ),
    Mutant(
        "unbounded-paste",
        "of a huge paste a part is kept",
        "chasqui/console/model/pastes.py",
        "text = text[: MOST - self._size]",
        "text = text[:]",
        PASTES,
    ),
    Mutant(
        "huge-paste-taken",
        "a paste that is too long for a field is refused aloud",
        "chasqui/console/widgets/field_input.py",
        "        if len(event.text) > LONGEST:\n",
        "        if False:\n",
        "tests/console/test_field.py::"
        "test_a_huge_paste_is_refused_aloud_in_a_field_and_in_the_editor",
    ),
)
