"""Runners: the engine of each backend in this process.

Django makes a backend for each thread, and already when a module with tasks is imported, which in a
server that forks is before the fork. So engines are kept here, by the alias of their backend, and
each is made with the first task that is enqueued. A forked child has none of its parent's.
"""

from __future__ import annotations

import atexit
import concurrent.futures.thread  # noqa: F401  # before what is registered below
import os
import threading
from typing import Any, Final

from django.core.signals import setting_changed

from chasqui import Engine
from chasqui_django.bodies import Bodies
from chasqui_django.framework import Framework
from chasqui_django.options import Options
from chasqui_django.store import Store

# What `atexit` calls comes too late: by then no executor takes a call any more, and Django runs a
# coroutine with one. The exit functions of executors run earlier, the last registered first.
AT_EXIT: Final = getattr(threading, "_register_atexit", atexit.register)

_lock = threading.Lock()
_runners: dict[str, Runner] = {}


class Runner:
    """An engine that runs, and the results of its tasks."""

    def __init__(self, framework: Framework, options: Options, sender: type) -> None:
        self.options = options
        self.store = Store(framework, options.keep_results)
        self.engine = options.make()
        self.bodies = Bodies(self.engine, framework, self.store, sender)
        if self.engine.state == "new":
            self.engine.start()

    def stop(self) -> None:
        """Drain the engine."""
        self.engine.shutdown(self.options.shutdown_timeout)


def runner_of(alias: str, framework: Framework, options: Options, sender: type) -> Runner:
    """Return the runner of a backend, started with the first task of this process."""
    found = _runners.get(alias)
    if found is not None:
        return found
    with _lock:
        if alias not in _runners:
            _runners[alias] = Runner(framework, options, sender)
        return _runners[alias]


def engine_of(alias: str = "default") -> Engine | None:
    """Return the engine of a backend in this process; None before its first task."""
    found = _runners.get(alias)
    return None if found is None else found.engine


def shutdown() -> None:
    """Drain the engines of all backends of this process; a task that is enqueued makes a new one.

    The end of a process calls it. Call it yourself if a server ends without Python's exit handlers:
    see `with_lifespan`.
    """
    with _lock:
        stopped = list(_runners.values())
        _runners.clear()
    for runner in stopped:
        runner.stop()


def _forget() -> None:
    global _lock, _runners
    _lock = threading.Lock()
    _runners = {}


def _on_setting(*, setting: str, **_: Any) -> None:
    if setting == "TASKS":  # as tests change it
        shutdown()


os.register_at_fork(after_in_child=_forget)
AT_EXIT(shutdown)
setting_changed.connect(_on_setting)
