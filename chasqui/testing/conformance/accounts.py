"""Accounts: metrics and ledgers count each task once, however the engine ends."""

from __future__ import annotations

from pathlib import Path

from chasqui.errors import PoolClosed
from chasqui.testing.conformance import bodies
from chasqui.testing.conformance.base import WAIT, BackendSuite, begun, ended, opened

MANY = 300


class AccountTests(BackendSuite):
    """What adds up."""

    def test_metrics_add_up_over_many_tasks_of_all_ends(self) -> None:
        engine = self.engine(3)
        for at in range(MANY):
            if at % 10 == 0:
                engine.call(bodies.fails, "name")
            else:
                task = engine.call(bodies.adds, at, 1)
                if at % 7 == 0:
                    task.cancel()
        ledger = engine.shutdown(WAIT)

        now = engine.pool.metrics()
        assert now.balanced and ledger.balanced and ledger.clean
        assert MANY == ledger.accepted == now.accepted
        assert (ledger.completed, ledger.failed, ledger.cancelled) == (
            now.completed,
            now.failed,
            now.cancelled,
        )
        assert MANY // 10 == ledger.failed

    def test_a_drain_ends_all_that_was_accepted(self, tmp_path: Path) -> None:
        engine = self.engine(2)
        tasks = [engine.call(bodies.signs, tmp_path / "signed", "x") for _ in range(20)]
        ledger = engine.shutdown(WAIT)

        assert (20, 20, True) == (ledger.accepted, ledger.completed, ledger.clean)
        assert {"completed"} == {task.state for task in tasks}
        assert 20 == len((tmp_path / "signed").read_text().split())

    def test_without_a_drain_what_waits_never_starts_and_what_runs_is_asked_to_stop_in_the_end(
        self, tmp_path: Path
    ) -> None:
        engine = self.engine(1)
        running = engine.call(bodies.holds, tmp_path / "gate")
        begun(running)
        waiting = [engine.call(bodies.signs, tmp_path / "signed", "x") for _ in range(5)]
        ledger = engine.shutdown(0.1, drain=False)

        assert ledger.balanced and ledger.clean
        assert 6 == ledger.accepted
        assert "cancelled" == running.state
        assert {None} == {task.started for task in waiting}
        assert not (tmp_path / "signed").exists()

    def test_a_drain_past_its_timeout_accounts_for_what_it_leaves(self, tmp_path: Path) -> None:
        gate = tmp_path / "gate"
        engine = self.engine(1)
        done = ended(engine.call(bodies.adds, 1, 2))
        running = engine.call(bodies.stays, gate)
        begun(running)
        waiting = [engine.call(bodies.adds, 1, 2) for _ in range(3)]
        ledger = engine.shutdown(0.1)
        opened(gate)

        assert (5, True, False) == (ledger.accepted, ledger.balanced, ledger.clean)
        assert ledger.accepted == ledger.ended + len(ledger.left) + len(ledger.abandoned)
        assert [task.number for task in waiting] == [fate.number for fate in ledger.left]
        # A body that was killed has ended as cancelled; any other is still there.
        assert 1 == ledger.cancelled + len(ledger.abandoned)
        for fate in ledger.abandoned:
            assert (running.number, "app.stays") == (fate.number, fate.name)
            assert "in stays" in fate.stack
        assert "completed" == done.state

    def test_an_engine_that_has_ended_takes_nothing_more(self) -> None:
        engine = self.engine()
        engine.shutdown(WAIT)

        try:
            engine.call(bodies.adds, 1, 2)
        except PoolClosed:
            return
        raise AssertionError("it was accepted")

    def test_an_engine_that_was_never_started_ends_with_what_it_had_accepted(self) -> None:
        engine = self._made(1)
        engine.call(bodies.adds, 1, 2)
        ledger = engine.shutdown(WAIT, drain=False)

        assert (1, True) == (ledger.accepted, ledger.balanced)
