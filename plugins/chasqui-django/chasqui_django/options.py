"""Options: what OPTIONS of a backend in the setting TASKS may say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from chasqui import Engine, PoolConfig


@dataclass(frozen=True)
class Options:
    """OPTIONS, checked."""

    workers: int = 8
    """How many tasks run at once in each process."""
    queue_size: int = 1000
    """How many may wait; beyond that `enqueue` raises BacklogFull."""
    wait: float = 0.0
    """How many seconds `enqueue` waits for room."""
    queues: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The queues that have workers of their own: ``{"mail": {"workers": 2, "queue_size": 50}}``."""
    name: str = "django"
    """What consoles call the engine."""
    engine: str = ""
    """The path of an engine, or of a function that makes it, instead of those above."""
    keep_results: int = 1000
    """How many results of finished tasks are remembered."""
    shutdown_timeout: float = 30.0
    """How many seconds the end of the process waits for tasks."""

    def make(self) -> Engine:
        """Make the engine, or import it."""
        if not self.engine:
            pools = {name: PoolConfig(**sizes) for name, sizes in self.queues.items()}
            return Engine(self.workers, self.queue_size, name=self.name, pools=pools)
        found: Any = import_string(self.engine)
        made = found if isinstance(found, Engine) else found()
        if not isinstance(made, Engine):
            raise ImproperlyConfigured(
                f"{self.engine} is neither an engine nor a function that makes one: {made!r}"
            )
        return made


def options_of(alias: str, said: Mapping[str, Any]) -> Options:
    """Check OPTIONS.

    Raises:
        ImproperlyConfigured: it has a key that does not exist.
    """
    known = [one.name for one in fields(Options)]
    for name in said:
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"
            raise ImproperlyConfigured(f"TASKS[{alias!r}]['OPTIONS'] has {name!r}; {hint}")
    return Options(**said)
