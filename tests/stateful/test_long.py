"""Many more runs of the machine than the suite makes, and proof that they get everywhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
MUST_HAPPEN = (
    *("hold", "limit", "reset", "batch", "cancel_batch", "drain", "turn_pool"),
    *("reprioritize", "run_next"),
    *("tripping", "probing", "mended", "following", "left"),
)


def machine(*numbers: float) -> str:
    """Run the machine in a process of its own, which takes its memory and its counts along."""
    command = [sys.executable, "-m", "tests.stateful", *map(str, numbers)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


def test_each_rule_of_lanes_breakers_batches_and_pools_is_used_in_300_runs():
    rows = [line.split() for line in machine(300, 50, 0.0005).splitlines()]
    counts = {
        row[1]: int(row[2].replace(",", ""))
        for row in rows
        if len(row) == 4 and row[0] in ("rule", "state")
    }

    assert [] == [name for name in MUST_HAPPEN if not counts[name]]


def test_no_rule_and_no_state_is_rare_in_5000_runs_of_100_steps():
    assert "engine and model agree; 0 under 1.00%" in machine(5000, 100).splitlines()[-1]
