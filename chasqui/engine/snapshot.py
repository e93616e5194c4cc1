"""Snapshots: the state of a whole engine, as a frozen record for programs.

Each part is consistent in itself; the parts are read one after the other. A console has its own
records, limited to what is on screen; see `chasqui.control`.
"""

from __future__ import annotations

from dataclasses import dataclass

from chasqui.engine.batches.members import BatchState
from chasqui.engine.failures.groups import FailureGroup
from chasqui.engine.metrics.findings import Finding
from chasqui.engine.metrics.reading import Reading
from chasqui.engine.policy.breaker import CircuitView
from chasqui.engine.state import EngineState
from chasqui.pool.backend import Worker
from chasqui.pool.pool import Pool
from chasqui.pool.state import state_of
from chasqui.pool.states import WorkerState


@dataclass(frozen=True, slots=True)
class WorkerSnapshot:
    """The state of a worker.

    Example: `chasqui-tui help engine`.
    """

    name: str
    pool: str
    state: WorkerState
    since: float
    """When it entered this state, in seconds since the epoch."""
    task: int | None
    """The number of the task that it runs."""
    type: str
    """The type of that task, or empty."""
    done: int
    """How many tasks it has ended."""
    failed: int


@dataclass(frozen=True, slots=True)
class EngineSnapshot:
    """The state of an engine.

    Example: `chasqui-tui help engine`.
    """

    name: str
    state: EngineState
    metrics: Reading
    workers: tuple[WorkerSnapshot, ...]
    """Abandoned workers are at the end."""
    breakers: tuple[CircuitView, ...]
    batches: tuple[BatchState, ...]
    failures: tuple[FailureGroup, ...]
    """By kind; the kind with the newest failure comes first."""
    findings: tuple[Finding, ...]
    """What is wrong, according to these metrics."""


def worker_in(pool: Pool, worker: Worker) -> WorkerSnapshot:
    """Return the state of a worker of a pool."""
    task = worker.task  # read once: the worker goes on meanwhile
    return WorkerSnapshot(
        name=worker.name,
        pool=pool.name,
        state=worker.state,
        since=state_of(pool).epoch + worker.since,
        task=None if task is None else task.number,
        type="" if task is None else task.name,
        done=worker.done,
        failed=worker.failed,
    )
