"""The parameters of a failure: kept for a retry as what they were, or a reason to skip it."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from chasqui import Secret, task
from tests.engine.failures.failing import WAIT, fail
from tests.engine.failures.kept import params_of
from tests.present import present


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
    assert params_of(engine, number) is None


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

    assert '{"token":"env:CANARY"}' == engine.failures.find(kept).given
    assert token == present(params_of(engine, kept))["token"]
    for number in (dropped, marked):
        ((_, reason),) = engine.retry(number).skipped
        assert "the value of a secret" in reason
    assert not any("canary-of-failures" in repr(one) for one in engine.failures)


@pytest.fixture
def revealed(monkeypatch):
    monkeypatch.setenv("CANARY", "canary-of-failures")
    return Secret[str]("env:CANARY").reveal()


def test_a_failure_with_a_number_too_long_to_write_is_kept_after_a_secret_was_revealed(
    engine, revealed
):
    numbers = [10**5000, [-(10**5000)], {"inner": 10**5000}, 2**300_000]
    failed = [fail(engine, "fragile", value=value)[0] for value in numbers]

    assert len(numbers) == engine.failures.total
    kept = [present(params_of(engine, number)) for number in failed[:3]]
    assert all(one["value"] == was for one, was in zip(kept, numbers, strict=False))
    assert engine.failures.find(failed[3]).kept_not


@pytest.mark.parametrize(
    "hidden",
    ["{}", ["{}"], {"a": ["{}"]}, {"{}": 1}, {"bytes": "{}"}, {"a": "\udcff{}"}],
    ids=["text", "list", "inside", "key", "like a mark", "not UTF-8"],
)
def test_a_revealed_value_anywhere_in_the_parameters_is_not_kept(engine, revealed, hidden):
    def filled(value):
        if isinstance(value, dict):
            return {filled(name): filled(one) for name, one in value.items()}
        if isinstance(value, list):
            return [filled(one) for one in value]
        return value.replace("{}", revealed) if isinstance(value, str) else value

    (number,) = fail(engine, "fragile", value=filled(hidden))

    assert "the value of a secret" in engine.failures.find(number).kept_not


def test_a_parameter_may_have_the_name_of_a_mark(engine, revealed):
    @task
    def number(number: str) -> None:
        raise OSError("no")

    @task
    def bytes(bytes: str) -> None:
        raise OSError("no")

    @task
    def repr(repr: str) -> None:
        raise OSError("no")

    for named in (number, bytes, repr):
        engine.register(named)
        (failed,) = fail(engine, named.name, **{named.name: "hello"})

        assert {named.name: "hello"} == params_of(engine, failed)


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

    assert {"path": Path("/tmp/a\udcff"), "tags": ("a", "b")} == params_of(engine, number)
