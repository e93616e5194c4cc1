"""Steering: order, limits, pauses and sizes are the pool's, whatever runs the bodies."""

from __future__ import annotations

from pathlib import Path

from chasqui.pool.task import Task
from chasqui.testing.conformance import bodies
from chasqui.testing.conformance.base import WAIT, BackendSuite, begun, ended, opened, until


class SteeringTests(BackendSuite):
    """What an operator and a policy decide."""

    def test_the_highest_priority_starts_first(self, tmp_path: Path) -> None:
        gate, file = tmp_path / "gate", tmp_path / "signed"
        engine = self.engine()
        begun(engine.call(bodies.holds, gate))
        tasks = [
            engine.submit("app.signs", {"file": file, "text": f"{priority}"}, priority=priority)
            for priority in (0, -5, 5, 0)
        ]
        opened(gate)
        for task in tasks:
            ended(task)

        assert ["5", "0", "0", "-5"] == file.read_text().split()

    def test_as_many_tasks_of_a_type_run_at_once_as_its_limit_allows(self, tmp_path: Path) -> None:
        engine = self.engine(4)
        engine.limit("app.meets", concurrency=2)
        tasks = [engine.call(bodies.meets, tmp_path) for _ in range(8)]

        assert max(task.result(WAIT) for task in tasks) <= 2

    def test_a_type_at_its_limit_holds_up_no_other(self, tmp_path: Path) -> None:
        gate = tmp_path / "gate"
        engine = self.engine(2)
        engine.limit("app.holds", concurrency=1)
        held = [engine.call(bodies.holds, gate) for _ in range(3)]

        assert 3 == engine.call(bodies.adds, 1, 2).result(WAIT)
        assert 1 == engine.pool.metrics().running
        opened(gate)
        assert [task.number for task in held] == [task.result(WAIT) for task in held]

    def test_a_type_that_is_paused_waits_and_others_run(self) -> None:
        engine = self.engine(2)
        engine.pause("app.adds")
        held = engine.call(bodies.adds, 1, 2)

        assert "x" == engine.call(bodies.echoes, "x").result(WAIT)
        assert "queued" == held.state
        engine.resume("app.adds")
        assert 3 == held.result(WAIT)

    def test_a_paused_engine_starts_nothing_and_what_runs_goes_on(self, tmp_path: Path) -> None:
        gate = tmp_path / "gate"
        engine = self.engine(2)
        running = engine.call(bodies.holds, gate)
        begun(running)
        engine.pause()
        waiting = engine.call(bodies.adds, 1, 2)
        opened(gate)

        assert running.number == running.result(WAIT)
        assert ("paused", "queued") == (engine.state, waiting.state)
        engine.resume()
        assert 3 == waiting.result(WAIT)

    def test_more_workers_run_more_at_once(self, tmp_path: Path) -> None:
        gate = tmp_path / "gate"
        engine = self.engine(1)
        tasks = [engine.call(bodies.holds, gate) for _ in range(3)]
        begun(tasks[0])
        engine.resize(3)

        begun(*tasks)
        assert 3 == engine.pool.metrics().running
        opened(gate)
        for task in tasks:
            ended(task)

    def test_surplus_workers_leave_once_their_task_has_ended(self, tmp_path: Path) -> None:
        gate = tmp_path / "gate"
        engine = self.engine(3)
        tasks = [engine.call(bodies.holds, gate) for _ in range(3)]
        begun(*tasks)
        engine.resize(1)
        opened(gate)

        assert [task.number for task in tasks] == [task.result(WAIT) for task in tasks]
        until(lambda: len(engine.pool.workers()) == 1)
        assert 3 == engine.call(bodies.adds, 1, 2).result(WAIT)

    def test_idle_workers_leave_when_there_are_fewer(self) -> None:
        engine = self.engine(3)
        engine.resize(1)

        until(lambda: len(engine.pool.workers()) == 1)
        engine.resize(2)
        assert [3] * 4 == [engine.call(bodies.adds, 1, 2).result(WAIT) for _ in range(4)]

    def test_a_batch_is_whole_when_all_its_tasks_have_ended(self) -> None:
        engine = self.engine(2)
        batch = engine.map(bodies.echoes, range(20))

        assert batch.wait(WAIT)
        assert list(range(20)) == sorted(_result(task) for task in batch.tasks)

    def test_several_pools_run_side_by_side_in_one_engine(self, tmp_path: Path) -> None:
        gate = tmp_path / "gate"
        engine = self.engine(1, pools={"other": self.pool(1)})
        held = engine.call(bodies.holds, gate)
        begun(held)

        done = engine.submit("app.adds", {"a": 1, "b": 2}, pool="other")
        assert 3 == done.result(WAIT)
        assert "other/w01" == done.worker
        opened(gate)
        ended(held)
        assert {"default": 1, "other": 1} == {
            name: one.completed for name, one in engine.pools.metrics().pools.items()
        }


def _result(task: Task) -> int:
    number: int = task.result(WAIT)
    return number
