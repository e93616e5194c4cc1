"""The engines of a process: their options, and when they begin and end."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import textwrap
import threading

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import RequestFactory, override_settings

from chasqui import BacklogFull, Engine, PoolClosed
from chasqui_django import ChasquiBackend, engine_of, shutdown, with_lifespan
from chasqui_django.middleware import TooBusyMiddleware

GATE = threading.Event()
MADE = Engine(1, name="of the project")


def add(a, b=1):
    return a + b


def make():
    return Engine(1, name="made for it")


def no_engine():
    return "an engine"


def test_no_engine_is_made_before_the_first_task(tasks_of):
    task = tasks_of.task(add)
    assert engine_of(tasks_of.alias) is None

    tasks_of.ended(task.enqueue(1))
    engine = engine_of(tasks_of.alias)
    assert engine is not None
    assert (tasks_of.engine, tasks_of.alias) == (engine, engine.name)


def test_all_threads_have_the_same_engine(tasks_of):
    task, found = tasks_of.task(add), []
    task.enqueue(1)
    thread = threading.Thread(target=lambda: found.append(tasks_of.backend))
    thread.start()
    thread.join()

    assert found[0] is not tasks_of.backend
    assert found[0].engine is tasks_of.engine


@pytest.mark.parametrize(("path", "name"), [("MADE", "of the project"), ("make", "made for it")])
def test_an_engine_of_the_project_is_used_and_started(path, name, tasks):
    with override_settings(TASKS=tasks(engine=f"{__name__}.{path}")):
        backend = ChasquiBackend("default", tasks(engine=f"{__name__}.{path}")["default"])
        assert (name, "running") == (backend.engine.name, backend.engine.state)
        shutdown()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"worker": 3}, r"TASKS\['default'\]\['OPTIONS'\] has 'worker'; did you mean 'workers'"),
        ({"xyzzy": 3}, "has 'xyzzy'; there are workers, queue_size"),
    ],
)
def test_an_option_that_does_not_exist_is_refused_with_the_nearest(options, said):
    with pytest.raises(ImproperlyConfigured, match=said):
        ChasquiBackend("default", {"OPTIONS": options})


def test_an_option_that_gives_no_engine_is_refused(tasks_of):
    params = {"OPTIONS": {"engine": f"{__name__}.no_engine"}}
    with pytest.raises(ImproperlyConfigured, match="no_engine is neither an engine"):
        _ = ChasquiBackend("default", params).engine


def test_the_oldest_results_are_forgotten(tasks_of, tasks):
    with override_settings(TASKS=tasks(keep_results=2)):
        task = tasks_of.task(add)
        results = [tasks_of.ended(task.enqueue(number)) for number in range(4)]

        for result in results[:2]:
            with pytest.raises(tasks_of.errors.TaskResultDoesNotExist):
                task.get_result(result.id)
        assert [3, 4] == [task.get_result(result.id).return_value for result in results[2:]]


def test_changed_settings_end_the_engine_and_the_next_task_makes_another(tasks_of, tasks):
    tasks_of.ended(tasks_of.task(add).enqueue(1))
    first = tasks_of.engine
    with override_settings(TASKS=tasks(workers=1)):
        assert "stopped" == first.state
        tasks_of.ended(tasks_of.task(add).enqueue(1))
        assert 1 == tasks_of.engine.pool.workers_wanted


def test_an_asgi_server_that_stops_drains_the_engines(tasks_of):
    ran = []
    messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])
    sent = []

    async def django(scope, receive, send):
        ran.append(scope["type"])

    async def receive():
        message = next(messages)
        if message["type"] == "lifespan.shutdown":
            await tasks_of.task(add).aenqueue(1)
            ran.append(engine_of(tasks_of.alias))
        return message

    async def send(message):
        sent.append(message["type"])

    async def serve():
        wrapped = with_lifespan(django)
        await wrapped({"type": "http"}, receive, send)
        await wrapped({"type": "lifespan"}, receive, send)

    asyncio.run(serve())
    assert ["lifespan.startup.complete", "lifespan.shutdown.complete"] == sent
    assert "http" == ran[0]
    assert ("stopped", 1) == (ran[1].state, ran[1].metrics().completed)


@pytest.mark.parametrize("error", [BacklogFull("task queue is full"), PoolClosed("it is stopping")])
def test_the_middleware_answers_503_where_a_view_found_no_room(error):
    request = RequestFactory().get("/")
    middleware = TooBusyMiddleware(lambda request: HttpResponse("fine"))

    answer = middleware.process_exception(request, error)
    assert (503, "1") == (answer.status_code, answer["Retry-After"])
    assert b"fine" == middleware(request).content
    assert middleware.process_exception(request, ValueError()) is None


PROGRAM = """
import asyncio, os, sys, threading, time, warnings
warnings.simplefilter("ignore", DeprecationWarning)  # of forks beside threads, since 3.12
import django
from django.conf import settings
settings.configure(TASKS={"default": {"BACKEND": "chasqui_django.ChasquiBackend"}}, USE_TZ=True)
django.setup()
from asgiref.sync import sync_to_async
if django.VERSION >= (6, 0):
    from django.tasks import task
else:
    from django_tasks import task

def say(*words):
    os.write(1, (" ".join(map(str, words)) + "\\n").encode())

@task
def work(who):
    time.sleep(0.05)
    say(who, "in its own process", str(os.getpid() == int(who.split()[1])))

begun = threading.Event()

@task
async def wait(who):
    begun.set()
    await asyncio.sleep(0.05)
    await sync_to_async(say)(who, "in its own process", str(os.getpid() == int(who.split()[1])))
"""


# There no thread starts another once the main thread is at its end (gh-113964), and asgiref runs
# each coroutine in a new one.
IS_STRICT_AT_EXIT = (3, 12, 0) <= sys.version_info < (3, 12, 2)


def ran(code):
    """Run the program to its end, with this code after it."""
    return subprocess.run(
        [sys.executable, "-c", PROGRAM + textwrap.dedent(code)],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


def test_a_forked_child_has_an_engine_of_its_own_and_each_process_drains_at_its_end():
    done = ran(f"""
        work.enqueue(f"parent {{os.getpid()}}")
        child = os.fork()
        if child == 0:
            wait.enqueue(f"child {{os.getpid()}}")
            if {IS_STRICT_AT_EXIT}:
                begun.wait(30)
            sys.exit(3)
        say("status", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    """)

    assert "" == done.stderr
    assert ["child", "parent", "status"] == sorted(
        line.split()[0] for line in done.stdout.splitlines()
    )
    assert 2 == done.stdout.count("in its own process True")
    assert "status 3" in done.stdout


@pytest.mark.skipif(IS_STRICT_AT_EXIT, reason="this Python starts no thread at its end")
def test_a_coroutine_that_waits_when_the_process_ends_still_runs():
    done = ran("""
        from chasqui_django import engine_of

        @task
        def until_the_end():
            while engine_of() is not None:
                time.sleep(0.002)

        for _ in range(8):
            until_the_end.enqueue()
        wait.enqueue(f"late {os.getpid()}")
    """)

    assert ("", 0) == (done.stderr, done.returncode)
    assert "late" == done.stdout.split()[0]
    assert done.stdout.endswith("in its own process True\n")
