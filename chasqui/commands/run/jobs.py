"""Turning lines of input into work: by ``--each``, or by ``--jobs``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from chasqui.control.intake.jobs import job_of

if TYPE_CHECKING:
    from chasqui.engine.types.task_type import TaskType, TypedWork

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
