"""The port to an engine in this process.

A snapshot reads counters and the rows on screen, whatever the length of the backlog. A shutdown
runs on a thread of its own, and its progress is in the snapshots.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from chasqui.control import views
from chasqui.control.history import History
from chasqui.control.notes import note
from chasqui.control.overrides import Overrides
from chasqui.control.port import (
    Cancel,
    Capabilities,
    Command,
    EngineState,
    MetricsView,
    Outcome,
    Page,
    Pause,
    Resize,
    Resume,
    Row,
    SetTheme,
    Shutdown,
    ShutdownView,
    Snapshot,
    SubmitOptions,
    TaskDetail,
    TaskTypeInfo,
    ViewQuery,
    Window,
)
from chasqui.control.safe_text import SafeText, safe_line
from chasqui.engine.engine import Engine
from chasqui.errors import ChasquiError, InvalidParameters
from chasqui.plugins.engine import Engine as PluginEngine
from chasqui.pool.backend import Worker
from chasqui.pool.ledger import Ledger
from chasqui.pool.metrics import Metrics
from chasqui.pool.pool import Pool
from chasqui.pool.task import Task

WATCHED = 32  # handles kept of tasks that somebody opened or submitted here, to follow their end
SHARPNESS = {"drain": 0, "cancel": 1, "abort": 2}


class LocalPort:
    """Let a console see and steer an engine of its own process.

    Args:
        engine: the engine, started or not.
        problems: lines that an operator should know from the start, such as failed plugins.
        overrides: the file that keeps changes of size and theme; None: they are not kept.
    """

    def __init__(
        self, engine: Engine, *, problems: Sequence[str] = (), overrides: Path | None = None
    ) -> None:
        self.caps = Capabilities(engine_name=engine.name)
        self._engine = engine
        self._overrides = Overrides(overrides) if overrides is not None else None
        self._problems = tuple(safe_line(problem) for problem in problems)
        self._began = engine.clock.monotonic()
        self._history = History(self._began)
        self._pages: dict[str, Page[Any]] = {}
        self._watched: OrderedDict[int, Task] = OrderedDict()
        # The lock guards the shutdown's facts, which its own threads write.
        self._lock = threading.Lock()
        self._shutdown: Shutdown | None = None
        self._deadline = 0.0
        self._ledger: Ledger | None = None

    # Seeing

    def snapshot(self, query: ViewQuery) -> Snapshot:
        """Read the engine."""
        engine = self._engine
        now = engine.clock.monotonic()
        metrics = engine.metrics()
        self._history.look(now, metrics)
        with self._lock:
            report = self._ledger
        return Snapshot(
            at=engine.clock.time(),
            name=safe_line(engine.name),
            state=self._state(),
            uptime=now - self._began,
            workers=metrics.workers,
            busy=metrics.busy,
            queue_size=sum(pool.queue_size for pool in engine.pools.values()),
            counts=views.counts(metrics),
            rate=self._history.rate,
            wait=views.latency(metrics.wait),
            run=views.latency(metrics.run),
            worker_page=self._worker_page(query.workers),
            backlog_page=self._backlog_page(query.backlog, metrics),
            failure_page=self._failure_page(query.failures),
            metrics=self._metrics(metrics) if query.metrics else None,
            problems=(*self._problems, *self._missing_workers(), *self._abandoned()),
            shutdown=self._shutdown_view(now),
            ledger=None if report is None else views.ledger(report),
        )

    def detail(self, number: int) -> TaskDetail | None:
        """Describe one task, or return None when nothing of it is kept."""
        task = self._engine.find(number) or self._watched.get(number)
        if task is not None:
            self._watch(task)
            return views.task_detail(task)
        failure = self._engine.failures.find(number)
        return None if failure is None else views.failure_detail(failure)

    def task_types(self) -> Sequence[TaskTypeInfo]:
        """List the task types that can be submitted, by name."""
        types = self._engine.types
        packages = self._packages()
        return [views.type_info(one, packages.get(one.plugin, "")) for one in types.values()]

    # Steering

    def check(self, type: str, params: Mapping[str, str]) -> Outcome:
        """Judge texts as typed into a form, and submit nothing; never raise."""
        try:
            parameters = self._engine.type(type).parameters
        except ChasquiError as error:
            return _refused(error)
        found = [
            (field.name, note(field, params[field.name]))
            for field in parameters.fields
            if params.get(field.name)
        ]
        notes = tuple((name, safe_line(text, views.CELL)) for name, text in found if text)
        try:
            parameters.parse_text(params, type)
        except ChasquiError as error:
            return msgspec.structs.replace(_refused(error), notes=notes)
        return Outcome(ok=True, notes=notes)

    def submit(self, type: str, params: Mapping[str, str], options: SubmitOptions) -> Outcome:
        """Submit one task from texts as typed into a form; never wait for room."""
        try:
            work = self._engine.type(type).work_from_text(params)
            task = self._engine.try_submit(work, **msgspec.structs.asdict(options))
        except (ChasquiError, ValueError) as error:
            return _refused(error)
        self._watch(task)
        return Outcome(ok=True, numbers=(task.number,))

    def apply(self, command: Command) -> Outcome:
        """Carry out a command; what is refused is in the outcome, with its reason."""
        try:
            return self._carry_out(command)
        except (ChasquiError, ValueError) as error:
            return Outcome(ok=False, reason=safe_line(str(error)))

    def _carry_out(self, command: Command) -> Outcome:
        match command:
            case Pause():
                self._engine.pause()
            case Resume():
                self._engine.resume()
            case Resize(workers=workers, pool=pool):
                self._engine.resize(workers, pool)
                return self._remember("pools", pool, "workers", value=workers)
            case SetTheme(theme=theme):
                return self._remember("console", "theme", value=theme)
            case Cancel(numbers=numbers):
                return self._cancel(numbers)
            case Shutdown():
                return self._begin_shutdown(command)
        return Outcome(ok=True)

    def _cancel(self, numbers: Sequence[int]) -> Outcome:
        done: list[int] = []
        skipped: list[tuple[int, SafeText]] = []
        for number in numbers:
            task = self._engine.find(number)
            if task is not None and task.cancel():
                done.append(number)
            else:
                skipped.append((number, SafeText("has ended already")))
        return Outcome(ok=not skipped, numbers=tuple(done), skipped=tuple(skipped))

    def _remember(self, *keys: str, value: object) -> Outcome:
        if self._overrides is None:
            return Outcome(ok=True)
        try:
            self._overrides.set(*keys, value=value)
        except OSError as error:
            return Outcome(ok=True, reason=safe_line(f"done, but not kept: {error}"))
        return Outcome(ok=True)

    def _begin_shutdown(self, command: Shutdown) -> Outcome:
        with self._lock:
            present = self._shutdown
            if present and SHARPNESS[command.mode] <= SHARPNESS[present.mode]:
                return Outcome(ok=False, reason=SafeText(f"already stopping: {present.mode}"))
            timeout = 0.0 if command.mode == "abort" else command.timeout
            if timeout is None:
                timeout = self._engine.shutdown_timeout or 0.0
            self._shutdown = Shutdown(mode=command.mode, timeout=timeout)
            self._deadline = self._engine.clock.monotonic() + timeout
        threading.Thread(
            target=self._run_shutdown,
            args=(timeout, command.mode == "drain"),
            name="chasqui-shutdown",
            daemon=True,
        ).start()
        return Outcome(ok=True)

    def _run_shutdown(self, timeout: float, drain: bool) -> None:
        report = self._engine.shutdown(timeout, drain=drain)
        with self._lock:
            self._ledger = report

    # Parts of a snapshot

    def _state(self) -> EngineState:
        state: EngineState = self._engine.state
        if state == "stopped" and self._ledger is None and self._shutdown is not None:
            return "stopping"  # its threads are still being joined; the ledger comes next
        if state == "running" and (self._missing_workers() or self._stuck()):
            return "degraded"
        return state

    @property
    def _pools(self) -> Sequence[Pool]:
        return list(self._engine.pools.values())

    def _workers(self) -> list[Worker]:
        return [worker for pool in self._pools for worker in pool.workers()]

    def _given_up(self) -> list[Worker]:
        return [worker for pool in self._pools for worker in pool.workers_abandoned]

    def _stuck(self) -> bool:
        return any(worker.state == "stuck" for worker in self._workers())

    def _missing_workers(self) -> tuple[SafeText, ...]:
        lines = []
        for pool in self._pools:
            alive = len(pool.workers())
            if pool.state in ("running", "paused") and alive < pool.workers_wanted:
                where = f"pool {pool.name}: " if len(self._pools) > 1 else ""
                lines.append(
                    SafeText(
                        f"{where}only {alive} of {pool.workers_wanted} workers could be started"
                    )
                )
        return tuple(lines)

    def _abandoned(self) -> tuple[SafeText, ...]:
        """Name the workers that a task past its time limit holds."""
        stuck = [worker for worker in self._workers() if worker.state == "stuck"]
        held = [(one, "abandoned") for one in self._given_up()]
        held += [(one, "stuck, and no more may be abandoned") for one in stuck]
        return tuple(
            safe_line(f"worker {worker.name} is {what}: {worker.task.name} ignores its time limit")
            for worker, what in held
            if worker.task is not None
        )

    def _worker_page(self, window: Window | None) -> Page[Any] | None:
        if window is None:
            return None
        # Those given up come last: they do not count as workers, but their threads go on.
        workers = (*self._workers(), *self._given_up())
        shown = workers[window.offset : window.offset + window.limit]
        view = partial(views.worker_row, epoch=self._engine.pool.epoch)
        return self._page("workers", window, len(workers), view, shown)

    def _backlog_page(self, window: Window | None, metrics: Metrics) -> Page[Any] | None:
        """List what waits for a worker, and after that what waits for its time, pool by pool."""
        if window is None:
            return None
        shown: list[Task] = []
        offset, limit = window.offset, window.limit
        lists = [(pool.waiting, metrics.pools[pool.name].queued) for pool in self._pools]
        lists += [(pool.scheduled, metrics.pools[pool.name].scheduled) for pool in self._pools]
        for listed, length in lists:
            if length and len(shown) < limit:
                shown += listed(offset, limit - len(shown))
            offset = max(0, offset - length)
        return self._page(
            "backlog", window, metrics.queued + metrics.scheduled, views.task_row, shown
        )

    def _failure_page(self, window: Window | None) -> Page[Any] | None:
        if window is None:
            return None
        log = self._engine.failures
        shown = log.window(window.offset, window.limit)
        return self._page("failures", window, len(log), views.failure_row, shown)

    def _page(
        self,
        pane: str,
        window: Window,
        total: int,
        view: Callable[[Any], Row],
        shown: Sequence[object],
    ) -> Page[Row]:
        """Make a page; its ``rev`` moves on only when something of it has changed."""
        rows = tuple(view(one) for one in shown)
        last = self._pages.get(pane)
        rev = last.rev if last else 0
        if last and (last.rows, last.total, last.offset) == (rows, total, window.offset):
            return last
        page = Page(rows=rows, offset=window.offset, total=total, rev=rev + 1)
        self._pages[pane] = page
        return page

    def _metrics(self, metrics: Any) -> MetricsView:
        return MetricsView(
            wait=views.latency(metrics.wait),
            run=views.latency(metrics.run),
            finished_per_second=tuple(self._history.finished),
            backlog=tuple(self._history.backlog),
            busy=tuple(self._history.busy),
        )

    def _shutdown_view(self, now: float) -> ShutdownView | None:
        with self._lock:
            command = self._shutdown
            if command is None:
                return None
            left = max(0.0, self._deadline - now)
            return ShutdownView(mode=command.mode, remaining=left, timeout=command.timeout or 0.0)

    def _packages(self) -> dict[str, str]:
        """Return the distribution of each plugin, where the engine knows of plugins at all."""
        if not isinstance(self._engine, PluginEngine):
            return {}
        return {info.name: info.package for info in self._engine.plugins.infos_loaded()}

    def _watch(self, task: Task) -> None:
        self._watched[task.number] = task
        self._watched.move_to_end(task.number)
        while len(self._watched) > WATCHED:
            self._watched.popitem(last=False)


def _refused(error: Exception) -> Outcome:
    problems: Mapping[str, str] = {}
    if isinstance(error, InvalidParameters):
        problems = error.problems
    told = tuple((name, safe_line(why)) for name, why in problems.items())
    return Outcome(ok=False, reason=safe_line(str(error)), problems=told)
