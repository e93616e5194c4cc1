"""Retries: which errors are tried again, and what a later attempt knows."""

from __future__ import annotations

from pathlib import Path

from chasqui.testing.conformance import bodies
from chasqui.testing.conformance.base import WAIT, BackendSuite, ended


class RetryTests(BackendSuite):
    """Attempts of a task, one after the other."""

    def test_an_error_of_a_class_that_is_retried_is_tried_again(self) -> None:
        assert 3 == self.engine().call(bodies.flickers, 3).result(WAIT)["attempt"]

    def test_a_later_attempt_knows_how_the_earlier_ones_ended(self) -> None:
        told = self.engine().call(bodies.flickers, 3).result(WAIT)

        said = [f"order {number} is lost: no answer" for number in (1, 2)]
        assert said == told["earlier"]

    def test_all_attempts_of_a_task_have_one_idempotency_key(self, tmp_path: Path) -> None:
        file = tmp_path / "keys"
        ended(self.engine().call(bodies.keys, file))

        one, other, third = file.read_text().split()
        assert one == other == third

    def test_after_its_last_attempt_a_task_fails_with_its_last_error(self) -> None:
        failed = ended(self.engine().call(bodies.flickers, 9))

        assert isinstance(failed.error, bodies.OrderLost)
        assert ("failed", 3, 3) == (failed.state, failed.attempts, failed.error.number)
        assert 2 == len(failed.earlier)

    def test_an_error_of_another_class_is_not_tried_again(self) -> None:
        failed = ended(self.engine().call(bodies.errs))

        assert ("failed", 1) == (failed.state, failed.attempts)

    def test_a_body_may_ask_for_another_attempt_at_its_own_time(self) -> None:
        assert 2 == self.engine().call(bodies.postpones).result(WAIT)
