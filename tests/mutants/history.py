"""Mutants of the history: what is written down of tasks that end, once, and within bounds."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

ROOM = "chasqui/engine/history"
ONCE = "tests/engine/history/test_exactly_once.py"
FINDING = "tests/engine/history/test_finding.py"
KEEPING = "tests/engine/history/test_keeping.py"
BOUNDS = "tests/engine/history/test_bounds.py"
CHOOSING = "tests/engine/history/test_choosing.py"

WRITING = "tests/engine/history/test_writing.py"

MUTANTS = (
    Mutant(
        "usage-of-good-ends-unrecorded",
        "what a task of a process has used is written down",
        f"{ROOM}/maker.py",
        "                    if measures:\n",
        "                    if False:\n",
        "tests/processes/test_usage.py",
    ),
    Mutant(
        "usage-unknown-is-none",
        "what was not measured is neither more nor less than any bound",
        f"{ROOM}/finished.py",
        "UNKNOWN: Final = math.nan",
        "UNKNOWN: Final = 0.0",
        "tests/processes/test_usage.py",
    ),
    Mutant(
        "parts-uncounted",
        "a value is written as it is only if that takes few parts",
        f"{ROOM}/parts.py",
        "        if most < 0:\n",
        "        if False:\n",
        f"{WRITING}::test_a_value_that_holds_another_twice_at_each_level_keeps_no_worker_busy",
    ),
    Mutant(
        "good-end-unrecorded",
        "the worker loop writes each good end down itself",
        "chasqui/pool/worker_loop.py",
        "                    record(known)\n",
        "                    pass\n",
        f"{FINDING}::test_a_completed_task_is_found_with_its_parameters_times_worker_and_result",
    ),
    Mutant(
        "careful-end-unrecorded",
        "a good end that needs care is written down too",
        "chasqui/pool/ending.py",
        "    else:\n        record_ended(pool, (task,), state)\n",
        "",
        f"{KEEPING}::test_a_kept_result_is_as_in_a_row",
    ),
    Mutant(
        "retry-recorded",
        "an attempt that is followed by another is no end",
        "chasqui/pool/reporting.py",
        '    """Report that an attempt has failed and will be followed by another."""\n',
        '    """Report that an attempt has failed and will be followed by another."""\n'
        '    record_ended(pool, (task,), "failed")\n',
        f"{ONCE}::test_an_attempt_that_is_followed_by_another_is_no_end",
    ),
    Mutant(
        "recorded-by-loop-and-held",
        "a held worker writes down an end once",
        "chasqui/pool/worker_loop.py",
        "            worker.moving = True\n            if worker.held:\n"
        "                worker.moving = False\n                task = error = None\n",
        "            worker.moving = True\n            if worker.held:\n"
        "                worker.moving = False\n                if known is not None:\n"
        "                    record(known)\n                task = error = None\n",
        f"{ONCE}::test_a_task_whose_worker_is_held_at_its_end_is_recorded_once",
    ),
    Mutant(
        "history-beyond-its-number",
        "a reader sees no more tasks than are kept",
        f"{ROOM}/chunks.py",
        "        del found[: -self.retention.keep]\n",
        "",
        f"{BOUNDS}::test_the_newest_are_kept_and_no_more_than_that_many",
    ),
    Mutant(
        "history-found-beyond-its-number",
        "a task beyond the number that is kept is not found",
        f"{ROOM}/chunks.py",
        "            kept = islice(reversed(chunk.entries()), left)\n",
        "            kept = reversed(chunk.entries())\n",
        f"{BOUNDS}::test_the_newest_are_kept_and_no_more_than_that_many",
    ),
    Mutant(
        "history-beyond-its-age",
        "a reader sees no task that is too old",
        f"{ROOM}/chunks.py",
        "        if found and found[-1].finished < oldest:\n",
        "        if not found:\n",
        f"{BOUNDS}::test_tasks_older_than_the_bound_are_forgotten",
    ),
    Mutant(
        "history-beyond-its-bytes",
        "the history takes no more bytes than it may",
        f"{ROOM}/chunks.py",
        "            or self._size > most\n",
        "",
        f"{BOUNDS}::test_no_more_bytes_are_kept_than_allowed",
    ),
    Mutant(
        "history-records-all-dropped",
        "of very many that are cancelled only as many are recorded as can be kept",
        f"{ROOM}/recorder.py",
        "tasks[-self._chunks.retention.keep :]",
        "tasks",
        BOUNDS,
    ),
    Mutant(
        "large-parameters-quick",
        "large parameters are cut",
        f"{ROOM}/maker.py",
        "                    if len(entry) < LARGE:\n                        return bytes(entry)\n",
        "                    return bytes(entry)\n",
        f"{KEEPING}::test_large_texts_are_cut_too_where_a_type_has_nothing_else",
    ),
    Mutant(
        "size-found-out-by-writing",
        "how large a value is, is found out before it is written",
        f"{ROOM}/writing.py",
        "        if room < 0:\n            return False\n",
        "",
        f"{KEEPING}::test_how_large_a_value_is_takes_no_longer_the_larger_it_is",
    ),
    Mutant(
        "results-kept-unasked",
        "a result is kept only if its type asks",
        f"{ROOM}/maker.py",
        '        has_result = state == "completed" and keep == "result"\n',
        '        has_result = state == "completed"\n',
        f"{KEEPING}::test_no_result_is_kept_unasked_of_a_task_that_needs_care",
    ),
    Mutant(
        "none-is-kept",
        "a type that keeps nothing is not remembered",
        f"{ROOM}/maker.py",
        '        return None if keep == "none" else self._written(',
        "        return self._written(",
        KEEPING,
    ),
    Mutant(
        "history-routes-strangers",
        "a task of a type that an engine cannot route does no harm to its worker",
        "chasqui/engine/policy/routes.py",
        "        return self._rules_of(work.name, work.type).keep or",
        "        return self.of(work).rules.keep or",
        f"{KEEPING}::test_a_task_of_a_type_that_this_engine_does_not_have_is_remembered_and_does_no_harm",
    ),
    Mutant(
        "revealed-since-shown",
        "what was revealed after a task had ended is masked",
        f"{ROOM}/finished.py",
        "    return _masked(value) if longest_revealed() else value\n",
        "    return value\n",
        KEEPING,
    ),
    Mutant(
        "running-not-found",
        "a task that runs is found as the task itself",
        "chasqui/engine/submission/api.py",
        "        return self._parts.pools.find(number) or self.history.find(number)\n",
        "        return self.history.find(number)\n",
        f"{FINDING}::test_a_task_is_found_itself_while_it_waits_or_runs_and_as_a_record_after",
    ),
    Mutant(
        "page-overlaps",
        "pages of the history follow each other",
        f"{ROOM}/memory.py",
        "total - before + 1)",
        "total - before)",
        f"{CHOOSING}::test_pages_follow_each_other",
    ),
)
