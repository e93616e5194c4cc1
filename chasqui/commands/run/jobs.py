"""Turning records of the input into work: by ``--each``, by templates, or by ``--jobs``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from chasqui.control.intake.jobs import job_of
from chasqui.control.intake.lines import InputLine

if TYPE_CHECKING:
    from chasqui.commands.records.filling import RecordFilling
    from chasqui.engine.types.task_type import TaskType, TypedWork

Make = Callable[[InputLine], "TypedWork"]


def from_each(name: str, task_type: TaskType, each: str, fixed: Mapping[str, str]) -> Make:
    """Return a maker of work that puts the only value of a record into a parameter."""
    return lambda line: task_type.work_from_text({**fixed, each: line.values[0]}, name)


def from_filling(name: str, task_type: TaskType, filling: RecordFilling) -> Make:
    """Return a maker of work of the parameters that a record becomes."""
    return lambda line: task_type.work_from_text(filling(line), name)


def from_json(types: Callable[[str], TaskType]) -> Make:
    """Return a maker of work from lines ``{"type": …, "params": {…}}``."""

    def make(line: InputLine) -> TypedWork:
        type, params = job_of(line.text or "")
        return types(type).work_from_marked(params, type)

    return make
