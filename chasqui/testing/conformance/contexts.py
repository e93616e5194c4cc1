"""The context: what a body can see of its task, and how it sleeps."""

from __future__ import annotations

from typing import Any

from chasqui.pool.task import Task
from chasqui.testing.conformance import bodies
from chasqui.testing.conformance.base import WAIT, BackendSuite


class ContextTests(BackendSuite):
    """What a body learns from its context."""

    def test_a_body_sees_its_task(self) -> None:
        engine = self.engine()
        task: Task = engine.submit("app.tells", {}, priority=3, key="one")
        told: dict[str, Any] = task.result(WAIT)
        told.pop("idempotency_key")

        assert told.pop("worker").endswith("w01")
        assert task.created == told.pop("created")
        assert {
            "number": task.number,
            "type": "app.tells",
            "priority": 3,
            "key": "one",
            "time_limit": None,
            "attempts": 1,
            "submissions": 1,
            "attempt": 1,
            "redelivered": False,
            "cancelled": False,
            "left": None,
        } == told

    def test_a_body_knows_when_its_time_limit_comes(self) -> None:
        told = self.engine().submit("app.tells", {}, time_limit=60).result(WAIT)

        assert 60 == told["time_limit"]
        assert 0 < told["left"] <= 60

    def test_each_task_has_an_idempotency_key_of_its_own(self) -> None:
        engine = self.engine()
        keys = [engine.call(bodies.tells).result(WAIT)["idempotency_key"] for _ in range(2)]

        assert all(keys) and keys[0] != keys[1]

    def test_a_sleep_ends_with_the_word_to_go_on(self) -> None:
        assert self.engine().call(bodies.naps, 0.01).result(WAIT)

    def test_a_sleep_ends_with_the_time_limit(self) -> None:
        late = self.engine().submit("app.naps", {"seconds": 3600}, time_limit=0.2)

        assert late.wait(WAIT)
        assert "failed" == late.state
