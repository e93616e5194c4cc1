"""Mutants of `chasqui-tui journal`: what is checked, saved and left alone."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

COMMAND = "chasqui/commands/journal.py"
SALVAGE = "chasqui/engine/journal/salvage.py"
INSPECTING = "chasqui/engine/journal/inspecting.py"
TESTS = "tests/commands/test_journal.py"
SALVAGED = "tests/engine/journal/test_salvage.py"

MUTANTS = (
    Mutant(
        "recovered-in-use",
        "a journal that a process has open is not set aside",
        COMMAND,
        "    lock = JournalLock.take(path)\n",
        "    lock = JournalLock(path, -1, JournalLock)\n",
        f"{TESTS}::test_a_journal_in_use_is_read_and_not_recovered",
    ),
    Mutant(
        "recovered-though-whole",
        "a whole journal is left as it is",
        COMMAND,
        "        if _is_whole(path):",
        "        if False:",
        TESTS,
    ),
    Mutant(
        "a-page-costs-more",
        "a damaged page costs the rows that it holds, and no other",
        SALVAGE,
        'found = list(_one_by_one(source, f"{select} id = ?", after, last, unread))',
        "found = []",
        TESTS,
    ),
    Mutant(
        "no-new-beginning",
        "what follows a beginning that is gone is saved",
        SALVAGE,
        "            _give_beginning(copy, folder)\n",
        "            pass\n",
        TESTS,
    ),
    Mutant(
        "another-journal",
        "a recovered journal has the same idempotency keys",
        SALVAGE,
        "    _copy_meta(source, target)\n",
        "",
        TESTS,
    ),
    Mutant(
        "check-without-sums",
        "a check looks at what the pages say as well",
        INSPECTING,
        "        if stats.unreadable:",
        "        if False:",
        TESTS,
    ),
    Mutant(
        "refused-lines-exported",
        "refused lines of a run are no tasks that could be run again",
        INSPECTING,
        " and not coalesce(iif(json_valid(options), options ->> '$.refused', 0), 0) order",
        " order",
        f"{TESTS}::test_refused_lines_of_a_run_are_not_exported",
    ),
    Mutant(
        "log-without-its-file-lost",
        "the log is read also if the beginning of its file is gone",
        SALVAGE,
        "((True, True), (False, True), (False, False))",
        "((True, True), (False, False))",
        SALVAGED,
    ),
    Mutant(
        "set-aside-by-its-name",
        "a kill while a journal is set aside leaves one that is refused, and not none",
        SALVAGE,
        "        aside.hardlink_to(path)\n",
        "        path.rename(aside)\n",
        f"{SALVAGED}::test_a_kill_between_the_two_names_leaves_a_journal_that_is_refused",
    ),
    Mutant(
        "salvaged-in-place",
        "a kill before the new journal is complete leaves all as it was",
        SALVAGE,
        '        saved = _saved(path, folder, progress)\n        crash_at("salvaged")\n'
        "        aside = _set_aside(path)\n",
        "        saved = _saved(path, folder, progress)\n        aside = _set_aside(path)\n"
        '        crash_at("salvaged")\n',
        f"{SALVAGED}::test_a_kill_before_the_end_leaves_all_as_it_was",
    ),
    Mutant(
        "slab-set-aside",
        "a recovered journal still knows which tasks ran",
        SALVAGE,
        'shutil.copyfile(f"{path}.slab", f"{aside}.slab")',
        'shutil.move(f"{path}.slab", f"{aside}.slab")',
        f"{SALVAGED}::test_the_slab_stays_so_that_tasks_that_ran_are_known",
    ),
    Mutant(
        "gap-ends-the-salvage",
        "tasks beyond a wide gap of unreadable numbers are found",
        SALVAGE,
        "            farther = _next_readable(source, after)",
        "            farther = None",
        f"{SALVAGED}::test_tasks_beyond_a_wide_gap_in_the_numbers_are_found",
    ),
    Mutant(
        "lots-stay-large",
        "a read that takes too long is tried with fewer tasks",
        INSPECTING,
        "                if size == 1 or not _is_too_long(error):",
        "                if True:",
        f"{TESTS}::test_tasks_with_large_parameters_are_counted_in_smaller_lots",
    ),
    Mutant(
        "check-of-a-locked-file",
        "a journal that another program has locked is not called damaged by a check",
        INSPECTING,
        "                if not faults.is_damage(error):",
        "                if False:",
        f"{TESTS}::test_a_journal_that_another_program_has_locked_is_not_called_damaged",
    ),
    Mutant(
        "check-without-tables",
        "a check misses a table that is not there",
        INSPECTING,
        "        if absent:",
        "        if False:",
        f"{TESTS}::test_a_journal_without_one_of_its_tables_is_damaged_and_can_be_recovered",
    ),
    Mutant(
        "no-text-no-damage",
        "a file whose tables are no text any more is refused as damaged",
        "chasqui/engine/journal/faults.py",
        "    if isinstance(error, UnicodeDecodeError):\n        return True\n",
        "",
        f"{TESTS}::test_tables_that_are_no_text_are_damage",
    ),
    Mutant(
        "damaged-task-exported",
        "an export stops at a damaged task, and says what to do",
        INSPECTING,
        "            except (TypeError, ValueError, AttributeError, KeyError) as error:",
        "            except ZeroDivisionError as error:",
        f"{TESTS}::test_an_export_stops_at_a_task_that_is_damaged_and_says_what_to_do",
    ),
)
