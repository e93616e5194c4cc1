"""What is known of a work before it runs."""

from __future__ import annotations

import inspect

from chasqui.pool.work import GENERATORS


def test_a_generator_is_known_by_the_flags_of_its_code():
    assert inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR == GENERATORS
