"""An engine within a web application: what is refused, and when."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

FASTAPI = "plugins/chasqui-fastapi"
DJANGO = "plugins/chasqui-django"
BACKGROUND = "plugins/chasqui-fastapi/chasqui_fastapi/background.py"

MUTANTS = (
    Mutant(
        "room-for-one-more",
        "room is refused to more tasks than there is room for",
        "chasqui/pool/room.py",
        "pool.is_open and free >= count",
        "pool.is_open and free >= 1",
        "tests/engine/submission/test_check_room.py",
    ),
    Mutant(
        "tasks-before-the-response",
        "a background task is submitted after the response, and not at all if there is none",
        BACKGROUND,
        "        self._works.append(work)",
        "        self.tasks.append(self.engine.submit(work))",
        FASTAPI,
    ),
    Mutant(
        "refused-after-the-response",
        "a full backlog refuses the request before its response",
        BACKGROUND,
        "        self.engine.check_room(work, len(self._works) + 1)\n",
        "",
        FASTAPI,
    ),
    Mutant(
        "lost-after-the-response",
        "a task whose room was taken meanwhile waits for room",
        BACKGROUND,
        "await self.engine.submit_async(self._works.pop(0))",
        "self.engine.try_submit(self._works.pop(0))",
        FASTAPI,
    ),
    Mutant(
        "coroutine-on-another-loop",
        "a coroutine runs on the loop of the server",
        "plugins/chasqui-fastapi/chasqui_fastapi/calls.py",
        "    if task.is_async:\n",
        "    if False:\n",
        FASTAPI,
    ),
    Mutant(
        "drain-blocks-the-loop",
        "the loop of the server runs while its engine is drained",
        "plugins/chasqui-fastapi/chasqui_fastapi/lifespan.py",
        "        await run_in_threadpool(running.shutdown, timeout)",
        "        running.shutdown(timeout)",
        FASTAPI,
    ),
    Mutant(
        "own-lifespan-ends-first",
        "an application's own lifespan ends after the last task",
        "plugins/chasqui-fastapi/chasqui_fastapi/lifespan.py",
        "within(app) as own, _running(engine, timeout) as state:",
        "_running(engine, timeout) as state, within(app) as own:",
        FASTAPI,
    ),
    Mutant(
        "django-result-shared",
        "a result that was handed out changes only when it is refreshed",
        f"{DJANGO}/chasqui_django/store.py",
        "    copied = copy(result)\n",
        "    copied = result\n",
        DJANGO,
    ),
    Mutant(
        "django-started-before-enqueued",
        "a task is reported as started after it was reported as enqueued",
        f"{DJANGO}/chasqui_django/bodies.py",
        "            announced.wait()\n",
        "",
        DJANGO,
    ),
    Mutant(
        "django-connections-open",
        "connections to the database are closed after each task",
        f"{DJANGO}/chasqui_django/bodies.py",
        "        finally:\n            close_old_connections()\n",
        "        finally:\n            len(id)\n",
        DJANGO,
    ),
    Mutant(
        "django-refused-is-kept",
        "a refused task leaves no result behind",
        f"{DJANGO}/chasqui_django/backend.py",
        "            runner.store.drop(made.id)\n",
        "",
        DJANGO,
    ),
    Mutant(
        "django-cancelled-stays-ready",
        "a cancelled task has failed in Django",
        f"{DJANGO}/chasqui_django/backend.py",
        "        accepted.add_done_callback(lambda ended: _settle(runner, made.id, ended))\n",
        "",
        DJANGO,
    ),
    Mutant(
        "django-child-keeps-engine",
        "a forked child has an engine of its own",
        f"{DJANGO}/chasqui_django/runners.py",
        "os.register_at_fork(after_in_child=_forget)\n",
        "",
        DJANGO,
    ),
    Mutant(
        "django-exit-drops-tasks",
        "the end of an ASGI server drains the engines",
        f"{DJANGO}/chasqui_django/lifespan.py",
        "                await sync_to_async(shutdown, thread_sensitive=False)()\n",
        "",
        DJANGO,
    ),
    Mutant(
        "django-coroutine-fails-at-exit",
        "a coroutine that was enqueued runs when its process ends",
        f"{DJANGO}/chasqui_django/runners.py",
        'getattr(threading, "_register_atexit", atexit.register)',
        "atexit.register",
        DJANGO,
    ),
)
