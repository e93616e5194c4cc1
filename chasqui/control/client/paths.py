"""Paths for a host: it has a folder of its own, so what is typed here is made absolute here.

This holds for parameters that are a path or a list of paths. ``..`` stays as it is, since what it
means depends on links.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from chasqui.control.details import ParameterInfo, TaskTypeInfo


def absolute(info: TaskTypeInfo, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return values from JSON with the relative paths among them made absolute."""
    return _changed(info, params, lambda items: items)


def absolute_texts(info: TaskTypeInfo, texts: Mapping[str, str]) -> dict[str, str]:
    """Return texts as they were typed with the relative paths in them made absolute."""
    return _changed(info, texts, _list_of)


def _changed(info: TaskTypeInfo, params: Mapping[str, Any], items_of: Any) -> dict[str, Any]:
    known = {one.name: one for one in info.parameters}
    return {
        name: _of_parameter(known[name], value, items_of) if name in known else value
        for name, value in params.items()
    }


def _of_parameter(parameter: ParameterInfo, value: Any, items_of: Any) -> Any:
    if parameter.kind == "path" and isinstance(value, str):
        return _absolute(value)
    if parameter.item_kind != "path":
        return value
    items = items_of(value)
    if not isinstance(items, list):
        return value
    paths = [_absolute(item) if isinstance(item, str) else item for item in items]
    return _text_of(paths) if isinstance(value, str) else paths


def _list_of(text: str) -> Any:
    """Return the list that a text means; the text itself if it is none, as the host will say."""
    from chasqui.engine.types.texts import read_list

    try:
        return read_list("text", text)
    except ValueError:
        return text


def _text_of(paths: list[Any]) -> str:
    import json

    return json.dumps(paths) if paths else ""


def _absolute(path: str) -> str:
    return os.path.join(os.getcwd(), path) if path else path  # noqa: PTH118, PTH109 - keeps ".."
