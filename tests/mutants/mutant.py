"""A mutant: which promise, which change breaks it, and which tests must notice."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """A change to one file, and the tests that should fail with it."""

    name: str
    promise: str
    file: str
    old: str
    new: str
    tests: str
