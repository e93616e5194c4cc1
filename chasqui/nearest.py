"""The known name that comes nearest to a wrong one, for hints in messages."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(name: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """Return the known name that a wrong one is probably meant to be; None if none is near."""
    return next(iter(all_near(name, known, most=1, cutoff=cutoff)), None)


def all_near(
    name: str, known: Iterable[str], *, most: int = 3, cutoff: float = 0.5
) -> tuple[str, ...]:
    """Return so many of the known names as are near to a wrong one, the nearest first."""
    import difflib  # 1 ms to import, and most programs make no mistake

    return tuple(difflib.get_close_matches(name, list(known), n=most, cutoff=cutoff))
