"""A small backend whose bodies run in child processes: the seam for them, tried for real.

A thread drives each child, with one task in flight. The child has a context of its own, which sends
progress back and is told of requests to stop.
"""

from __future__ import annotations

import asyncio
import logging
import os
import queue
import subprocess
import sys
import threading
import time
from contextvars import copy_context
from functools import partial
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from chasqui.errors import Cancelled, TimeLimit
from chasqui.pool.attempts import Attempt
from chasqui.pool.backend import BackendCapabilities, BackendSetup, Worker
from chasqui.pool.body import place, run_to_end
from chasqui.pool.context import Context
from chasqui.pool.coroutines import Coroutines
from chasqui.pool.task import Task
from chasqui.pool.task_context import TaskContext, TaskRun

ROOT = Path(__file__).parents[2]
CODE = """
from multiprocessing.connection import Connection
from tests.pool.child_backend import serve
serve(Connection({}))
"""


class ChildTask(NamedTuple):
    """What a body in a child can see of its task."""

    number: int
    name: str
    attempts: int
    time_limit: float | None
    worker: str | None = None
    priority: int = 0
    key: str | None = None
    submissions: int = 1
    created: float = 0.0
    started: float | None = None
    stop_asked: bool = False
    earlier: tuple[Attempt, ...] = ()
    redelivered: bool = False
    idempotency_key: str = ""


class ChildContext(Context):
    """The context of a body in a child; it is the run of a coroutine as well."""

    variables = None

    def __init__(self, task: ChildTask, left: float | None, connection: Connection) -> None:
        self._task = task
        self._connection = connection
        self._asked = threading.Event()
        self._deadline = None if left is None else time.monotonic() + left
        self._stop: Any = None

    @property
    def task(self) -> ChildTask:
        return self._task

    @property
    def attempt(self) -> int:
        return self._task.attempts

    @property
    def redelivered(self) -> bool:
        return self._task.redelivered

    @property
    def idempotency_key(self) -> str:
        return self._task.idempotency_key

    @property
    def cancelled(self) -> bool:
        return self.stop_asked or self.seconds_left() == 0.0

    @property
    def deadline(self) -> float | None:
        return self._deadline

    @property
    def log(self) -> logging.LoggerAdapter[logging.Logger]:
        return logging.LoggerAdapter(logging.getLogger("child"))

    def raise_if_cancelled(self) -> None:
        if self.stop_asked:
            raise Cancelled(f"task {self.number} was asked to stop")
        if self.cancelled:
            raise TimeLimit(self.time_limit)

    def sleep(self, seconds: float) -> bool:
        left = self.seconds_left()
        self._asked.wait(seconds if left is None else min(left, seconds))
        return not self.cancelled

    def progress(self, done: float, total: float | None = None, message: str = "") -> None:
        self._connection.send(("progress", (done, total, message)))

    @property
    def number(self) -> int:
        return self._task.number

    @property
    def name(self) -> str:
        return self._task.name

    @property
    def stop_asked(self) -> bool:
        return self._asked.is_set()

    @property
    def time_limit(self) -> float | None:
        return self._task.time_limit

    def seconds_left(self) -> float | None:
        return None if self._deadline is None else max(0.0, self._deadline - time.monotonic())

    def begin(self, stop: Any) -> None:
        self._stop = stop

    def end(self, stop: Any) -> None:
        self._stop = None

    def ask_to_stop(self) -> None:
        self._asked.set()
        if (stop := self._stop) is not None:
            stop()


def serve(connection: Connection) -> None:
    """Run the bodies that come down a connection, in a child."""
    coming: queue.SimpleQueue[Any] = queue.SimpleQueue()
    running: dict[int, ChildContext] = {}

    def read() -> None:
        while True:
            try:
                kind, value = connection.recv()
            except EOFError:
                return coming.put(None)
            if kind == "stop" and value in running:
                running[value].ask_to_stop()
            elif kind == "run":
                work, task, left = value
                running[task.number] = ChildContext(task, left, connection)
                coming.put((work, running[task.number]))

    threading.Thread(target=read, daemon=True).start()
    coroutines = Coroutines()
    while (item := coming.get()) is not None:
        work, context = item
        result: Any = None
        error: BaseException | None
        try:
            result, error = run_to_end(work.execute(context), coroutines, context)
        except BaseException as raised:
            error = raised
        del running[context.number]
        connection.send(("ended", (result, error)))
    coroutines.close()


class Body:
    """A work that can be sent to another process."""

    id = ""

    def __init__(self, name: str) -> None:
        self.name = name

    def execute(self, ctx: Context):
        return getattr(self, self.name)(ctx)

    def where(self, ctx):
        return os.getpid(), ctx.task.number, ctx.task.attempts, isinstance(ctx, Context)

    def fails(self, ctx):
        raise KeyError("there")

    async def waits(self, ctx):
        await asyncio.sleep(0)
        return "waited"

    def rows(self, ctx):
        yield 1

    def sleeps(self, ctx):
        ctx.progress(1, 2, "asleep")
        ctx.sleep(3600)
        ctx.raise_if_cancelled()

    async def sleeps_async(self, ctx):
        ctx.progress(1, 2, "asleep")
        await asyncio.sleep(3600)

    def burns(self, ctx):
        ctx.progress(1, 2, "burning")
        while True:
            pass


class ChildBackend:
    """Run task bodies in child processes."""

    capabilities = BackendCapabilities(kills=True, shares_memory=False, measures_memory=False)

    def __init__(self, setup: BackendSetup) -> None:
        self._start_thread = setup.start_thread
        self._drivers: list[threading.Thread] = []
        self.children: dict[Worker, subprocess.Popen[bytes]] = {}

    def start(self, source: Any, workers: Any) -> None:
        for worker in workers:
            drive = partial(self._drive, source, worker)
            self._drivers.append(self._start_thread(drive, f"driver of {worker.name}"))

    def refusal(self, type_: object, name: str) -> str:
        return ""

    def stop(self, task: Task) -> None:
        pass

    def usage(self, worker: Worker) -> tuple[float, int]:
        return 0.0, 0

    def abandon(self, worker: Worker) -> bool:
        self.children[worker].kill()
        return True

    def stack(self, worker: Worker) -> str:
        return f"in process {self.children[worker].pid}\n"

    def stacks(self, workers: Any, depth: int) -> Any:
        return {}

    def close(self, timeout: float) -> None:
        for driver in self._drivers:
            driver.join(timeout)

    def _drive(self, source: Any, worker: Worker) -> None:
        ours, theirs = Pipe()
        fd = theirs.fileno()
        command = [sys.executable, "-c", CODE.format(fd)]
        child = self.children[worker] = subprocess.Popen(command, pass_fds=[fd], cwd=ROOT)
        theirs.close()
        try:
            source.serve(worker, partial(self._perform, worker, ours))
        finally:
            ours.close()
            child.wait()
        source.lost(worker, None)

    def _perform(self, worker: Worker, child: Connection, task: Task) -> BaseException | None:
        context, run = TaskContext(task), TaskRun(task, copy_context())
        info = ChildTask(
            task.number,
            task.name,
            context.attempt,
            task.time_limit,
            redelivered=context.redelivered,
            idempotency_key=context.idempotency_key,
        )

        def stop() -> None:
            child.send(("stop", task.number))

        try:
            child.send(("run", (task.work, info, run.seconds_left())))
            run.begin(stop)
            if run.stop_asked:
                stop()
            while True:
                kind, value = child.recv()
                if kind == "progress":
                    context.progress(*value)
                    continue
                result, error = value
                if error is None:
                    place(worker, task, result)
                return error  # type: ignore[no-any-return]
        except (EOFError, OSError) as died:
            return RuntimeError(f"the process of {worker.name} is gone: {died!r}")
        finally:
            run.end(stop)
