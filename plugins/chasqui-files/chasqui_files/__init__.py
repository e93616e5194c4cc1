"""Task types that work on files: hash, verify, archive."""

from __future__ import annotations

from collections.abc import Iterable

from chasqui import TaskType, hookimpl
from chasqui_files.archive import archive
from chasqui_files.hash import hash
from chasqui_files.verify import verify


@hookimpl
def chasqui_tasks() -> Iterable[TaskType]:
    """Offer the three."""
    return [hash, verify, archive]
