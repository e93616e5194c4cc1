"""Mutants of what an engine with a journal keeps and refuses."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

TESTS = "tests/engine/journal/test_durability.py"

MUTANTS = (
    Mutant(
        "durable-false-kept",
        "durable=False keeps a task out of the journal",
        "chasqui/engine/submission/submitter.py",
        "        more.durable = durable\n",
        "",
        TESTS,
    ),
    Mutant(
        "bare-work-submitted",
        "a work without a type is refused before anything is accepted",
        "chasqui/engine/submission/durability.py",
        "        if self.keeps and durable and not is_typed(work):\n",
        "        if False:\n",
        TESTS,
    ),
    Mutant(
        "bare-works-submitted",
        "works without a type are refused before anything is accepted",
        "chasqui/engine/submission/durability.py",
        "            if refused:\n",
        "            if not self.keeps:\n",
        TESTS,
    ),
    Mutant(
        "bare-follower",
        "what follows a batch is refused before anything is accepted",
        "chasqui/engine/batches/table.py",
        "            self._submitter.durability.of(work, durable)\n",
        "",
        TESTS,
    ),
    Mutant(
        "durable-false-lost-on-the-plain-way",
        "durable=False is no plain submission",
        "chasqui/engine/submission/submitter.py",
        "        if route.plain and durable and at_once and not policy:\n",
        "        if route.plain and at_once and not policy:\n",
        TESTS,
    ),
    Mutant(
        "durable-needs-a-journal",
        "without a journal a work without a type is taken",
        "chasqui/engine/parts.py",
        "clock, keeps=keeps\n",
        "clock, keeps=True\n",
        TESTS,
    ),
)
