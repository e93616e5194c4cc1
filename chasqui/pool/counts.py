"""Counts: whole numbers that somebody gives, looked at before anything is done with them."""

from __future__ import annotations


def check_count(name: str, count: int, least: int = 1) -> None:
    """Refuse what is no count, or too low.

    Raises:
        ValueError: it is no whole number, or less than ``least``; the text has its name.
    """
    if not isinstance(count, int) or isinstance(count, bool):
        raise ValueError(f"{name} must be a whole number, got {count!r}")
    if count < least:
        raise ValueError(f"{name} must be at least {least}, got {count}")
