"""Type parameters: seen by type checkers, evaluated without trouble, and free at run time."""

from __future__ import annotations

import typing

import pytest

from chasqui.engine.batches.batch import Batch
from chasqui.engine.types.task_type import TypedWork
from chasqui.pool.task import Task
from chasqui.pool.work import Executes, Work


@pytest.mark.parametrize("kind", [Task, TypedWork, Batch])
def test_objects_made_for_each_task_have_no_base_that_makes_them_slower_to_create(kind):
    assert typing.Generic not in kind.__mro__
    assert not hasattr(object.__new__(kind), "__dict__")


def test_a_type_of_result_can_be_named_where_annotations_are_evaluated():
    def wanted(task: Task[int], work: Work[str], executes: Executes[bytes]) -> None: ...

    hints = typing.get_type_hints(wanted)

    assert typing.get_args(hints["task"]) == (int,)
    assert typing.get_args(hints["work"]) == (str,)
    assert typing.get_args(hints["executes"]) == (bytes,)
