"""Capabilities: a backend is what it says of itself.

These three tests alone ask a backend for what it can do, since that is what they are about.
"""

from __future__ import annotations

import os
from pathlib import Path

from chasqui.testing.conformance import bodies
from chasqui.testing.conformance.base import (
    WAIT,
    BackendSuite,
    backend_of,
    begun,
    ended,
    opened,
)

EATEN = 64  # MiB
STATUS = 3


class CapabilityTests(BackendSuite):
    """Whether a body can be killed, shares memory and is measured."""

    def test_a_body_that_looks_at_nothing_is_gone_after_a_cancel_if_bodies_can_be_killed(
        self, tmp_path: Path
    ) -> None:
        gate = tmp_path / "gate"
        engine = self.engine()
        task = engine.call(bodies.stays, gate)
        begun(task)
        task.cancel()
        if backend_of(engine.pool).capabilities.kills:
            assert "cancelled" == ended(task).state
        else:
            opened(gate)
            assert "stayed" == task.result(WAIT)

        assert 3 == engine.call(bodies.adds, 1, 2).result(WAIT)
        assert engine.pool.metrics().balanced

    def test_a_body_sees_the_objects_of_this_process_or_may_end_its_own(self) -> None:
        engine = self.engine()
        shares = backend_of(engine.pool).capabilities.shares_memory
        bodies.SEEN.clear()
        process = engine.call(bodies.notes, "seen").result(WAIT)

        assert (["seen"] if shares else []) == bodies.SEEN
        assert shares == (process == os.getpid())
        if not shares:
            died = ended(engine.call(bodies.ends_its_process, STATUS))
            assert "failed" == died.state
            assert f"{STATUS}" in str(died.error)
            assert process != engine.call(bodies.notes, "seen").result(WAIT)
            assert engine.pool.metrics().balanced

    def test_a_task_knows_what_it_has_used_if_that_is_measured(self) -> None:
        engine = self.engine()
        measured = backend_of(engine.pool).capabilities.measures_memory
        usage = ended(engine.call(bodies.burns, EATEN)).usage

        assert measured == (usage is not None)
        if usage is not None:
            assert usage.cpu > 0.0
            assert usage.peak > EATEN << 20
