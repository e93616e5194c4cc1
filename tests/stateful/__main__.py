"""Do a great many things to engines, compare each with its model, and say how often each was done.

    python -m tests.stateful [--killed] [RUNS STEPS [LEAST]]

With --killed engines have a journal, and are also killed at any step, and begin again.

The status is 1 when an engine and its model disagree, when a rule made up less than LEAST of the
steps, or when less of the tasks reached a state; without it, a hundredth.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Mapping, Sequence

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.stateful.durable import DurableMachine
from tests.stateful.job import STATES
from tests.stateful.machine import RULES, EngineMachine

REACHED = (
    *STATES,
    "abandoned",
    "left",
    "tripping",
    "probing",
    "mended",
    "following",
    "refused",
    "moved",
    "cooling",
)
"""What tasks come to, and what comes of some of them."""
AT_A_TIME = 250  # runs; Hypothesis remembers each of them, which takes half a megabyte


def main(
    machine: type[EngineMachine], runs: int = 5000, steps: int = 100, least: float = 0.01
) -> int:
    """Run the machine, and print what it has done."""
    logging.disable(logging.CRITICAL)  # bodies fail and hang by the thousand, as they should
    began = time.monotonic()
    for done in range(0, runs, AT_A_TIME):
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=min(AT_A_TIME, runs - done),
                stateful_step_count=steps,
                deadline=None,
                database=None,
                print_blob=True,
                suppress_health_check=list(HealthCheck),
            ),
        )
    fired, reached = EngineMachine.fired, EngineMachine.reached
    rules, states = list(RULES), list(REACHED)
    if machine is DurableMachine:
        rules.append("kill")
        states += ["interrupted", "stopped"]
        states.remove("left")  # they go on
    rare = shown("rule", rules, fired, fired.total(), least)
    rare += shown("state", states, reached, reached["tasks"], least)
    seconds = time.monotonic() - began
    kills = f", {fired['kill']:,} kills" if fired["kill"] else ""
    print(
        f"{runs:,} runs, {fired.total():,} steps, {reached['tasks']:,} tasks"
        f"{kills} in {seconds:.0f} s: "
        f"engine and model agree; {len(rare)} under {least:.2%} {' '.join(rare)}"
    )
    return 1 if rare else 0


def shown(
    what: str, names: Sequence[str], counts: Mapping[str, int], of: int, least: float
) -> list[str]:
    """Print how often each was, and return those that were too rare."""
    for name in names:
        print(f"{what:6} {name:18} {counts[name]:9,} {counts[name] / max(1, of):7.2%}")
    return [name for name in names if counts[name] < least * of]


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word != "--killed"]
    chosen = DurableMachine if "--killed" in sys.argv else EngineMachine
    sys.exit(main(chosen, *map(int, words[:2]), *map(float, words[2:3])))
