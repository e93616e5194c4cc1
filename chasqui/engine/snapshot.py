"""Snapshots: how a whole engine stands, as one frozen record for a program that looks at it.

Each part is consistent in itself, and they are looked at one after the other. A console has records
of its own, windowed to what is on screen; see `chasqui.control`.
"""

from __future__ import annotations

from chasqui.dataclass import dataclass
from chasqui.engine.batches.members import BatchState
from chasqui.engine.failures.groups import FailureGroup
from chasqui.engine.metrics.findings import Finding
from chasqui.engine.metrics.reading import Reading
from chasqui.engine.policy.breaker import CircuitView
from chasqui.engine.state import EngineState
from chasqui.pool.backend import Worker, WorkerState
from chasqui.pool.pool import Pool


@dataclass(frozen=True, slots=True)
class WorkerSnapshot:
    """How one worker stands."""

    name: str
    pool: str
    state: WorkerState
    since: float
    """When it came into this state, in seconds since the epoch."""
    task: int | None
    """The number of the task that it runs."""
    type: str
    """The type of that task, or empty."""
    done: int
    """How many tasks it has ended."""
    failed: int


@dataclass(frozen=True, slots=True)
class EngineSnapshot:
    """How an engine stands."""

    name: str
    state: EngineState
    metrics: Reading
    workers: tuple[WorkerSnapshot, ...]
    """Those that were given up are at the end."""
    breakers: tuple[CircuitView, ...]
    batches: tuple[BatchState, ...]
    failures: tuple[FailureGroup, ...]
    """Those of one kind together, that with the newest first."""
    findings: tuple[Finding, ...]
    """What keeps it from doing better, by these metrics."""


def worker_in(pool: Pool, worker: Worker) -> WorkerSnapshot:
    """Say how a worker of a pool stands."""
    task = worker.task  # read once: the worker goes on meanwhile
    return WorkerSnapshot(
        name=worker.name,
        pool=pool.name,
        state=worker.state,
        since=pool.epoch + worker.since,
        task=None if task is None else task.number,
        type="" if task is None else task.name,
        done=worker.done,
        failed=worker.failed,
    )
