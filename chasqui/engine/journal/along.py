"""Along: what a thread has kept in the very commit of the next tasks that it submits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec

from chasqui.pool.task import Task


class Along:
    """What goes along with the next tasks of each thread."""

    def __init__(self) -> None:
        self._here = threading.local()

    @contextmanager
    def keeping(self, name: str, value: Callable[[Sequence[Task]], Any]) -> Iterator[None]:
        """Keep a value under a name with the next tasks of this thread, whole or not at all."""
        self._here.said = (name, value)
        try:
            yield
        finally:
            self._here.said = None

    def take(self, tasks: Sequence[Task]) -> Sequence[tuple[str, str]]:
        """Return the name and the JSON text that go along with tasks, once."""
        said = getattr(self._here, "said", None)
        if said is None:
            return ()
        self._here.said = None
        name, value = said
        return ((name, msgspec.json.encode(value(tasks)).decode()),)
