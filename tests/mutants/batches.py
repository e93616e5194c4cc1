"""Mutants of batches: how they are accepted, counted and followed."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

BATCH = "tests/engine/batches/test_batch.py"
MEMBERS = "tests/engine/batches/test_members.py"

MUTANTS = (
    Mutant(
        "left-yet-awaited",
        "a batch whose tasks were left says that nothing follows it",
        "chasqui/engine/observer.py",
        "        self._left()\n",
        "        return\n",
        MEMBERS,
    ),
    Mutant(
        "left-before-told-where",
        "a batch that was still being filled when its pool ended is told of the tasks left",
        "chasqui/engine/batches/members.py",
        "            self.report_left()  # a pool",
        "            pass  # a pool",
        MEMBERS,
    ),
    Mutant(
        "batch-accepted-in-part",
        "nothing of a batch is accepted when a type of it has no pool",
        "chasqui/engine/batches/table.py",
        "            self._submitter.pool_of(one, policy)\n",
        "            pass\n",
        "tests/engine/batches/test_batch.py::test_nothing_is_accepted_when_a_type_has_no_pool",
    ),
    Mutant(
        "batch-refused-by-no-pool",
        "a batch that finds no room says in which pool",
        "chasqui/engine/batches/table.py",
        "            raise\n        finally:",
        "            raise type(error)(str(error), tasks, error.batch) from None\n        finally:",
        "tests/engine/batches/test_batch.py::test_a_batch_that_finds_no_room_says_in_which_pool",
    ),
    Mutant(
        "batch-follows-twice",
        "what follows a batch runs once",
        "chasqui/engine/batches/members.py",
        "or not self._filled or self._settler is not None:",
        "or not self._filled or self.done:",
        MEMBERS,
    ),
    Mutant(
        "batch-counts-twice",
        "the end of a task is counted once, whoever comes with it",
        "chasqui/engine/batches/members.py",
        "        if number in self._open:\n"
        "            self._turn = None\n"
        "            del self._open[number]\n",
        "        if True:\n"
        "            self._turn = None\n"
        "            self._open.pop(number, None)\n",
        MEMBERS,
    ),
    Mutant(
        "batch-reading-torn",
        "a reading that a signal handler has disturbed is taken again",
        "chasqui/engine/batches/members.py",
        "            if self._turn is turn:\n                return tasks,",
        "            if True:\n                return tasks,",
        MEMBERS,
    ),
    Mutant(
        "batch-open-ends-uncounted",
        "a task whose end is not counted yet is in the reading all the same",
        "chasqui/engine/batches/members.py",
        "**{state: found[state] for state in ENDED},",
        "**ended,",
        MEMBERS,
    ),
    Mutant(
        "batch-half-validated",
        "all entries are validated before the first is accepted",
        "chasqui/engine/batches/table.py",
        "works = works_of(given, entries, make or self._submitter.entry)",
        "entries = list(entries)\n        if entries:\n            self._submitter.submit(self._submitter.entry(entries[0]))"
        "\n        works = works_of(given, entries, make or self._submitter.entry)",
        BATCH,
    ),
    Mutant(
        "batch-followed-by-a-strangers",
        "what follows a batch sees the context variables of its submitter",
        "chasqui/engine/batches/table.py",
        "partial(copy_context().run, self._submit_next, ",
        "partial(self._submit_next, ",
        BATCH,
    ),
    Mutant(
        "batch-partial-followed",
        "a batch that never got in whole is not followed",
        "chasqui/engine/batches/table.py",
        "if members.total < members.size:",
        "if False:",
        BATCH,
    ),
)
