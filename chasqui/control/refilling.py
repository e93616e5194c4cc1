"""Filling in forms with the parameters of tasks, and retrying failures with edited ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from chasqui.control.commands import RetryEdited
from chasqui.control.form_records import FilledForm
from chasqui.control.sendable import is_text
from chasqui.control.unkept import why_unkept
from chasqui.engine.engine import BaseEngine
from chasqui.engine.failures.failure import NOT_KEPT
from chasqui.engine.types.task_type import is_typed
from chasqui.errors import ChasquiError, InvalidParameters


class NothingToFillIn(ChasquiError):
    """A task has no parameters that a form could be filled in with."""


def filled(engine: BaseEngine, number: int) -> FilledForm:
    """Return the parameters of a task as texts of a form.

    Raises:
        NothingToFillIn: its parameters are not kept, or it has no type.
        UnknownType: its type no longer exists.
    """
    name, given = _given(engine, number)
    parameters = engine.type(name).parameters
    texts: list[tuple[str, str]] = []
    untold: list[str] = []
    for field in parameters.fields:
        if field.name not in given:
            continue
        try:
            text = field.text_of(field.convert_marked(given[field.name]))
        except (ValueError, TypeError):  # it is of an older version of the type, or was not kept
            text = None
        if text is None or not is_text(text):
            untold.append(field.name)
        else:
            texts.append((field.name, text))
    return FilledForm(type=name, texts=tuple(texts), untold=tuple(untold))


def edit_of(engine: BaseEngine, command: RetryEdited) -> Mapping[str, Any]:
    """Return the parameters that a retry changes, as `BaseEngine.retry` takes them.

    Raises:
        InvalidParameters: with every text that is wrong.
        NothingToFillIn: the failure is of another type, or is not kept.
    """
    failure = engine.failures.find(command.number)
    if failure is None or failure.type != command.type:
        raise NothingToFillIn(f"task {command.number} {NOT_KEPT}")
    parameters = engine.type(command.type).parameters
    edit: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for name, text in command.texts:
        field = parameters.field(name)
        if field is None:
            problems[name] = "is not a parameter of this task type"
            continue
        try:
            edit[name] = field.convert_text(text)
        except ValueError as error:
            problems[name] = str(error)
    for name in command.defaults:
        field = parameters.field(name)
        if field is None or field.required:
            problems[name] = "has no default"
        else:
            edit[name] = field.default
    if problems:
        raise InvalidParameters(command.type, problems)
    return edit


def _given(engine: BaseEngine, number: int) -> tuple[str, Mapping[str, Any]]:
    """Return the type of a task and its parameters as JSON with marks."""
    failure = engine.failures.find(number)
    if failure is not None:
        if failure.given is None:
            raise NothingToFillIn(f"task {number}: {failure.kept_not}")
        return failure.type, msgspec.json.decode(failure.given)
    task = engine.pools.find(number)
    if task is not None:
        if not is_typed(task.work):
            raise NothingToFillIn(f"task {number} has no task type")
        return task.name, task.work.params_as_json()
    ended = engine.history.find(number)
    if ended is None:
        raise NothingToFillIn(why_unkept(number, engine.pools.last_number))
    return ended.type, ended.params
