"""Mutants of batches: how they are accepted, counted and followed."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

BATCH = "tests/engine/test_batch.py"
MEMBERS = "tests/engine/test_members.py"

MUTANTS = (
    Mutant(
        "left-yet-awaited",
        "a batch whose tasks were left says that nothing follows it",
        "chasqui/engine/members.py",
        "                task._pool.particulars(task).on_left = left\n",
        "                pass\n",
        MEMBERS,
    ),
    Mutant(
        "left-before-told-where",
        "a batch that was still being filled when its pool ended is told of the tasks left",
        "chasqui/engine/members.py",
        "            self._tell_left()  # a pool",
        "            # a pool",
        MEMBERS,
    ),
    Mutant(
        "entry-of-any-kind",
        "an entry that is no work is refused before it is accepted",
        "chasqui/engine/entries.py",
        "        _check_untyped(type)",
        "        pass",
        BATCH,
    ),
    Mutant(
        "batch-follows-twice",
        "what follows a batch runs once",
        "chasqui/engine/members.py",
        "or not self._filled or self._settler is not None:",
        "or not self._filled or self.done:",
        MEMBERS,
    ),
    Mutant(
        "batch-follows-early",
        "a batch that is being filled has not ended",
        "chasqui/engine/members.py",
        "if self._open or not self._filled or",
        "if self._open or",
        MEMBERS,
    ),
    Mutant(
        "batch-counts-twice",
        "the end of a task is counted once, whoever comes with it",
        "chasqui/engine/members.py",
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
        "chasqui/engine/members.py",
        "            if self._turn is turn:\n                return tasks,",
        "            if True:\n                return tasks,",
        MEMBERS,
    ),
    Mutant(
        "batch-open-ends-uncounted",
        "a task whose end is not counted yet is in the reading all the same",
        "chasqui/engine/members.py",
        'completed + found.get("completed", 0),',
        "completed,",
        MEMBERS,
    ),
    Mutant(
        "batch-cancellations-lost",
        "a cancelled task is final",
        "chasqui/engine/members.py",
        "            else:\n                self._cancelled += 1\n",
        "            elif False:\n                self._cancelled += 1\n",
        MEMBERS,
    ),
    Mutant(
        "batch-keeps-its-tasks",
        "what has ended of a batch whose handle was dropped is kept by nobody",
        "chasqui/engine/members.py",
        "        count_end = OfGroup(self)  #",
        "        self._on_end = lambda one, on_end=self._on_end, kept=tasks: on_end(one)\n"
        "        count_end = OfGroup(self)  #",
        BATCH,
    ),
    Mutant(
        "batch-kept-by-its-engine",
        "a finished batch whose handle was dropped is gone",
        "chasqui/engine/batching.py",
        "self._batches = WeakValueDictionary()",
        "self._batches = type('Kept', (dict,), {'valuerefs': lambda self: [lambda one=one: one "
        "for one in self.values()]})()",
        BATCH,
    ),
    Mutant(
        "batch-half-validated",
        "all entries are validated before the first is accepted",
        "chasqui/engine/batching.py",
        'works = works_of("entries", entries, self._entry)',
        "entries = list(entries)\n        if entries:\n            self.submit(self._entry(entries[0]))"
        '\n        works = works_of("entries", entries, self._entry)',
        BATCH,
    ),
    Mutant(
        "batch-policy-unchecked",
        "a policy that makes no sense is refused before anything is accepted",
        "chasqui/engine/batching.py",
        "        Policy(**policy)  # raises before anything is accepted\n",
        "",
        BATCH,
    ),
    Mutant(
        "batch-partial-followed",
        "a batch that never got in whole is not followed",
        "chasqui/engine/batching.py",
        "if members.total < members.size:",
        "if False:",
        BATCH,
    ),
    Mutant(
        "batch-follow-needs-room",
        "a full backlog takes what follows a batch",
        "chasqui/engine/batching.py",
        "return self.submit(work, delay=0)  #",
        "return self.submit(work, timeout=0)  #",
        MEMBERS,
    ),
    Mutant(
        "batch-follow-lost",
        "a full schedule does not lose what follows a batch",
        "chasqui/engine/batching.py",
        "            return self.submit(work, timeout=0)  # then",
        "            raise  # then",
        MEMBERS,
    ),
    Mutant(
        "batch-waits-longer",
        "a batch waits for room no longer than it may, in all its parts",
        "chasqui/engine/batching.py",
        "left = None if deadline is None else max(0.0, deadline - self.clock.monotonic())",
        "left = timeout",
        BATCH,
    ),
    Mutant(
        "batch-refusal-untold",
        "a task that cannot follow since the engine stops is told of",
        "chasqui/engine/batching.py",
        "if follows is not None and members.refused:",
        "if False:",
        MEMBERS,
    ),
)
