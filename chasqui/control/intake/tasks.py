"""Tasks to submit to a host, made from what was typed or from lines of input.

The host converts and checks the values: here only what the wire cannot carry is turned into marks,
which `run` knows as well, or refused with the line that has it. Paths are made absolute here, since
the host has a folder of its own.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Collection, Mapping
from typing import Any

from chasqui.control.client.paths import absolute, absolute_texts
from chasqui.control.commands import SubmitOptions, SubmitTask
from chasqui.control.details import TaskTypeInfo
from chasqui.control.intake.lines import InputLine
from chasqui.control.sendable import is_text
from chasqui.control.wire.frames import check_value
from chasqui.errors import ChasquiError, UnknownType

MakeTask = Callable[[InputLine], SubmitTask]


class Unsendable(ChasquiError):
    """A line of the input cannot go to a host."""


class TaskMaker:
    """Makes tasks of the types that a host has."""

    def __init__(self, types: Mapping[str, TaskTypeInfo], options: SubmitOptions) -> None:
        self._types = types
        self._options = options

    def of_texts(self, type: str, texts: Mapping[str, str]) -> SubmitTask:
        """Return a task whose parameters were typed; raises UnknownType."""
        ready = absolute_texts(self.info(type), texts)
        plain = {name: text for name, text in ready.items() if is_text(text)}
        marked = {name: _marked(text) for name, text in ready.items() if name not in plain}
        return SubmitTask(type=type, texts=plain, params=marked, options=self._options)

    def of_job(self, text: str) -> SubmitTask:
        """Return the task of a line ``{"type": …, "params": {…}}``.

        Raises:
            InvalidLine, Unsendable, or UnknownType.
        """
        from chasqui.control.intake.jobs import job_of

        type, params = job_of(text)
        return self.of_values(type, params)

    def of_values(self, type: str, params: Mapping[str, Any]) -> SubmitTask:
        """Return a task of values of JSON; raises Unsendable or UnknownType."""
        ready = absolute(self.info(type), params)
        return SubmitTask(type=type, params=_carried(ready), options=self._options)

    def has_secrets(self, type: str | None, takes: Collection[str] | None) -> bool:
        """Tell whether a line may hold a secret, which must not be repeated.

        Args:
            takes: the parameters that lines are put into; None: they may have any.
        """
        infos = self._types.values() if type is None else [self.info(type)]
        return any(
            one.kind == "secret" and (takes is None or one.name in takes)
            for info in infos
            for one in info.parameters
        )

    def info(self, type: str) -> TaskTypeInfo:
        """Return what is known of a type; raises UnknownType."""
        found = self._types.get(type)
        if found is None:
            raise UnknownType(type, self._types)
        return found


def _carried(params: dict[str, Any]) -> dict[str, Any]:
    """Return parameters as the wire takes them: what JSON readers would change is marked."""
    import msgspec

    try:
        check_value(params)
        msgspec.json.encode(params)  # a lone surrogate has no UTF-8
    except (ValueError, RecursionError):
        from chasqui.engine.values.marks import plain

        params = {name: plain(value) for name, value in params.items()}
        try:
            check_value(params)
            msgspec.json.encode(params)  # a name may have a surrogate as well
        except (ValueError, RecursionError) as error:
            raise Unsendable(f"cannot be sent: {error}") from None
    return params


def _marked(text: str) -> dict[str, str]:
    """Return a text that is not UTF-8 as the mark of its bytes."""
    return {"bytes": base64.b64encode(os.fsencode(text)).decode()}
