"""What could be wrong with lanes and breakers, each noticed by a test."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

LANES = "tests/pool/test_lanes.py"
BREAKER = "tests/engine/policy/test_breaker.py"

MUTANTS = (
    Mutant(
        "lane-never-left",
        "the end of a task makes room in its lane",
        "chasqui/pool/worker_loop.py",
        "    leave(pool, worker)\n    task = _begin(pool, worker)\n",
        "    task = _begin(pool, worker)\n",
        LANES,
    ),
    Mutant(
        "lane-not-left-when-given-up",
        "a worker that is given up has left its lane",
        "chasqui/pool/limits.py",
        "        leave(pool, worker)  # its thread goes on, for an unknown time\n",
        "",
        LANES,
    ),
    Mutant(
        "given-up-hands-nothing-on",
        "the lane of a worker that is given up is served, though nobody takes its place",
        "chasqui/pool/limits.py",
        "            hand_on(pool)  # its",
        "            pass  # its",
        "tests/pool/test_limits.py",
    ),
    Mutant(
        "drain-forgets-limited",
        "a drain waits for what a rate lets start later",
        "chasqui/pool/backlog.py",
        "held = [lane for lane in lanes if lane.holds]\n",
        "held = [lane for lane in lanes if lane.limited]\n",
        LANES,
    ),
    Mutant(
        "lane-deadlock-unseen",
        "a task of a full lane is not let wait for another of it",
        "chasqui/pool/deadlock.py",
        "if crowd is None or (crowd and worker not in crowd):",
        "if True:",
        LANES,
    ),
    Mutant(
        "breaker-resumes-paused",
        "a pause by hand outlasts the breaker",
        "chasqui/engine/policy/breaker.py",
        "pool.unhold(self.name, BREAKER_OPEN)",
        'pool.unhold(self.name, BREAKER_OPEN), pool.unhold(self.name, "paused")',
        BREAKER,
    ),
)
