"""Mutants of what is found of saturated pools, stops that are not heeded and turns left out."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

TESTS = "tests/engine/metrics/test_findings.py"
BEHIND = "tests/engine/metrics/test_behind.py"
DIAGNOSIS = "chasqui/engine/metrics/diagnosis.py"
FULLNESS = "chasqui/pool/fullness.py"
SCHEDULER = "chasqui/engine/schedules/scheduler.py"
PLAN = "chasqui/engine/schedules/plan.py"

MUTANTS = (
    Mutant(
        "two-tasks-are-a-rate",
        "a pool needs more workers only if five tasks came in its window",
        "chasqui/engine/metrics/diagnosis.py",
        "and pool.arrivals * pool.ten_seconds.seconds >= EVIDENCE_TASKS",
        "and pool.arrivals * pool.ten_seconds.seconds >= 0",
        "tests/engine/metrics/test_diagnosis.py",
    ),
    Mutant(
        "saturated-unsaid",
        "a pool that is full for thirty seconds is found",
        DIAGNOSIS,
        "            or _saturated(reading, pool)\n",
        "",
        TESTS,
    ),
    Mutant(
        "children-that-die-made-for-ever",
        "children that die one after the other are not made for ever",
        "chasqui/processes/backend.py",
        "                source.lost(worker, refusal)\n",
        "                source.lost(worker, refusal)\n                refusal = None\n",
        "tests/processes/test_shortage.py",
    ),
    Mutant(
        "shortage-without-why",
        "what the workers were lost to is in the finding of a pool that lacks some",
        "chasqui/pool/staffing.py",
        "            pool.crew.lost_because = because\n",
        "",
        "tests/processes/test_shortage.py",
    ),
    Mutant(
        "full-at-once",
        "a backlog that was full for a moment is not called full",
        DIAGNOSIS,
        "if pool.full_for < FULL_SECONDS:",
        "if not pool.full_for:",
        TESTS,
    ),
    Mutant(
        "workers-of-a-full-backlog",
        "no number of workers is drawn from arrivals that room decides",
        DIAGNOSIS,
        "        and not _is_held_back(pool)\n",
        "",
        "tests/engine/metrics/test_diagnosis.py",
    ),
    Mutant(
        "full-by-one-producer",
        "a backlog stays full while producers take turns",
        FULLNESS,
        "(not others_wait and now - self._seen > LULL_SECONDS)",
        "True",
        TESTS,
    ),
    Mutant(
        "full-for-ever",
        "a backlog with room is full no longer",
        FULLNESS,
        "elif now - self._seen > LULL_SECONDS:",
        "elif False:",
        TESTS,
    ),
    Mutant(
        "full-and-unwanted",
        "a backlog whose room no producer wants is not called full",
        FULLNESS,
        " and now - self._wanted <= UNWANTED_SECONDS)",
        ")",
        TESTS,
    ),
    Mutant(
        "refused-not-noted",
        "a refused submission finds the backlog full as one that waits does",
        "chasqui/pool/room.py",
        "    pool.fullness.found(pool.monotonic(), others",
        "    if deadline is None:\n        pool.fullness.found(pool.monotonic(), others",
        TESTS,
    ),
    Mutant(
        "unstopped-unsaid",
        "a stop that is not heeded is found",
        DIAGNOSIS,
        "    found += filter(None, [_unstopped(reading, pool) for pool in reading.pools.values()])\n",
        "",
        TESTS,
    ),
    Mutant(
        "unstopped-at-once",
        "a task has five seconds to stop when asked",
        DIAGNOSIS,
        "pool.unstopped[0].asked_for < UNSTOPPED_SECONDS",
        "False",
        TESTS,
    ),
    Mutant(
        "asked-again",
        "a stop is timed from when it was first asked for",
        "chasqui/pool/handles.py",
        "        if more.stop_asked is None:\n            more.stop_asked = pool.monotonic()\n",
        "        more.stop_asked = pool.monotonic()\n",
        TESTS,
    ),
    Mutant(
        "left-out-unsaid",
        "a turn that was left out is found",
        DIAGNOSIS,
        "    found += [_left_out(reading, schedule) for schedule in reading.schedules.values()]\n",
        "",
        TESTS,
    ),
    Mutant(
        "left-out-for-ever",
        "turns left out are reported for ten minutes after one was taken",
        PLAN,
        "(self.left_out and now - self.last_left_out <= LATELY_SECONDS)",
        "self.left_out",
        TESTS,
    ),
    Mutant(
        "left-out-then-taken",
        "it is said whether a turn was taken since",
        SCHEDULER,
        "entry.misses = entry.is_restored = False",
        "entry.is_restored = False",
        TESTS,
    ),
    Mutant(
        "left-out-since-it-was-noticed",
        "turns left out are reported since the first of them was due",
        PLAN,
        "self.left_out, self.first_left_out = 0, self.due",
        "self.left_out, self.first_left_out = 0, now",
        TESTS,
    ),
    Mutant(
        "stopped-schedules",
        "of a stopped engine no schedule is reported",
        DIAGNOSIS,
        "    schedules = reading.schedules if pools else {}\n",
        "    schedules = reading.schedules\n",
        TESTS,
    ),
    Mutant(
        "behind-unsaid",
        "a backlog that will soon be full is found",
        DIAGNOSIS,
        "            or _behind(reading, pool)\n",
        "",
        f"{BEHIND}::test_a_backlog_that_will_soon_be_full_is_found_with_when",
    ),
    Mutant(
        "behind-a-batch",
        "a batch that is submitted at once does not make a backlog that fills",
        "chasqui/engine/metrics/windows.py",
        "return median(rows) if rows else 0.0",
        "return sum(rows) / len(rows) if rows else 0.0",
        f"{BEHIND}::test_a_backlog_that_does_not_fill_soon_is_left_alone",
    ),
    Mutant(
        "room-unsaid",
        "a saturated pool says how long a producer waits",
        DIAGNOSIS,
        "    if pool.room_seconds:",
        "    if False:",
        f"{BEHIND}::test_a_saturated_pool_says_how_long_a_producer_waits",
    ),
)
