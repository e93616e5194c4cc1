"""What a failure log keeps of the parameters of a task."""

from __future__ import annotations

from typing import Any

from chasqui.engine.engine import BaseEngine


def params_of(engine: BaseEngine, number: int) -> dict[str, Any] | None:
    """Return the parameters that a retry of a failed task would have; None if none are kept."""
    failure = engine.failures.find(number)
    if failure is None or failure.given is None:
        return None
    return engine._parts.remedies._work(failure.type, failure.given).params
