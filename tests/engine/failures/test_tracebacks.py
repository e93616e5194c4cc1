"""What a kept failure says of its error: the traceback of the task, without secrets."""

from __future__ import annotations

import pytest

from chasqui import Secret, task
from tests.engine.failures.failing import WAIT, fail


def test_a_traceback_reads_as_the_one_of_the_task(engine):
    for type in ("explode", "other", "fragile"):
        done = engine.submit(f"app.{type}")
        assert done.wait(WAIT)

        assert done.traceback == engine.failures.find(done.number).traceback


@pytest.mark.parametrize("code", ["{}.itemz()", "compile('1 +', 'there.py', 'exec')", "nme"])
def test_an_error_of_which_a_traceback_says_more_keeps_that(engine, code):
    @task
    def misspells() -> None:
        name = 1
        eval(code)
        del name

    engine.register(misspells)
    done = engine.submit("app.misspells")
    done.wait(WAIT)

    assert done.traceback == engine.failures.find(done.number).traceback


def test_a_traceback_shows_no_secret_also_one_revealed_later(engine, monkeypatch):
    monkeypatch.setenv("CANARY", "first-canary-of-tracebacks")
    monkeypatch.setenv("LATER", "later-canary-of-tracebacks")

    @task
    def leaks(token: Secret[str]) -> None:
        raise ValueError("outer, later-canary-of-tracebacks") from OSError(token.reveal())

    @task
    def plain() -> None:
        raise ValueError("later-canary-of-tracebacks")

    for type in (leaks, plain):
        engine.register(type)
    (chained,) = fail(engine, "leaks", token="env:CANARY")
    (simple,) = fail(engine, "plain")
    held = engine.failures.find(chained).text
    Secret[str]("env:LATER").reveal()
    texts = [engine.failures.find(number).traceback for number in (chained, simple)]

    assert "canary-of" not in held.replace("later-canary-of", "")
    assert "direct cause" in texts[0]
    assert not any("canary-of" in text for text in texts)
