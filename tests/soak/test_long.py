"""The tests of the pool pass at every switch interval, again and again."""

from __future__ import annotations

import pytest

from tests.soak import repeat

pytestmark = pytest.mark.long


def test_the_tests_of_the_pool_pass_20_times_in_a_row_at_each_switch_interval():
    assert repeat.main(20) == 0
