"""What has to be there for a test to go on."""

from __future__ import annotations

from typing import TypeVar

T = TypeVar("T")


def present(value: T | None) -> T:
    """Return what is there; where nothing is, the test has failed."""
    assert value is not None
    return value
