"""Outcomes: what a body returns or raises is what its task ends with."""

from __future__ import annotations

import queue
from pathlib import Path
from typing import Any, Final

from chasqui.errors import NeverRan
from chasqui.testing.conformance import bodies
from chasqui.testing.conformance.base import WAIT, BackendSuite, ended, traceback_of

PLAIN: Final[tuple[Any, ...]] = (
    None,
    True,
    0,
    -1,
    2**53,
    1.5,
    "",
    "käse 🧀",
    [],
    [1, [2, "x"]],
    {},
    {"a": {"b": [None]}},
)


class OutcomeTests(BackendSuite):
    """What a body returns or raises."""

    def test_a_result_comes_back(self) -> None:
        assert 3 == self.engine().call(bodies.adds, 1, 2).result(WAIT)

    def test_what_json_can_hold_comes_back_as_it_is(self) -> None:
        engine = self.engine()
        for value in PLAIN:
            result = engine.call(bodies.echoes, value).result(WAIT)

            assert (type(value), value) == (type(result), result)

    def test_a_result_comes_back_as_the_function_says(self, tmp_path: Path) -> None:
        assert tmp_path / "below" == self.engine().call(bodies.below, tmp_path).result(WAIT)

    def test_a_large_result_comes_back(self) -> None:
        large = "x" * (1 << 20)

        assert large == self.engine().call(bodies.echoes, large).result(WAIT)

    def test_an_error_keeps_its_class_and_its_text(self) -> None:
        failed = ended(self.engine().call(bodies.fails, "name"))

        assert ("failed", KeyError, ("name",)) == (
            failed.state,
            type(failed.error),
            failed.error.args if failed.error else (),
        )

    def test_an_error_of_an_own_class_keeps_its_attributes(self) -> None:
        error = ended(self.engine().call(bodies.loses, 7)).error

        assert isinstance(error, bodies.OrderLost)
        assert ("order 7 is lost: no answer", 7) == (str(error), error.number)

    def test_a_traceback_says_where_an_error_was_raised_and_nothing_of_what_led_there(self) -> None:
        said = traceback_of(self.engine().call(bodies.fails, "name"))

        assert "bodies.py" in said
        assert "raise KeyError(text)" in said
        assert 1 == said.count("File ")
        assert said.rstrip().endswith("KeyError: 'name'")

    def test_a_traceback_shows_the_error_that_led_to_it(self) -> None:
        said = traceback_of(self.engine().call(bodies.loses, 7))

        assert "OSError: the line is dead" in said
        assert "The above exception was the direct cause" in said

    def test_a_body_that_would_end_a_program_fails_its_task_alone(self) -> None:
        engine = self.engine()
        left, interrupted = (ended(engine.call(bodies.leaves, how)) for how in ("exit", "ctrl-c"))

        assert (SystemExit, KeyboardInterrupt) == (type(left.error), type(interrupted.error))
        assert 3 == engine.call(bodies.adds, 1, 2).result(WAIT)

    def test_a_body_that_returns_a_generator_has_never_run(self) -> None:
        failed = ended(self.engine().call(bodies.yields))

        assert isinstance(failed.error, NeverRan)
        assert "returned a generator" in str(failed.error)

    def test_a_coroutine_runs_to_its_end(self) -> None:
        engine = self.engine()
        waited, failed = engine.call(bodies.waits, "abc"), engine.call(bodies.waits_in_vain, "x")

        assert "abc" == waited.result(WAIT)
        assert isinstance(ended(failed).error, KeyError)
        assert "in waits_in_vain" in traceback_of(failed)

    def test_a_callback_sees_the_outcome(self) -> None:
        seen: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()
        engine = self.engine()
        for task in (engine.call(bodies.adds, 1, 2), engine.call(bodies.fails, "name")):
            task.add_done_callback(lambda one: seen.put((one.state, f"{one.error!r}")))

        assert ("completed", "None") == seen.get(timeout=WAIT)
        assert ("failed", "KeyError('name')") == seen.get(timeout=WAIT)

    def test_a_second_engine_runs_after_the_first_has_ended(self) -> None:
        first = self.engine()
        assert 3 == first.call(bodies.adds, 1, 2).result(WAIT)
        first.shutdown(WAIT)

        assert 5 == self.engine().call(bodies.adds, 2, 3).result(WAIT)
