"""Hostile objects in an engine: no failure, retry, count or screen is lost to them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chasqui import Secret
from tests import hostile
from tests.hostile.driven import Rig

FIVE = st.lists(hostile.values(), min_size=5, max_size=5)
QUICK: dict[str, Any] = {
    "deadline": None,
    "database": None,
    "suppress_health_check": [*HealthCheck],
}


@pytest.fixture
def rig():
    rig = Rig()
    yield rig
    rig.close()


@pytest.mark.slow
def test_a_hostile_error_is_a_failure_as_any_other(rig):
    @settings(max_examples=60, **QUICK)
    @given(hostile.errors(), FIVE)
    def try_one(error, values):
        assert [] == list(rig.wrong(error, values))

    try_one()


@pytest.mark.parametrize("where", range(5))
@pytest.mark.parametrize("value", [lambda: 10**5000, lambda: [-(10**5000)]], ids=["lone", "in"])
def test_a_number_too_long_to_write_loses_no_failure(rig, monkeypatch, value, where):
    monkeypatch.setenv("CANARY", "canary-of-hostility")
    Secret("env:CANARY").reveal()  # what is kept of a failure is searched for it from here on
    values = [lambda: 1] * 5
    values[where] = value

    assert [] == list(rig.wrong(lambda: ValueError("mine"), values))
    assert [] == list(rig.wrong(lambda: ValueError(value()), values))


@pytest.mark.slow
def test_a_hostile_result_completes_as_any_other(rig):
    @settings(max_examples=40, **QUICK)
    @given(FIVE)
    def try_one(values):
        assert [] == list(rig.wrong(None, values))

    try_one()
