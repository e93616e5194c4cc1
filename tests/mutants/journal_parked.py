"""Mutants of what is in the journal only: tasks whose type is absent, or that wait for room."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

LOTS = "chasqui/engine/journal/lots.py"
PARKED = "chasqui/engine/journal/parked.py"
TESTS = "tests/engine/journal/test_parked.py"

MUTANTS = (
    Mutant(
        "cancelled-while-read",
        "a cancelled task that was read already does not run",
        LOTS,
        "        self._rows = deque(one for one in self._rows if one.number != row.number)\n",
        "        pass\n",
        TESTS,
    ),
    Mutant(
        "cancelled-twice",
        "a task that is cancelled in the file is cancelled once",
        LOTS,
        "        if row.number in self._gone:\n            return False\n",
        "        pass\n",
        TESTS,
    ),
    Mutant(
        "cancelled-in-a-pool",
        "what is in a pool is not cancelled in the file behind its back",
        "chasqui/engine/journal/feeding.py",
        "return next((lot for lot in of_kind if lot.line_of(row).holds(row)), None)",
        "return next(of_kind, None)",
        TESTS,
    ),
    Mutant(
        "cancelled-not-written",
        "a task that is cancelled in the file stays so",
        PARKED,
        "            self._journal.withdrawn(taken)\n",
        "",
        TESTS,
    ),
    Mutant(
        "parked-out-of-order",
        "parked tasks are listed in the order in which they would run",
        PARKED,
        'rows = self._rows(f"{sql} order by priority desc, id"',
        'rows = self._rows(f"{sql} order by id"',
        TESTS,
    ),
)
