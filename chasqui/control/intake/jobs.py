"""A line of JSON that says a task: ``{"type": …, "params": {…}}``."""

from __future__ import annotations

from typing import Any, Final

from chasqui.engine.types.texts import from_json
from chasqui.errors import ChasquiError

ROW_KEYS: Final = frozenset(
    {"line", "number", "state", "attempts", "result", "error", "waited", "ran"}
    | {"cpu", "peak_memory"}  # of tasks whose usage was measured
)
"""A row of `run` may be given back as a job, so its other keys are known and left alone."""


class InvalidLine(ChasquiError):
    """A line of the input cannot be read."""


def job_of(text: str) -> tuple[str, dict[str, Any]]:
    """Return the type and the parameters, perhaps with marks, that a line says.

    Raises:
        InvalidLine: it says none.
    """
    return job_in(value_of(text))


def value_of(text: str) -> Any:
    """Return the value of a line of JSON; raises InvalidLine."""
    try:
        return from_json(text)
    except (ValueError, RecursionError) as error:
        raise InvalidLine(f"is not JSON: {error}") from None


def job_in(job: Any) -> tuple[str, dict[str, Any]]:
    """Return the type and the parameters that a value says; raises InvalidLine."""
    if not isinstance(job, dict) or not isinstance(job.get("type"), str):
        raise InvalidLine('must be an object with a "type"')
    unknown = sorted(set(job) - ROW_KEYS - {"type", "params"})
    if unknown:
        raise InvalidLine(f"has the unknown key {unknown[0]!r}; there are type and params")
    params = job.get("params", {})
    if not isinstance(params, dict):
        raise InvalidLine('must have an object as its "params"')
    return job["type"], params
