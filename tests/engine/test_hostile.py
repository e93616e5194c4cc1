"""Hostile objects in an engine: no failure, retry, count or screen is lost to them."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import hostile
from tests.hostile.driven import Rig

FIVE = st.lists(hostile.values(), min_size=5, max_size=5)
QUICK = {"deadline": None, "database": None, "suppress_health_check": [*HealthCheck]}


@pytest.fixture
def rig():
    rig = Rig()
    yield rig
    rig.close()


def test_a_hostile_error_is_a_failure_as_any_other(rig):
    @settings(max_examples=60, **QUICK)
    @given(hostile.errors(), FIVE)
    def try_one(error, values):
        assert [] == list(rig.wrong(error, values))

    try_one()


def test_a_hostile_result_completes_as_any_other(rig):
    @settings(max_examples=40, **QUICK)
    @given(FIVE)
    def try_one(values):
        assert [] == list(rig.wrong(None, values))

    try_one()
