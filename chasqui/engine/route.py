"""Routes: what is decided of a type once, so that submitting it costs a look."""

from __future__ import annotations

from dataclasses import dataclass

from chasqui.engine.breaker import Circuit
from chasqui.engine.policy import Policy
from chasqui.pool.lane import Lane
from chasqui.pool.pool import Pool


@dataclass(frozen=True, slots=True)
class Route:
    """Where the tasks of a type go, and what is said of them."""

    rules: Policy
    pool: Pool
    lane: Lane | None
    """None for a work without a type."""
    plain: bool
    """Whether a task needs nothing but a place in the backlog when it is accepted."""
    circuit: Circuit | None = None
