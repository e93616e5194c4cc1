"""Reports: what a body says while it runs, and where it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from chasqui.engine.logs.task_log import LogCapture
from chasqui.testing.conformance import bodies
from chasqui.testing.conformance.base import (
    WAIT,
    BackendSuite,
    backend_of,
    begun,
    ended,
    opened,
    until,
)

if TYPE_CHECKING:
    import pytest


class ReportTests(BackendSuite):
    """Progress, lines, prints and stacks of running bodies."""

    def test_progress_is_seen_while_a_body_runs(self, tmp_path: Path) -> None:
        gate = tmp_path / "gate"
        task = self.engine().call(bodies.holds, gate)
        begun(task)

        assert ("running", (0, 1, "waiting")) == (task.state, task.progress)
        opened(gate)
        assert task.number == task.result(WAIT)

    def test_the_last_report_of_progress_stays(self) -> None:
        engine = self.engine()
        for times in (1, 2, 100):
            task = ended(engine.call(bodies.reports, times))

            assert (times, times, f"step {times}") == task.progress

    def test_what_a_body_logs_is_in_the_log_of_its_task(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        task = ended(self.engine().call(bodies.talks))

        until(lambda: len(task.log) == 3)
        first, second, third = task.log
        assert ("INFO", "by the context: 1") == (first.level, first.text)
        assert ("WARNING", "by a logger: two") == (second.level, second.text)
        assert ("ERROR", True) == (third.level, third.text.startswith("with an error\nTraceback"))
        assert third.text.endswith("OSError: the line is dead")

    def test_what_a_body_prints_is_printed_here(self, capsys: pytest.CaptureFixture[str]) -> None:
        ended(self.engine().call(bodies.talks))

        assert "printed\n" == capsys.readouterr().out

    def test_what_a_body_prints_is_in_its_log_if_prints_are_captured(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        task = ended(self.engine(capture=LogCapture(prints=True)).call(bodies.talks))

        until(lambda: len(task.log) == 4)
        assert "printed" in [line.text for line in task.log]
        assert "" == capsys.readouterr().out

    def test_the_stack_of_a_running_body_is_its_own_code(self, tmp_path: Path) -> None:
        gate = tmp_path / "gate"
        engine = self.engine()
        task = engine.call(bodies.stays, gate)
        begun(task)
        (worker,) = engine.pool.workers()

        stack = backend_of(engine.pool).stack(worker)
        first = stack.splitlines()[0]
        assert "bodies.py" in first and "in stays" in first
        until(lambda: worker in backend_of(engine.pool).stacks([worker], 5))
        opened(gate)
        assert "stayed" == task.result(WAIT)

    def test_a_worker_says_which_task_it_runs(self, tmp_path: Path) -> None:
        gate = tmp_path / "gate"
        engine = self.engine(2)
        task = engine.call(bodies.holds, gate)
        begun(task)

        by_name = {worker.name: worker.task for worker in engine.pool.workers()}
        assert task is by_name[task.worker or ""]
        assert [task, None] == sorted(by_name.values(), key=lambda one: one is None)
        opened(gate)
        ended(task)
