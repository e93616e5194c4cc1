"""The driver: the thread of a worker, which has the bodies of its tasks run by its child."""

from __future__ import annotations

import contextlib
import logging
import sys
import time
from collections.abc import Callable
from typing import Final
from weakref import ref

from msgspec import DecodeError, Raw

from chasqui.engine.types.task_type import TaskType, TypedWork
from chasqui.errors import Cancelled, ProcessDied
from chasqui.pool.backend import Source, Worker
from chasqui.pool.body import expired, is_too_late, place
from chasqui.pool.task import Task
from chasqui.pool.task_context import TaskContext
from chasqui.pool.task_logger import TaskLogger
from chasqui.pool.usage import TaskUsage
from chasqui.processes.ahead import DEPTH, Ahead
from chasqui.processes.child import GONE, Child, said
from chasqui.processes.faults import error_of
from chasqui.processes.launcher import LAUNCHER
from chasqui.processes.messages import (
    BodyBegan,
    BodyEnded,
    BodyLine,
    BodyProgress,
    BodySkipped,
    to_host,
)
from chasqui.processes.output import OutputLines
from chasqui.processes.reporting import STREAMS, TASK
from chasqui.processes.requests import Requests, typed
from chasqui.processes.results import ResultRefused, read
from chasqui.processes.settings import ProcessSettings
from chasqui.sizes import size

SHUT: Final = 0.5  # seconds for the report of an exit, once the socket has ended
REAPED: Final = 5.0  # seconds for it once the child was killed
LET_GO: Final = 2.0  # seconds for a child to end by itself once it is used no more
AT_THE_END: Final = 0.2  # seconds that a body has to stop when its pool ends


class Driver:
    """Drives the child of one worker. `perform` is for the worker's own thread."""

    def __init__(
        self,
        source: Source,
        worker: Worker,
        settings: ProcessSettings,
        plugins: Raw,
        where: Callable[[TypedWork], str],
    ) -> None:
        self.worker = worker
        self.child: Child | None = None
        self._settings = settings
        self._plugins = plugins
        self._requests = Requests(worker.name, where)
        self._ahead = Ahead(source, worker, self._requests)
        worker.recall = self._ahead.recall
        self._is_leaving = False
        """Whether its child is to end once it has ended what it has begun."""
        self._number = 0
        """The number of the task that its child has."""
        self.never_ran = False
        """Whether its child is still looking for the type of its task."""
        self._output = OutputLines(worker)
        self._to_die = False
        """Whether its child, or the one that is being made, is to end at once."""

    def begin(self) -> None:
        """Make a child.

        Raises:
            ChildNotMade: it could not be made.
        """
        child = LAUNCHER.make(self._settings, self._plugins)
        child.on_output = self._output.take
        self.worker.pid = child.pid
        self.child = child

    def perform(self, task: Task) -> BaseException | None:
        """Have the body of a task run, and return what it raised."""
        more = task._more
        if more is not None and is_too_late(task, more):
            return expired(task)
        sent = self._ahead.taken(task)
        if sent is not None:
            return self._run(task, typed(task), sent.generation)
        try:
            work, generation = typed(task), self._ahead.generation
            message = self._requests.of(task, generation)
            if self.child is None:
                self.begin()
        except Exception as error:  # the task's own: it cannot be sent
            return error
        return self._run(task, work, generation, message)

    def stop(self, task: Task) -> None:
        """Ask the body of a task to stop, and kill its child if it does not; any thread."""
        child = self.child
        if child is None or self._number != task.number:
            return  # the worker's own thread sees to it, once the child has the task
        try:
            if not self._ahead.allow_kill(task.number):
                return  # it has ended, or is not begun and comes here once more
            child.page.to_stop = task.number
        except ValueError:
            return  # it is gone meanwhile
        LAUNCHER.ask_to_stop(child)
        at_the_end = task._pool.state == "stopped"
        LAUNCHER.kill(child, AT_THE_END if at_the_end else self._settings.kill_after)

    def kill(self) -> None:
        """End the child, whatever it does, or the one that is being made; any thread."""
        self._to_die = True
        child = self.child
        if child is not None:
            LAUNCHER.kill(child)

    def end(self) -> None:
        """Let the child go."""
        child, self.child = self.child, None
        self.worker.pid = None
        self._is_leaving = False
        self._ahead.forget()
        if child is not None:
            child.close()
            if child.exit is None:
                LAUNCHER.kill(child, LET_GO)  # should it not end by itself

    def _run(
        self, task: Task, work: TypedWork, generation: int, message: bytes | None = None
    ) -> BaseException | None:
        """Have a body run; without a message, its child has it already."""
        child = self.child
        assert child is not None
        began = time.monotonic()
        child.tasks += 1
        self._number = task.number
        self._output.last = ref(task)
        self.never_ran = work.type not in child.known
        try:
            if self._to_die:
                LAUNCHER.kill(child)
            elif message is not None:
                child.frames.send(message)
            if not self._is_leaving:
                self._ahead.fill(child, task, self._left(child))
        except OSError:
            return self._gone(task, child)
        if task.stop_asked:  # before there was a child to ask
            self.stop(task)
        while (text := self._received(child)) is not None:
            try:
                told = to_host(text)
            except RecursionError:  # nothing but a result can be so deep
                self._number = 0
                self._let_go()
                return ResultRefused(f"the result of {task.name} is nested too deeply")
            except DecodeError:
                break
            if type(told) is BodyEnded:
                self._number = 0
                return self._ended(task, work.type, child, told)
            if type(told) is BodyBegan:
                self.never_ran = False
                child.known.add(work.type)
            elif isinstance(told, BodySkipped):
                if self._ahead.skipped(told, task, generation):
                    return self._again(task, child)
            elif isinstance(told, BodyProgress | BodyLine):
                self._pass_on(task, told)
                self._ahead.heard(began)
        return self._gone(task, child)

    def _gone(self, task: Task, child: Child) -> BaseException | None:
        """Say how a child has ended, or send its task to another if it had not begun that."""
        was_new = child.tasks == 1  # another might end the same way, and so on for ever
        if was_new or self._to_die or child.page.begun == task.number:
            return self._died(task, child)
        child.ended.wait(SHUT)
        self.end()
        return self._again(task, child)

    def _received(self, child: Child) -> bytes | None:
        while True:
            try:
                return child.frames.receive()
            except BlockingIOError:
                self._ahead.wait()

    def _left(self, child: Child) -> int:
        """Return how many more tasks its child may have."""
        most = self._settings.recycle_after
        return most - child.tasks if most else DEPTH

    def _again(self, task: Task, child: Child) -> BaseException | None:
        """Send a task once more that was not begun."""
        child.tasks -= 1
        self._number = 0
        return self.perform(task)

    def _let_go(self) -> None:
        """Let the child go, once it has ended what it has begun."""
        self._is_leaving = True
        if not self._ahead.give_back():
            self.end()

    def _ended(
        self, task: Task, type_: TaskType, child: Child, ended: BodyEnded
    ) -> BaseException | None:
        task._usage = TaskUsage(ended.cpu, ended.peak)
        if ended.may_have_written:
            LAUNCHER.drain(child)
            self._output.end()
        child.rss = ended.rss
        child.cpu += ended.cpu
        settings = self._settings
        self._ahead.note(type_, ended.may_have_written)
        if (
            self._is_leaving
            or task.stop_asked  # a kill may be on its way
            or (settings.recycle_after and child.tasks >= settings.recycle_after)
            or (settings.recycle_memory and ended.rss > settings.recycle_memory)
        ):
            self._let_go()
        if ended.fault is not None:
            return error_of(ended.fault)
        try:
            place(self.worker, task, read(type_, ended.result))
        except Exception as error:  # of a class that makes its objects of JSON
            return error
        return None

    def _died(self, task: Task, child: Child) -> BaseException:
        """Say how a child has ended in the middle of a task."""
        if is_deaf := not child.ended.wait(SHUT):
            LAUNCHER.kill(child)
            child.ended.wait(REAPED)
        self._number = 0
        self.end()
        self._output.end()
        exited = child.exit
        if exited is not None and exited.peak and task.worker == self.worker.name:
            task._usage = TaskUsage(max(0.0, exited.cpu - child.cpu), exited.peak)
        if task.stop_asked and exited is not None and exited.reason == "asked":
            return Cancelled(f"task {task.number} was asked to stop, and its process was killed")
        words = said(exited)
        if is_deaf:
            words = f"it has closed its socket or sent no message, and was killed; {words}"
        if exited is not None and exited.reason == "memory":
            bound = size(self._settings.memory)
            words = f"it had more memory than the {bound} that a process of this pool may have"
        signal = -exited.status if exited is not None and exited.status < 0 else None
        status = exited.status if exited is not None and signal is None else None
        return ProcessDied(
            f"process {child.pid} of worker {self.worker.name} has died: {words}",
            pid=child.pid,
            status=None if exited is None or exited.reason == GONE else status,
            signal=signal,
        )

    def _pass_on(self, task: Task, told: BodyProgress | BodyLine) -> None:
        """Do here what a body has done there: report progress, log, print."""
        if isinstance(told, BodyProgress):
            TaskContext(task).progress(told.done, told.total, told.text)
        elif told.logger == TASK:
            TaskLogger(task).log(told.level, "%s", told.text)
        elif told.logger in STREAMS and not told.level:
            stream = getattr(sys, told.logger)
            if stream is not None:
                with contextlib.suppress(Exception):  # it is closed, or a reader has gone
                    stream.write(told.text)
        else:
            logging.getLogger(told.logger).log(told.level, "%s", told.text)
