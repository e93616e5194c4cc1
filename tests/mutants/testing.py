"""Mutants of the test kit for plugin authors."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        "harness-time-while-working",
        "time never passes while a task works",
        "chasqui/testing/harness.py",
        "            and sleepers == sum(metrics.running for _, metrics in readings)\n",
        "",
        "tests/testing/test_harness.py",
    ),
    Mutant(
        "harness-left-quiet",
        "leaving with unfinished tasks raises",
        "chasqui/testing/harness.py",
        "        if left:\n",
        "        if left and kind:\n",
        "tests/testing/test_harness.py",
    ),
    Mutant(
        "arguments-unfit",
        "nothing is drawn that submitting refuses",
        "chasqui/testing/arguments.py",
        "return strategy.filter(fits).map(field.convert)",
        "return strategy",
        "tests/testing/test_arguments.py",
    ),
)
