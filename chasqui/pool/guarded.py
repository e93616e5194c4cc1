"""Calls of a backend about workers that hang, which must go on whatever the backend raises.

A task past its time limit still fails, and a shutdown still writes its ledger. What the backend
raises is logged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chasqui import loggers
from chasqui.pool.backend import Backend, Worker
from chasqui.pool.complaint import complain
from chasqui.pool.stacks import Stack
from chasqui.pool.task import Task

log = loggers.named("chasqui.pool")


def stack_of(backend: Backend, worker: Worker) -> str:
    """Return what a worker is executing; empty if the backend raises."""
    try:
        return backend.stack(worker)
    except BaseException as error:
        complain(log, error, "worker %s: its backend could not say where it is", worker.name)
        return ""


def stacks_of(backend: Backend, workers: Sequence[Worker], depth: int) -> Mapping[Worker, Stack]:
    """Return where the tasks of workers are; nothing if the backend raises."""
    try:
        return backend.stacks(workers, depth)
    except Exception as error:
        complain(log, error, "a backend could not say where its workers are")
        return {}


def usage_of(backend: Backend, worker: Worker) -> tuple[float, int]:
    """Return the CPU time and the memory of a worker's process; zeros if the backend raises."""
    try:
        return backend.usage(worker)
    except Exception as error:
        complain(log, error, "worker %s: its backend could not say what it uses", worker.name)
        return 0.0, 0


def stop(backend: Backend, task: Task) -> None:
    """Say that a running task was asked to stop; its flag is set whatever the backend raises."""
    try:
        backend.stop(task)
    except BaseException as error:
        complain(log, error, "task %s: its backend could not stop it", task.number)


def abandon(backend: Backend, worker: Worker) -> bool:
    """Abandon a worker, and tell whether it was killed; it was not if the backend raises."""
    try:
        return backend.abandon(worker)
    except BaseException as error:
        complain(log, error, "worker %s: its backend could not abandon it", worker.name)
        return False
