"""Bytes in words."""

from __future__ import annotations

import pytest

from chasqui.sizes import bytes_in, size


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


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("0", 0),
        ("4096", 4096),
        ("1k", 1000),
        ("1K", 1024),
        (" 2M ", 2 * 1024**2),
        ("3m", 3_000_000),
        ("80 MiB", 80 * 1024**2),
        ("1GB", 1024**3),
    ],
)
def test_a_size_is_read_in_the_units_of_gnu_parallel(text, count):
    assert count == bytes_in(text)


@pytest.mark.parametrize("text", ["", "k", "-1", "1.5M", "1T", "1 k k", "1" * 16, "٣"])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(ValueError, match="must be a number of bytes, such as"):
        bytes_in(text)
