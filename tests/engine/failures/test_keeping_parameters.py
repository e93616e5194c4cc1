"""The parameters of a failure: kept for a retry as what they were, or a reason to skip it."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from chasqui import Secret, task
from tests.engine.failures.failing import WAIT, fail


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("x" * 20_000, "16,384 bytes"),
        (["x" * 100] * 1_000, "16,384 bytes"),
        (object(), "no JSON form"),
        ({"a": [object()]}, "no JSON form"),
        ("a lone \ud800", "no JSON form"),
    ],
)
def test_parameters_that_cannot_be_kept_are_a_reason_to_skip(engine, value, reason):
    (number,) = fail(engine, "fragile", value=value)
    ((skipped, said),) = engine.retry(number).skipped

    assert (number, True) == (skipped, reason in said)
    assert engine.params_of(number) is None


def test_a_secret_stays_a_reference_and_a_revealed_value_is_not_kept(engine, switch, monkeypatch):
    monkeypatch.setenv("CANARY", "canary-of-failures")

    @task
    def leaks(token: Secret[str], text: str = "") -> None:
        raise ValueError(token.reveal())

    engine.register(leaks)
    token = Secret[str]("env:CANARY")
    (kept,) = fail(engine, "leaks", token=token)
    (dropped,) = fail(engine, "leaks", token=token, text="has canary-of-failures in it")
    (marked,) = fail(engine, "leaks", token=token, text="\udcff canary-of-failures")

    assert b'{"token":"env:CANARY"}' == engine.failures.find(kept).given
    assert token == engine.params_of(kept)["token"]
    for number in (dropped, marked):
        ((_, reason),) = engine.retry(number).skipped
        assert "the value of a secret" in reason
    assert not any("canary-of-failures" in repr(one) for one in engine.failures)


def test_values_that_json_has_no_form_for_come_through_a_retry(engine, switch):
    values = [{"x": math.inf, "n": 2**70}, "caf\udce9", [None, True, 1.5], {"repr": "r"}]
    for value in values:
        fail(engine, "fragile", value=value)
    switch.mended = True
    assert engine.retry("type=app.fragile").ok
    engine.shutdown(WAIT)

    assert values == switch.got[len(values) :]


def test_paths_and_such_come_back_as_what_they_were(engine):
    @task
    def opens(path: Path, tags: tuple[str, ...] = ()) -> None:
        raise OSError("no")

    engine.register(opens)
    (number,) = fail(engine, "opens", path="/tmp/a\udcff", tags=["a", "b"])

    assert {"path": Path("/tmp/a\udcff"), "tags": ("a", "b")} == engine.params_of(number)
