"""Turning lines of input into work: by ``--each``, or by ``--jobs``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from chasqui.engine.types.texts import from_json as from_text
from chasqui.errors import ChasquiError

if TYPE_CHECKING:
    from chasqui.engine.types.task_type import TaskType, TypedWork

# A row of `run` may be given back as a job, so its other keys are known and left alone.
ROW_KEYS = frozenset({"line", "number", "state", "attempts", "result", "error", "waited", "ran"})


class InvalidLine(ChasquiError):
    """A line of the input cannot be read."""


Make = Callable[[str], "TypedWork"]


def from_each(name: str, task_type: TaskType, each: str, fixed: Mapping[str, str]) -> Make:
    """Return a maker of work that puts the line into one parameter beside the fixed ones."""
    return lambda text: task_type.work_from_text({**fixed, each: text}, name)


def from_json(types: Callable[[str], TaskType]) -> Make:
    """Return a maker of work from lines ``{"type": …, "params": {…}}``."""

    def make(text: str) -> TypedWork:
        type, params = job_of(text)
        return types(type).work_from_marked(params, type)

    return make


def job_of(text: str) -> tuple[str, dict[str, Any]]:
    """Return the type and the parameters, perhaps with marks, that a line says.

    Raises:
        InvalidLine: it says none.
    """
    try:
        job = from_text(text)
    except (ValueError, RecursionError) as error:
        raise InvalidLine(f"is not JSON: {error}") from None
    if not isinstance(job, dict) or not isinstance(job.get("type"), str):
        raise InvalidLine('must be an object with a "type"')
    unknown = sorted(set(job) - ROW_KEYS - {"type", "params"})
    if unknown:
        raise InvalidLine(f"has the unknown key {unknown[0]!r}; there are type and params")
    params = job.get("params", {})
    if not isinstance(params, dict):
        raise InvalidLine('must have an object as its "params"')
    return job["type"], params
