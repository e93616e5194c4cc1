"""The processes backend: a thread of the host for each worker, and its child process."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from contextvars import Context as Variables
from time import monotonic
from traceback import FrameSummary, StackSummary
from typing import Any, Final, NamedTuple

from msgspec import Raw

from chasqui.engine.types.task_type import TaskType, TypedWork
from chasqui.errors import InvalidTaskType, ProcessDied
from chasqui.plugins.loader import PluginHost
from chasqui.plugins.recipe import recipe_of
from chasqui.pool.backend import BackendCapabilities, BackendSetup, Source, Worker
from chasqui.pool.stacks import Position, Stack
from chasqui.pool.task import Task
from chasqui.processes import kernel
from chasqui.processes.driver import Driver
from chasqui.processes.launcher import LAUNCHER, ChildNotMade
from chasqui.processes.places import module_of, own_places
from chasqui.processes.references import reference_of
from chasqui.processes.serving import DUMP
from chasqui.processes.settings import ProcessSettings

IN_A_ROW: Final = 3  # deaths before anything has ended, until no more children are made
SETTLED: Final = 1.0  # seconds that a task runs until where it is is asked of its process,
FRESH: Final = 1.0  # and for which the answer is good: each look interrupts it by a signal


class Sighting(NamedTuple):
    """Where the task of a worker was."""

    began: float
    """When its attempt began, by which it is known."""
    at: float
    places: Sequence[FrameSummary]


class ProcessBackend:
    """Run task bodies in child processes, one for each worker."""

    capabilities = BackendCapabilities(kills=True, shares_memory=False, measures_memory=True)

    def __init__(self, setup: BackendSetup) -> None:
        self._setup = setup
        self._settings = ProcessSettings.of(setup.settings)
        types = setup.types
        self._plugins = types if isinstance(types, PluginHost) else None
        self._recipe = Raw(recipe_of(types))
        self._drivers: dict[str, Driver] = {}
        self._threads: dict[str, threading.Thread] = {}
        self._references: dict[TaskType, str] = {}
        self._looks: dict[str, Sighting] = {}  # by worker
        self._lock = threading.Lock()
        self._entered = False
        self._deaths = 0
        self._refusal: BaseException | None = None

    @staticmethod
    def check_settings(settings: Mapping[str, Any]) -> None:
        """Raise ValueError for the first mistake in a table of settings."""
        ProcessSettings.of(settings)

    def refusal(self, type_: TaskType, name: str) -> str:
        """Say why a type cannot run here; empty if it can."""
        try:
            self._references[type_] = reference_of(type_, name, self._plugins)
        except InvalidTaskType as error:
            return f"{error}"
        return ""

    def start(self, source: Source, workers: Sequence[Worker]) -> None:
        """Start a thread and a child for each worker."""
        with self._lock:
            for name, thread in list(self._threads.items()):
                if not thread.is_alive():  # of a worker that was killed, and has a successor
                    del self._threads[name]
            if not self._entered:
                self._entered = True
                LAUNCHER.enter(self._recipe, tuple(self._references.values()))
        # One that has died is replaced together with those that were refused before, so all of this
        # call are refused: else a single one would be made again and again.
        refusal, self._refusal = self._refusal, None  # it is tried again when the pool is resized
        for worker in workers:
            if refusal is not None:
                source.lost(worker, refusal)
                continue
            run = Variables().run
            name = f"chasqui-{self._setup.pool}-{worker.name.rpartition('/')[2]}"
            try:
                self._threads[worker.name] = self._setup.start_thread(
                    lambda worker=worker, run=run: run(self._be, source, worker),  # type: ignore[misc]
                    name,
                )
            except Exception as error:  # whatever the starter raises is reported
                source.lost(worker, error)

    def _be(self, source: Source, worker: Worker) -> None:
        """Be the thread of a worker, until the pool tells it to stop."""
        worker.ident = threading.get_ident()
        driver = self._drivers[worker.name] = Driver(
            source, worker, self._settings, self._recipe, self._where
        )
        error: BaseException | None = None
        try:
            driver.begin()
            source.serve(worker, lambda task: self._perform(driver, task))
        except BaseException as died:
            # The pool may have come to its end before there was a child: then none is missing.
            error = died if self._entered or not isinstance(died, ChildNotMade) else None
        driver.end()
        self._drivers.pop(worker.name, None)
        self._looks.pop(worker.name, None)
        source.lost(worker, error)

    def _perform(self, driver: Driver, task: Task) -> BaseException | None:
        error = driver.perform(task)
        died_early = isinstance(error, ProcessDied) and driver.never_ran
        if error is None or not (died_early or isinstance(error, ChildNotMade)):
            self._deaths = 0
            return error
        self._deaths += 1
        if self._deaths < IN_A_ROW:
            return error
        self._refusal = error
        raise error  # this worker ends, and no other takes its place

    def _where(self, work: TypedWork) -> str:
        found = self._references.get(work.type)
        if found is None:
            found = reference_of(work.type, work.name, self._plugins)
            self._references[work.type] = found
        return found

    def stop(self, task: Task) -> None:
        """Ask the body of a running task to stop, and kill its process if it does not."""
        driver = self._drivers.get(task.worker or "")
        if driver is not None:
            driver.stop(task)

    def abandon(self, worker: Worker) -> bool:
        """Kill the process of a worker that is past its time limit."""
        driver = self._drivers.get(worker.name)
        if driver is None:
            return False
        driver.kill()
        return True

    def stack(self, worker: Worker) -> str:
        """Return where the worker's process is now, from the task's own code on."""
        return "".join(StackSummary.from_list(own_places(self._places(worker))).format())

    def stacks(self, workers: Sequence[Worker], depth: int) -> Mapping[Worker, Stack]:
        """Return where the tasks of these workers are now, those that run for a second or more."""
        found = {}
        for worker in workers:
            places = self._looked(worker)[::-1]
            if places:
                positions = [
                    Position(at.filename, at.lineno or 0, at.name, module_of(at.filename))
                    for at in places[:depth]
                ]
                found[worker] = Stack(tuple(positions), len(places) > depth)
        return found

    def usage(self, worker: Worker) -> tuple[float, int]:
        """Return the CPU time of a worker's process in seconds, and its memory in bytes."""
        pid = worker.pid
        return (0.0, 0) if pid is None else (kernel.cpu_of(pid), kernel.memory_of(pid))

    def close(self, timeout: float) -> None:
        """Kill the processes that still run a task, and wait for the threads of the others."""
        until = monotonic() + timeout
        for driver in list(self._drivers.values()):
            if driver.worker.task is not None:
                driver.kill()
        for thread in list(self._threads.values()):
            if thread is not threading.current_thread():
                thread.join(max(0.0, until - monotonic()))
        with self._lock:
            entered, self._entered = self._entered, False
        if entered:
            LAUNCHER.leave()

    def _looked(self, worker: Worker) -> Sequence[FrameSummary]:
        """Return where a task is that has run for long enough, as it was seen a moment ago."""
        task = worker.task  # read once: the worker goes on meanwhile
        if task is None:
            return ()
        now = task._pool.clock.monotonic()
        began = getattr(task, "_claimed_at", now)
        if now - began < SETTLED:
            return ()
        known = self._looks.get(worker.name)
        if known is None or known.began != began or now - known.at >= FRESH:
            places = own_places(self._places(worker))
            known = self._looks[worker.name] = Sighting(began, now, places)
        return known.places

    def _places(self, worker: Worker) -> list[FrameSummary]:
        driver = self._drivers.get(worker.name)
        child = None if driver is None else driver.child
        if child is None:
            return []
        return child.places(lambda: LAUNCHER.nudge(child, DUMP))
