"""Endings: cancels, time limits and expiry, of tasks that wait and of bodies that run."""

from __future__ import annotations

import time
from pathlib import Path

from chasqui.engine.types.task_type import TaskType
from chasqui.errors import Expired, TimeLimit
from chasqui.testing.conformance import bodies
from chasqui.testing.conformance.base import (
    WAIT,
    BackendSuite,
    begun,
    ended,
    opened,
    traceback_of,
    until,
)

LOOKING: tuple[TaskType, ...] = (bodies.holds, bodies.holds_async, bodies.sleeps)
"""Bodies that can be asked to stop."""


class EndingTests(BackendSuite):
    """How tasks end before they are done."""

    def test_a_task_that_waits_and_is_cancelled_never_starts(self, tmp_path: Path) -> None:
        gate = tmp_path / "gate"
        engine = self.engine()
        first = engine.call(bodies.holds, gate)
        begun(first)
        waiting = engine.call(bodies.signs, tmp_path / "signed", "started")

        assert waiting.cancel()
        assert ("cancelled", None) == (waiting.state, waiting.started)
        opened(gate)
        assert first.number == first.result(WAIT)
        assert not (tmp_path / "signed").exists()

    def test_a_running_body_that_looks_is_asked_to_stop(self, tmp_path: Path) -> None:
        engine = self.engine()
        for body in LOOKING:
            task = engine.submit(f"app.{body.name}", {"gate": tmp_path / "gate"})
            begun(task)

            assert task.cancel()
            assert "cancelled" == ended(task).state
        assert 3 == engine.call(bodies.adds, 1, 2).result(WAIT)

    def test_a_body_that_is_asked_to_stop_can_clean_up(self, tmp_path: Path) -> None:
        task = self.engine().call(bodies.sleeps, tmp_path / "gate")
        begun(task)
        task.cancel()
        ended(task)

        assert "up" == (tmp_path / "cleaned").read_text()

    def test_what_a_body_returns_once_it_was_asked_to_stop_is_its_result(
        self, tmp_path: Path
    ) -> None:
        task = self.engine().call(bodies.hurries, tmp_path / "gate")
        begun(task)
        task.cancel()

        assert "a part" == task.result(WAIT)
        assert "completed" == task.state

    def test_a_body_past_its_time_limit_has_failed(self, tmp_path: Path) -> None:
        engine = self.engine()
        for body in LOOKING:
            late = engine.submit(f"app.{body.name}", {"gate": tmp_path / "gate"}, time_limit=0.2)

            assert ("failed", TimeLimit) == (ended(late).state, type(late.error))
        assert 3 == engine.call(bodies.adds, 1, 2).result(WAIT)

    def test_a_body_in_time_is_not_touched_by_its_limit(self) -> None:
        assert 3 == self.engine().submit("app.adds", {"a": 1, "b": 2}, time_limit=60).result(WAIT)

    def test_a_worker_whose_body_ignores_its_time_limit_is_replaced(self, tmp_path: Path) -> None:
        gate = tmp_path / "gate"
        engine = self.engine(grace=0.1)
        (before,) = engine.pool.workers()
        late = ended(engine.submit("app.stays", {"gate": gate}, time_limit=0.1))

        assert isinstance(late.error, TimeLimit)
        assert "in stays" in traceback_of(late)
        assert 3 == engine.call(bodies.adds, 1, 2).result(WAIT)
        (after,) = engine.pool.workers()
        assert before is not after
        opened(gate)

    def test_a_task_that_expires_while_it_waits_never_starts(self, tmp_path: Path) -> None:
        gate = tmp_path / "gate"
        engine = self.engine()
        first = engine.call(bodies.holds, gate)
        begun(first)
        signed = tmp_path / "signed"
        stale = engine.submit("app.signs", {"file": signed, "text": "started"}, expires=0.01)
        until(lambda: time.time() > stale.created + 0.02)
        opened(gate)

        assert isinstance(ended(stale).error, Expired)
        assert not signed.exists()
