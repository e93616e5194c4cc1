"""Mutants of recovery: what earlier lives have left, and how it comes back."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

RECOVERY = "chasqui/engine/journal/recovery.py"
FEEDING = "chasqui/engine/journal/feeding.py"
LOTS = "chasqui/engine/journal/lots.py"
MARKING = "chasqui/engine/journal/marking.py"
TESTS = "tests/engine/journal/test_recovery.py"
FED = "tests/engine/journal/test_feeding.py"
PARKED = "tests/engine/journal/test_parked.py"

MUTANTS = (
    Mutant(
        "crash-uncounted",
        "what ran at a crash counts that attempt and that crash",
        MARKING,
        "            ran += connection.execute(RAN, (attempt, started, number)).rowcount\n",
        "            ran += 1\n",
        f"{FED}::test_what_ran_when_its_process_was_killed_runs_again_as_another_attempt",
    ),
    Mutant(
        "crash-of-another-life",
        "a slab is counted once",
        MARKING,
        "    if slab.epoch == epoch:\n",
        "    if True:\n",
        "tests/engine/journal/test_marking.py",
    ),
    Mutant(
        "attempts-back-to-the-first",
        "after a crash no attempt is counted again that ended before the last one began",
        MARKING,
        "set attempt = ? - 1, again = 1",
        "set attempt = min(1, ?) - 1, again = 1",
        "tests/engine/journal/test_marking.py",
    ),
    Mutant(
        "crashes-for-ever",
        "what was running in three crashes in a row does not run again",
        RECOVERY,
        "CRASHES: Final = 3 ",
        "CRASHES: Final = 300 ",
        f"{FED}::test_what_was_running_in_three_crashes_in_a_row_is_failed",
    ),
    Mutant(
        "runs-twice-all-the-same",
        "a type that must not run twice fails after a crash",
        RECOVERY,
        'if rules.on_interrupt == "fail":',
        "if False:",
        TESTS,
    ),
    Mutant(
        "fails-though-it-waited",
        "what only waited at a crash runs, whatever its type says of crashes",
        RECOVERY,
        "        if row.interrupted and (why := self._given_up",
        "        if (why := self._given_up",
        TESTS,
    ),
    Mutant(
        "redelivered-unsaid",
        "a body is told that it may have run before",
        RECOVERY,
        "        more.redelivered = bool(row.again)\n        more.key",
        "        more.key",
        TESTS,
    ),
    Mutant(
        "one-row-stops-all",
        "a row that cannot be read holds up no other",
        RECOVERY,
        "        except Exception as broken:\n",
        "        except ZeroDivisionError as broken:\n",
        TESTS,
    ),
    Mutant(
        "taken-and-lost",
        "what was taken is given back if the file cannot be read",
        LOTS,
        "    except BaseException:\n        give_back(taken)\n",
        "    except BaseException:\n",
        TESTS,
    ),
    Mutant(
        "no-room-and-lost",
        "what finds no room is given back",
        FEEDING,
        "            give_back(taken[done:])\n",
        "            pass\n",
        TESTS,
    ),
    Mutant(
        "schedule-in-vain",
        "no task is made for a schedule that is full",
        FEEDING,
        "take_first(scheduled, _most(moments))",
        "take_first(scheduled, MOST)",
        TESTS,
    ),
    Mutant(
        "file-survives-no-drain",
        "a stop without a drain cancels what waits in the file",
        FEEDING,
        "        if cancel and self._journal.is_open:\n",
        "        if False:\n",
        TESTS,
    ),
    Mutant(
        "parked-for-good",
        "a parked task runs once its type is registered",
        "chasqui/engine/types/registry.py",
        "            self.on_registered(full)\n",
        "            pass\n",
        PARKED,
    ),
    Mutant(
        "slow-disk-feeds-nothing",
        "a disk that is too slow for a chunk is asked for less",
        LOTS,
        "            self._limit = max(1, self._limit // 4)",
        "            self._limit = max(1, self._limit)",
        f"{TESTS}::test_after_a_read_that_fails_fewer_rows_are_read",
    ),
    Mutant(
        "memory-unbounded",
        "large parameters are read a few at a time",
        LOTS,
        "        self._limit = FIRST_CHUNK\n",
        "        self._limit = CHUNK\n",
        TESTS,
    ),
    Mutant(
        "priority-within-a-type",
        "the highest priority comes first, whatever its type",
        LOTS,
        "    return -row.priority, row.number\n",
        "    return 0, row.number\n",
        f"{TESTS}::test_the_highest_priority_comes_first_whatever_its_type",
    ),
)
