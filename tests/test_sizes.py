"""Bytes in words."""

from __future__ import annotations

import pytest

from chasqui.sizes import size


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.00 KiB"),
        (1536, "1.50 KiB"),
        (81_920, "80.0 KiB"),
        (1024 * 1024 - 1, "1.00 MiB"),
        (256 * 1024**2, "256 MiB"),
        (5000 * 1024**3, "5,000 GiB"),
    ],
)
def test_a_size_has_three_digits_and_a_unit(count, text):
    assert text == size(count)
