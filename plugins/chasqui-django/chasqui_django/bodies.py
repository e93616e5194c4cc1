"""Bodies: the functions of Django's tasks as task types of the engine.

Each function is a type of its own, so that it can be paused, limited and looked at by itself:
``blog.tasks.send_mail`` is ``app.blog_tasks_send_mail``. Its parameters are what was enqueued.
"""

from __future__ import annotations

import re
import threading
from traceback import format_exception
from typing import Any

from django.db import close_old_connections

from chasqui import Context, Engine, TaskType, task
from chasqui_django.framework import Framework
from chasqui_django.store import Store


class Bodies:
    """Makes the task type of each function, once."""

    def __init__(self, engine: Engine, framework: Framework, store: Store, sender: type) -> None:
        self._engine = engine
        self._framework = framework
        self._store = store
        self._sender = sender
        self._lock = threading.Lock()
        self._types: dict[str, TaskType] = {}
        self.announced: dict[str, threading.Event] = {}
        """By id, what is set once a task has been reported as enqueued."""

    def type_of(self, django_task: Any) -> TaskType:
        """Return the task type of a function; the first time, register it with the engine."""
        path = django_task.module_path
        with self._lock:
            if path not in self._types:
                self._types[path] = self._engine.register(self._make(path, django_task))
            return self._types[path]

    def error_of(self, error: BaseException) -> Any:
        """Describe an error as a result keeps it."""
        kind = type(error)
        return self._framework.error(
            exception_class_path=f"{kind.__module__}.{kind.__qualname__}",
            traceback="".join(format_exception(error)),
        )

    def _make(self, path: str, django_task: Any) -> TaskType:
        def body(ctx: Context, args: list[Any], kwargs: dict[str, Any], result: str) -> Any:
            return self._run(ctx, django_task, args, kwargs, result)

        body.__doc__ = django_task.func.__doc__ or f"Run {path}."
        made: TaskType = task(name=re.sub(r"\W+", "_", path).lower())(body)
        return made

    def _run(
        self, ctx: Context, django_task: Any, args: list[Any], kwargs: dict[str, Any], id: str
    ) -> Any:
        """Run a task as Django's own backends do: with signals, and with fresh connections."""
        if (announced := self.announced.get(id)) is not None:
            announced.wait()
            self.announced.pop(id, None)
        framework, store = self._framework, self._store
        result = store.begin(id, ctx.task.worker or "")
        if result is not None:
            framework.started.send_robust(self._sender, task_result=store.get(id))
        close_old_connections()
        try:
            if django_task.takes_context:
                args = [framework.context(task_result=result), *args]
            value = framework.as_json(django_task.call(*args, **kwargs))
        except BaseException as error:
            ended = store.fail(id, self.error_of(error))
            if ended is not None:  # within the handler, since the receivers log its traceback
                framework.finished.send_robust(self._sender, task_result=ended)
            raise
        finally:
            close_old_connections()
        ended = store.succeed(id, value)
        if ended is not None:
            framework.finished.send_robust(self._sender, task_result=ended)
        return value
