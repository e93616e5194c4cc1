"""The backend: what Django calls to enqueue a task and to look at its result."""

from __future__ import annotations

import threading
from typing import Any

from django.utils.crypto import get_random_string

from chasqui import Cancelled, Engine, Task
from chasqui_django.framework import Framework, framework
from chasqui_django.options import options_of
from chasqui_django.runners import Runner, runner_of


class Backend:
    """What both backends have; the framework's own base class is put behind it."""

    framework: Framework
    supports_defer = True
    supports_async_task = True
    supports_get_result = True  # from any thread of this process
    supports_priority = True

    def __init__(self, alias: str, params: dict[str, Any]) -> None:
        super().__init__(alias, params)  # type: ignore[call-arg]
        self.alias = alias
        self._options = options_of(alias, params.get("OPTIONS", {}))

    @property
    def engine(self) -> Engine:
        """The engine of this process; it is started here if it was not."""
        return self._runner.engine

    def enqueue(self, task: Any, args: Any, kwargs: Any) -> Any:
        """Submit a task to the engine.

        Raises:
            BacklogFull: too many wait; nothing was enqueued.
            PoolClosed: the engine is being shut down.
        """
        self.validate_task(task)  # type: ignore[attr-defined]
        made = self.framework.result(
            task=task,
            id=get_random_string(32),
            status=self.framework.status.READY,
            enqueued_at=None,
            started_at=None,
            finished_at=None,
            last_attempted_at=None,
            args=args,
            kwargs=kwargs,
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )
        runner = self._runner
        result = runner.store.add(made)
        announced = runner.bodies.announced[made.id] = threading.Event()
        try:
            accepted = self._submit(runner, task, made)
        except BaseException:
            runner.store.drop(made.id)
            runner.bodies.announced.pop(made.id, None)
            raise
        try:
            self.framework.enqueued.send(type(self), task_result=result)
        finally:
            announced.set()  # from now on it may be reported as started
        accepted.add_done_callback(lambda ended: _settle(runner, made.id, ended))
        return result

    def get_result(self, result_id: str) -> Any:
        """Return a result as it is now.

        Raises:
            TaskResultDoesNotExist: it is of another process, or too old.
        """
        found = self._runner.store.get(result_id)
        if found is None:
            raise self.framework.unknown(result_id)
        return found

    @property
    def _runner(self) -> Runner:
        return runner_of(self.alias, self.framework, self._options, type(self))

    def _submit(self, runner: Runner, task: Any, result: Any) -> Task:
        engine = runner.engine
        queue = task.queue_name
        return engine.submit(
            runner.bodies.type_of(task),
            {"args": result.args, "kwargs": result.kwargs, "result": result.id},
            timeout=self._options.wait,
            at=task.run_after,
            priority=task.priority,
            pool=queue if queue in engine.pools else "default",
        )


def backend_for(package: str, module: str) -> type:
    """Make the backend class for ``django.tasks`` or ``django_tasks``."""
    used = framework(package)
    scope = {"framework": used, "__module__": module, "__doc__": Backend.__doc__}
    return type("ChasquiBackend", (Backend, used.base), scope)


def _settle(runner: Runner, id: str, ended: Task) -> None:
    """Have a task that will not run any more, such as a cancelled one, fail in Django as well."""
    if runner.store.is_open(id):
        error = ended.error or Cancelled(f"task {ended.number} was cancelled")
        runner.store.fail(id, runner.bodies.error_of(error))
        runner.bodies.announced.pop(id, None)
