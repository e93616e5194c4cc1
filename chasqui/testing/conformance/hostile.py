"""Hostile bodies: what they return, raise, say or do to their process costs no other task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chasqui.engine.logs.task_log import LogCapture
from chasqui.testing.conformance import bodies, monsters
from chasqui.testing.conformance.base import WAIT, BackendSuite, ended

if TYPE_CHECKING:
    import pytest


class HostileTests(BackendSuite):
    """Tasks that end, whatever their bodies do, while others go on."""

    def test_a_result_of_any_kind_ends_its_task_and_no_other(self) -> None:
        engine = self.engine()
        for how in monsters.RESULTS:
            task = ended(engine.call(monsters.results, how))

            assert task.done and task.state != "cancelled", how
            assert task.state == "completed" or f"{task.error}", how
            assert 3 == engine.call(bodies.adds, 1, 2).result(WAIT), how
        assert engine.pool.metrics().balanced

    def test_an_error_of_any_kind_fails_its_task_and_no_other(self) -> None:
        engine = self.engine()
        for how in monsters.ERRORS:
            task = ended(engine.call(monsters.errors, how))

            assert "failed" == task.state, how
            assert task.error is not None and task.traceback, how
            assert 3 == engine.call(bodies.adds, 1, 2).result(WAIT), how
        assert len(monsters.ERRORS) == engine.pool.metrics().failed

    def test_a_text_of_any_kind_can_be_said_and_given(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        engine = self.engine(capture=LogCapture(prints=True))
        for text in monsters.TEXTS:
            task = ended(engine.call(monsters.says, text))

            assert ("completed", None) == (task.state, task.error), ascii(text)
            assert task.progress is not None and task.progress.done == 1

    def test_a_body_that_says_more_than_is_kept_goes_on(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        engine = self.engine()
        task = engine.call(bodies.chatters)

        assert bodies.OFTEN == task.result(WAIT)
        assert f"printed {bodies.OFTEN - 1}" == capsys.readouterr().out.splitlines()[-1]

    def test_a_body_that_changes_its_process_is_alone_with_that(self) -> None:
        engine = self.engine()
        for how in monsters.CHANGES:
            assert how == engine.call(monsters.changes, how).result(WAIT)
            assert 3 == engine.call(bodies.adds, 1, 2).result(WAIT), how
