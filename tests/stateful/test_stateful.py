"""Whatever is done to an engine, in whatever order, it is where a plain model of it is.

Here it is the same each time, so that a change is judged by itself: `python -m tests.stateful` does
other things each time, and many more.
"""

from __future__ import annotations

import ast
import os
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.present import present
from tests.stateful import circuit, floor, groups, job, lives, model, pools, turns
from tests.stateful.durable import DurableMachine
from tests.stateful.machine import EngineMachine

pytestmark = pytest.mark.slow

# Whoever only asks whether it fails needs no small example, and has it tried for so many seconds.
UNSHRUNK = "STATEFUL_UNSHRUNK" in os.environ
SECONDS = 80
ROUNDS = 5  # at most: one in twenty kills no engine

MODEL = (model, pools, floor, circuit, groups, job, turns, lives)


def test_the_engine_does_what_the_model_says():
    until = time.monotonic() + SECONDS * UNSHRUNK
    run()
    while time.monotonic() < until:
        run()


def test_an_engine_that_is_killed_at_any_step_goes_on_as_the_model_says():
    for _ in range(ROUNDS):
        run(DurableMachine, 12)
        if DurableMachine.fired["kill"]:
            return
    raise AssertionError("it was never killed")


def run(machine=EngineMachine, examples=100):
    phases = [Phase.explicit, Phase.reuse, Phase.generate, Phase.target]
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=50,
            deadline=None,
            database=None,
            derandomize=not UNSHRUNK,
            phases=phases if UNSHRUNK else [*phases, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_model_knows_nothing_of_the_engine():
    files = [Path(present(part.__file__)) for part in MODEL]
    imported = {
        name
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [one.name for one in node.names]
        )
    }

    own = {part.__name__ for part in MODEL}
    assert {
        "__future__",
        "collections",
        "collections.abc",
        "dataclasses",
        "functools",
        "itertools",
        "typing",
    } == imported - own
