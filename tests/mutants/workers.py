"""Mutants of the workers pane: what a row says, and which task a key is meant for."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

WORKERS = "tests/console/test_workers.py"
CREW = "tests/control/test_crew.py"

MUTANTS = (
    Mutant(
        "process-looked-at-by-each-console",
        "a process is looked at once a second, however many consoles ask",
        "chasqui/control/process_use.py",
        "            if 0 <= now - last.at < step:\n                return last.use\n",
        "",
        "tests/control/test_process_use.py",
    ),
    Mutant(
        "share-of-the-process-before",
        "how busy a process is comes from two readings of the same one",
        "chasqui/control/process_use.py",
        "last = self._looks.get(pid)",
        "last = next(iter(self._looks.values()), None)",
        "tests/control/test_process_use.py",
    ),
    Mutant(
        "key-for-the-next-task",
        "a key pressed for a task never acts on the next task of its worker",
        "chasqui/console/acting/workers.py",
        "if worker is not None and self._pane.pinned.has_changed:",
        "if False:",
        f"{WORKERS}::test_a_key_pressed_for_a_task_never_acts_on_the_next",
    ),
    Mutant(
        "task-never-read",
        "a task that was on screen for seconds is the one that a key is meant for",
        "chasqui/console/model/pinned.py",
        "at - self._left >= READ_SECONDS",
        "False",
        f"{WORKERS}::test_a_task_that_has_been_on_screen_for_long_enough_is_the_one_that_is_meant",
    ),
    Mutant(
        "type-as-narrow-as-ever",
        "a type is shown whole, however long the progress beside it is",
        "chasqui/console/panes/workers.py",
        "            self._longest_type, several_pools=self._several, longest",
        "            0, several_pools=self._several, longest",
        f"{WORKERS}::test_a_type_is_shown_whole_beside_a_long_progress",
    ),
    Mutant(
        "left-without-pace",
        "how long a task still takes follows from how fast it advances",
        "chasqui/console/model/pace.py",
        "(progress.total - progress.done) / rate",
        "(progress.total - progress.done)",
        f"{WORKERS}::test_a_progress_has_a_bar_a_rate_and_an_estimate",
    ),
    Mutant(
        "over-p95-uncoloured",
        "a task that runs for longer than the p95 of its type stands out",
        "chasqui/console/model/workers.py",
        '"warn" if is_over(worker, now) else ""',
        '""',
        f"{WORKERS}::test_a_task_past_the_p95_of_its_type_is_coloured_and_says_so",
    ),
    Mutant(
        "size-kept-when-put-back",
        "a size that is put back to the config's is no longer in the overrides file",
        "chasqui/control/orders.py",
        "kept = None if workers == settings.workers.get(pool) else workers",
        "kept = workers",
        f"{CREW}::test_a_size_that_differs_from_the_config_is_said_and_forgotten_when_put_back",
    ),
    Mutant(
        "producers-uncounted",
        "producers that are not listed are counted",
        "chasqui/control/crew_views.py",
        "more_producers=max(0, len(waiting) - MOST),",
        "more_producers=0,",
        f"{CREW}::test_more_producers_than_are_listed_are_counted",
    ),
    Mutant(
        "producers-before-the-end",
        "the rows of producers come after those of all workers",
        "chasqui/console/panes/workers.py",
        "if page.offset + len(page.rows) >= page.total:",
        "if True:",
        f"{WORKERS}::test_producers_come_after_the_last_of_many_workers",
    ),
    Mutant(
        "place-of-another-task",
        "the facts of a task have no place of the task before it",
        "chasqui/console/panes/workers.py",
        "(place.worker, place.task) != (worker.name, worker.task)",
        "place.worker != worker.name",
        f"{WORKERS}::test_the_facts_of_a_running_task_say_where_in_its_code_it_is",
    ),
    Mutant(
        "size-of-another-pool",
        "the size of the selected pool is the one that is put back",
        "chasqui/console/acting/workers.py",
        "size = self._pane.size_of(pool)",
        'size = self._pane.size_of("default")',
        f"{WORKERS}::test_the_pool_of_the_selected_row_is_the_one_that_is_put_back",
    ),
    Mutant(
        "producer-lost-in-turns",
        "the row of a producer that waits again stays selected",
        "chasqui/console/model/crew.py",
        'Beside(("producer", *same, seen[same]), one)',
        'Beside(("producer", *same, one.since), one)',
        f"{WORKERS}::test_the_row_of_a_producer_that_takes_turns_stays_selected",
    ),
    Mutant(
        "leaver-unmarked",
        "a worker that leaves after its task is marked",
        "chasqui/console/model/workers.py",
        'if worker.leaves and worker.state == "running":',
        "if False:",
        f"{WORKERS}::test_a_worker_that_leaves_after_its_task_is_marked",
    ),
    Mutant(
        "head-as-a-task",
        "the head of a pool is no task: x says so",
        "chasqui/console/acting/workers.py",
        "        if isinstance(self._pane.selected_extra, PoolRow):\n",
        "        if False:\n",
        "tests/console/test_pool_heads.py",
    ),
    Mutant(
        "heads-not-counted-above",
        "a window in the middle of several pools has its lines where the whole list has them",
        "chasqui/console/model/pool_heads.py",
        "            first += upto",
        "            first += 0",
        "tests/console/test_pool_heads.py",
    ),
)
