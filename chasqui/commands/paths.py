"""Paths for a host: it has a folder of its own, so what was typed here is made absolute here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TypeVar

from chasqui.control.details import TaskTypeInfo

Value = TypeVar("Value")


def absolute(info: TaskTypeInfo, params: Mapping[str, Value]) -> dict[str, Value]:
    """Return parameters with the relative paths among them made absolute.

    ``..`` stays, since what it means depends on links.
    """
    paths = {one.name for one in info.parameters if one.kind == "path"}
    return {
        name: _absolute(value) if name in paths and isinstance(value, str) else value  # type: ignore[misc]
        for name, value in params.items()
    }


def _absolute(path: str) -> str:
    return os.path.join(os.getcwd(), path) if path else path  # noqa: PTH118, PTH109 - keeps ".."
