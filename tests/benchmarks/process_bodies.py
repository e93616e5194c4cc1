"""Bodies for the rows of processes: they must be importable in a child."""

from __future__ import annotations

import time

from chasqui import task


def turns(number: int) -> int:
    """Compute for a time that depends on the machine alone."""
    total = 0
    for turn in range(number):
        total += turn & 3
    return total


def nothing(number: int) -> int:
    """Return at once."""
    return number


def spins(seconds: float) -> int:
    """Return how many turns fit into a time."""
    end, done = time.perf_counter() + seconds, 0
    while time.perf_counter() < end:
        done += turns(100) > 0
    return done


@task
def turns_task(number: int) -> int:
    """Do as `turns` does."""
    return turns(number)


@task
def nothing_task(number: int) -> int:
    """Do as `nothing` does."""
    return nothing(number)


@task
def spins_task(seconds: float) -> int:
    """Do as `spins` does."""
    return spins(seconds)


@task
def dies_task() -> None:
    """End the child."""
    import os

    os._exit(1)
