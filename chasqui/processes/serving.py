"""Serving: the life of a child, which runs bodies until its host closes the socket.

Its main thread does all of it, so that a task costs two system calls. A task that has waited for
its turn is not begun if the host has taken it back meanwhile; see `chasqui.processes.page`. A
request to stop is a number in the page and a signal that comes again until the child has ended
(SIGURG, which a process ignores by default, so that it is harmless before and after). Where it is
in its code it writes to the dump at another signal (SIGWINCH).
"""

from __future__ import annotations

import faulthandler
import gc
import os
import signal
import socket
import traceback
from contextvars import copy_context
from typing import Any, Final, NoReturn

from msgspec import Raw

from chasqui import foreign
from chasqui.engine.journal.encoding import work_from
from chasqui.engine.types.task_type import TaskType
from chasqui.plugins.loader import PluginHost
from chasqui.pool import scope
from chasqui.pool.body import run_to_end
from chasqui.pool.coroutines import Coroutines
from chasqui.processes import reporting, script
from chasqui.processes.accounting import Meter
from chasqui.processes.context import ChildContext
from chasqui.processes.faults import fault_of
from chasqui.processes.frames import Frames
from chasqui.processes.messages import (
    BodyBegan,
    BodyEnded,
    BodyRun,
    BodySkipped,
    Fault,
    encode,
    to_child,
)
from chasqui.processes.page import SharedPage
from chasqui.processes.references import SCRIPT, resolve
from chasqui.processes.reporting import Reports
from chasqui.processes.results import NOTHING, written
from chasqui.processes.script import Script

STOP: Final = signal.SIGURG
NO_ENGINE: Final = (
    "this body runs in a child process, and the engine is in the program: return what is to follow "
    "and submit it there, or run the type in a pool of threads"
)
DUMP: Final = signal.SIGWINCH
BEGUN: Final = encode(BodyBegan())


class ChildProcess:
    """A child process, on its main thread."""

    def __init__(
        self, stream: int, page: int, dump: int, plugins: PluginHost | None, main: Script
    ) -> None:
        scope.why_none = NO_ENGINE
        self._frames = Frames(socket.socket(fileno=stream))
        self._page = SharedPage(page)
        self._plugins = plugins
        self._main = main
        self._types: dict[str, TaskType] = {}
        self._running: ChildContext | None = None
        self._coroutines = Coroutines()
        self._meter = Meter()
        self._reports = Reports(self._frames)
        self._streams = reporting.redirect(self._reports)
        signal.signal(STOP, self._on_stop)
        faulthandler.register(DUMP, file=dump, all_threads=False)

    def serve(self) -> None:
        """Run what comes, until the host closes the socket."""
        receive, process = self._frames.receive, os.getpid()
        while (message := receive()) is not None:
            run = to_child(message)
            ended: BodyEnded | BodySkipped
            if self._page.begin(run.number) > run.generation:
                ended = BodySkipped(run.number, run.generation)
            else:
                ended = self._run(run)
            if os.getpid() != process:
                os._exit(0)  # a copy that the body has forked; the task is the original's
            try:
                self._frames.send(encode(ended))
            except OSError:
                break
        self._coroutines.close()

    def _run(self, message: BodyRun) -> BodyEnded:
        self._reports.level = message.level
        reporting.set_level(message.level)
        context = self._running = ChildContext(message, self._page, self._reports)
        result, fault = NOTHING, None
        self._meter.begin()
        try:
            if context.stop_asked:
                context.ask_to_stop()
            result = self._result(message, context)
        except BaseException as error:  # SystemExit, too: a task's failure is its own
            fault = _fault_of(error)
        self._running = None
        used, rss, was_long = self._meter.end()
        self._reports.over()
        for stream in self._streams:
            stream.end()
        return BodyEnded(result, fault, used.cpu, used.peak, rss, was_long)

    def _result(self, message: BodyRun, context: ChildContext) -> Raw:
        type_ = self._types.get(message.where)
        if type_ is None:
            if message.where.startswith(SCRIPT):
                script.load(self._main)
            type_ = self._types[message.where] = resolve(message.where, self._plugins)
            self._frames.send(BEGUN)
        # In a copy, so that a body sees what its program has set, and the next not what it sets.
        return copy_context().run(self._called, type_, message, context)

    def _called(self, type_: TaskType, message: BodyRun, context: ChildContext) -> Raw:
        work = work_from(type_, message.name, bytes(message.params).decode())
        result, never_ran = run_to_end(work.execute(context), self._coroutines, context)
        if never_ran is not None:
            raise never_ran
        return written(type_, result)

    def _on_stop(self, *_: Any) -> None:
        context = self._running
        if context is not None and context.stop_asked:
            context.ask_to_stop()


def _fault_of(error: BaseException) -> Fault:
    try:
        return copy_context().run(fault_of, error)  # it asks the error for its text
    except BaseException as broken:  # such as a MemoryError once more
        text = foreign.without("text", broken)
        return Fault(
            type(error).__module__, type(error).__qualname__, Raw(b"[]"), Raw(b"{}"), text, (), ""
        )


def live(stream: int, page: int, dump: int, plugins: PluginHost | None, main: Script) -> NoReturn:
    """Be a child to the end of its life; does not return."""
    status = 1
    try:
        gc.enable()
        ChildProcess(stream, page, dump, plugins, main).serve()
        status = 0
    except BaseException:
        os.write(2, traceback.format_exc().encode(errors="backslashreplace"))
    finally:
        os._exit(status)
