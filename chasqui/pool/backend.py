"""The seam between a pool and where its task bodies run.

A pool is a backlog and a backend. Accepting, ordering, counting, cancelling and the ledger are the
pool's, whatever the backend. A backend owns workers; each of them pulls tasks from the pool's side
(`Source`) and hands back how they ended. Pulling means that a task stays in the backlog, where it
can be seen and cancelled, until a worker is really there for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from chasqui.pool.context import Context
from chasqui.pool.task import Task

WorkerState = Literal["starting", "idle", "running", "stuck", "abandoned", "stopping", "lost"]


@dataclass(slots=True, eq=False)
class Worker:
    """One worker of a pool. Mutable; written under the pool's lock only."""

    name: str
    state: WorkerState = "starting"
    since: float = 0.0
    """When it entered this state, in seconds since the epoch."""
    task: Task | None = None
    done: int = 0
    failed: int = 0
    retired: bool = False
    """Whether it should stop once its task has ended."""
    blocked: bool = False
    """Whether its task waits for another task or for room in its own pool."""
    ident: int | None = None
    """The thread that serves it, when there is one in this process."""


class Source(Protocol):
    """What a pool offers to the workers of its backend."""

    def claim(self, worker: Worker) -> Task | None:
        """Wait for a task and start it; None tells the worker to stop."""
        ...

    def context(self, task: Task) -> Context:
        """Make the context of a claimed task."""
        ...

    def end(self, worker: Worker, result: Any, error: BaseException | None) -> None:
        """Say how the worker's task ended."""
        ...

    def lost(self, worker: Worker, error: BaseException | None) -> None:
        """Say that a worker is gone: ``error`` is what killed it, or kept it from starting."""
        ...


class Backend(Protocol):
    """Workers that serve a pool."""

    def start(self, source: Source, workers: Sequence[Worker]) -> None:
        """Bring these workers to life; called again with more of them when the pool grows."""
        ...

    def close(self, timeout: float) -> None:
        """Wait at most ``timeout`` seconds for the workers that were told to stop."""
        ...
