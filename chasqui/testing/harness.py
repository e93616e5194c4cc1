"""Harness: task types as they will run, with nothing around them.

A real engine with real threads, the plugins given and no others, loaded by the real loader, and a
clock of its own. Time passes only while no task works: when every task that runs sleeps on the
clock, `Harness.run` moves it to whatever comes next: the end of a sleep, a retry, a start that a
rate allows, the end of a breaker's cooldown, a turn of a schedule. So a task that sleeps for an
hour ends at once, having run for an hour, and one that works is never hurried. No wait lasts for
ever either: whatever has not ended after ``timeout`` real seconds raises `Unfinished`, which says
where it is.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, Final, Self

from chasqui import numbers
from chasqui.engine.types.task_type import TaskType
from chasqui.errors import ChasquiError, PluginError
from chasqui.plugins.discovery import names_of
from chasqui.plugins.engine import Engine
from chasqui.plugins.loader import PluginHost
from chasqui.pool import closing
from chasqui.pool.pool import Pool
from chasqui.pool.task import Task
from chasqui.pool.trace import stack_of
from chasqui.testing.clock import FakeClock
from chasqui.testing.rest import SAME_SECONDS, has_begun, is_at_rest, what_holds

PREFIX: Final = "chasqui_"  # a plugin's module is called chasqui_NAME unless its package says else
LOOK_SECONDS: Final = 0.0005  # between two looks at what is not announced, such as falling asleep
SHOWN: Final = 10  # of the tasks that wait, as many are named in an error
GRACE_SECONDS: Final = 1.0  # real ones, for tasks that were asked to stop when the harness is left


class Unfinished(ChasquiError):
    """A task had not ended when it should have; the text says where it is.

    Example: `chasqui-tui help testing`.
    """


class Harness:
    """An engine for tests, with only the plugins given; use it as a context manager.

    A module's plugin has the name of its installed entry point, else that of the module without
    ``chasqui_``; ``Harness(images=module)`` names it. Leaving asks what still runs to stop.

    Args:
        settings: what each plugin gets, by its name, as the tables [plugin.NAME] of a config.
        workers: how many tasks run at once.
        timeout: how many real seconds tasks may take before a wait for them ends; None: any.

    Raises:
        PluginError: on entering: a plugin did not load, with the reason.
        Unfinished: on leaving: a task still runs or waits.

    Example: `chasqui-tui help testing`.
    """

    clock: FakeClock
    """Moves when told; `advance` is the friendlier way."""
    engine: Engine
    """The engine, for what has no shortcut here."""

    def __init__(
        self,
        *modules: ModuleType,
        settings: Mapping[str, Mapping[str, Any]] | None = None,
        workers: int = 1,
        timeout: float | None = 30.0,
        **named: ModuleType,
    ) -> None:
        plugins = _by_name(modules, named)
        for name in settings or {}:
            if name not in plugins:
                raise ValueError(
                    f"settings for {name!r}, which is not here; there are {', '.join(plugins)}"
                )
        self.clock = FakeClock()
        self.timeout = timeout
        self._host = PluginHost(modules=plugins, settings=settings)
        self.engine = Engine(workers, plugins=self._host, clock=self.clock)

    def __enter__(self) -> Self:
        failed = [info for info in self._host.infos if info.status == "failed"]
        if failed:
            error = PluginError("; ".join(info.summary() for info in failed))
            for info in failed:
                error.add_note(info.traceback)
            raise error
        self.engine.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        # A test that has failed already says why; what it left running says nothing more.
        left: list[str] = []
        if kind is None:
            self._await(self._at_rest)
            left = [self._where(task) for task in self._unfinished()]
        self._shut_down()
        if left:
            raise Unfinished(
                "the harness was left before every task had ended; wait for it, or cancel it: "
                + "; ".join(left)
            )

    @property
    def timeout(self) -> float:
        """How many real seconds a wait lasts at most, infinite without a limit; may be set."""
        return self._timeout

    @timeout.setter
    def timeout(self, seconds: float | None) -> None:
        limit = numbers.wait("timeout", seconds)
        self._timeout = math.inf if limit is None else limit

    def run(self, type: str | TaskType, /, **params: Any) -> Task:
        """Run one task to its end, whichever that is, and return it.

        Raises:
            UnknownType, InvalidParameters: as `Engine.submit`.
            Unfinished: it did not end within the harness's timeout.
        """
        return self.wait(self.submit(type, params))

    def submit(
        self,
        type: str | TaskType,
        params: Mapping[str, Any] | None = None,
        *,
        priority: int = 0,
        time_limit: float | None = None,
    ) -> Task:
        """Accept a task as `Engine.submit` does; when this returns it runs, if a worker was free.

        Time stands still until `wait`, `run` or `advance` lets it pass.
        """
        task = self.engine.submit(type, params, priority=priority, timeout=0, time_limit=time_limit)
        self._await(lambda: all(has_begun(pool, pool.metrics()) for pool in self._pools))
        return task

    def wait(self, task: Task) -> Task:
        """Wait until a task has ended, with time passing whenever no task works; return it.

        Raises:
            Unfinished: it did not end within the harness's timeout.
        """

        def ended() -> bool:
            if not task.done and self._at_rest() and (coming := self.clock.asleep()):
                self.clock.advance_to(min(coming.values()))
            return task.done

        began = self.clock.monotonic()
        if not self._await(ended):
            passed = self.clock.monotonic() - began
            raise Unfinished(
                f"no end within {self.timeout:g} s"
                + (f", while {passed:,.0f} s passed on the harness's clock" if passed else "")
                + f": {self._where(task)}"
            )
        return task

    def advance(self, seconds: float) -> None:
        """Let time pass: all that is due in it happens, in order, before this returns.

        Whatever works is waited for first. To move the time under a task that works, such as a
        body that never sleeps but looks at its time limit, use ``clock.advance``.

        Raises:
            Unfinished: a task worked on for longer than the harness's timeout.
        """
        until = self.clock.monotonic() + numbers.duration("seconds", seconds)
        while True:
            if not self._await(self._at_rest):
                raise Unfinished(
                    f"time cannot pass: there was work for {self.timeout:g} s; "
                    + "; ".join(map(self._where, self._unfinished()))
                )
            nearest = min(self.clock.asleep().values(), default=math.inf)
            if nearest > until + SAME_SECONDS:
                break
            self.clock.advance_to(nearest)
        self.clock.advance_to(max(until, self.clock.monotonic()))

    @property
    def _pools(self) -> list[Pool]:
        return list(self.engine.pools.values())

    def _await(self, holds: Callable[[], bool]) -> bool:
        """Look until something holds, or the timeout has passed; tell whether it holds."""
        deadline = time.monotonic() + self.timeout
        while not holds():
            if time.monotonic() > deadline:
                return False
            time.sleep(LOOK_SECONDS)
        return True

    def _at_rest(self) -> bool:
        return is_at_rest(self.engine, self.clock)

    def _unfinished(self) -> list[Task]:
        running = [worker.task for pool in self._pools for worker in pool.workers()]
        waiting = [task for pool in self._pools for task in pool.waiting(0, SHOWN)]
        return [task for task in [*running, *waiting] if task is not None and not task.done]

    def _where(self, task: Task) -> str:
        """Say what a task that has not ended is doing."""
        who = f"{task.name} (task {task.number}) is {task.state}"
        workers = [worker for pool in self._pools for worker in pool.workers()]
        worker = next((worker for worker in workers if worker.task is task), None)
        if worker is None or worker.ident is None:
            if self.engine.state == "running" and (why := what_holds(self.engine, task)):
                return f"{who}: {why}"
            return f"{who}, and the engine is {self.engine.state}"
        if (until := self.clock.asleep().get(worker.ident)) is not None:
            left = until - self.clock.monotonic()
            return f"{who}, asleep for another {left:,.6g} s of the harness's clock"
        return f"{who}{_progress(task)}, and is here:\n{stack_of(worker.ident)}"

    def _shut_down(self) -> None:
        """Ask what runs to stop, give it a moment of real time, and end."""
        # The pool's own moment of grace is on a clock that nothing else moves now.
        grace = threading.Timer(GRACE_SECONDS, self.clock.advance, [closing.GRACE_SECONDS])
        grace.start()
        self.engine.shutdown(0, drain=False)
        grace.cancel()
        grace.join()


def _progress(task: Task) -> str:
    if task.progress is None:
        return ""
    done, total, _ = task.progress
    return f" ({done:g} done)" if total is None else f" ({done:g} of {total:g})"


def _by_name(
    modules: tuple[ModuleType, ...], named: Mapping[str, ModuleType]
) -> dict[str, ModuleType]:
    plugins = dict(named)
    for module in modules:
        name = _name_of(module)
        if plugins.setdefault(name, module) is not module:
            raise ValueError(f"two plugins are called {name!r}: {plugins[name]!r} and {module!r}")
    return plugins


def _name_of(module: ModuleType) -> str:
    if not isinstance(module, ModuleType):
        raise TypeError(f"a plugin is a module, not {module!r}")
    names = names_of(module)
    if len(names) > 1:
        raise ValueError(
            f"{module.__name__} is installed as {' and '.join(names)}; say which, as in "
            f"Harness({names[0]}={module.__name__.rpartition('.')[2]})"
        )
    return names[0] if names else module.__name__.rpartition(".")[2].removeprefix(PREFIX)
