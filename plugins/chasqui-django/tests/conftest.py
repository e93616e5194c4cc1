"""A Django of which the tests need no more than its settings, a database file and the tasks."""

from __future__ import annotations

import atexit
import tempfile
import threading
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import django
import pytest
from django.conf import settings

from chasqui_django import runners

# With Django 6 the same tests run with its own tasks, where the package is there with both.
BACKENDS = {"default": "chasqui_django.ChasquiBackend"}
PACKAGES = {"default": "django.tasks" if django.VERSION >= (6, 0) else "django_tasks"}
if django.VERSION >= (6, 0):
    try:
        import_module("django_tasks")
    except ImportError:
        pass  # the package is asked for on Python 3.11 only
    else:
        BACKENDS["backport"] = "chasqui_django.backport.ChasquiBackend"
        PACKAGES["backport"] = "django_tasks"

PAUSE = threading.Event()
SIZES = {"workers": 2, "queue_size": 10, "queues": {"mail": {"workers": 1}}}


def tasks_of_settings(**options: Any) -> dict[str, Any]:
    """Return the setting TASKS with a backend for each framework that is here."""
    return {
        alias: {
            "BACKEND": backend,
            "QUEUES": ["default", "mail"],
            "OPTIONS": {**SIZES, "name": alias, **options},
        }
        for alias, backend in BACKENDS.items()
    }


if not settings.configured:
    folder = tempfile.TemporaryDirectory(prefix="chasqui-django-")
    atexit.register(folder.cleanup)
    settings.configure(
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": Path(folder.name) / "db.sqlite3",
            }
        },
        TASKS=tasks_of_settings(),
        USE_TZ=True,
        ALLOWED_HOSTS=["*"],
    )
    django.setup()


class Tasks:
    """One of the frameworks, with the alias of its backend."""

    def __init__(self, alias: str) -> None:
        self.alias = alias
        self.package: Any = import_module(PACKAGES[alias])
        self.signals: Any = import_module(f"{PACKAGES[alias]}.signals")
        self.errors: Any = import_module(f"{PACKAGES[alias]}.exceptions")

    def task(self, function: Any, **said: Any) -> Any:
        """Declare a function as a task of the backend."""
        return self.package.task(backend=self.alias, **said)(function)

    @property
    def backend(self) -> Any:
        """The backend of this thread."""
        return self.package.task_backends[self.alias]

    @property
    def engine(self) -> Any:
        """The engine of the backend."""
        return self.backend.engine

    def ended(self, result: Any) -> Any:
        """Wait for a task to end, and return its result as it is then."""
        look_until(lambda: result.refresh() or result.is_finished)
        return result


def look_until(condition: Callable[[], object]) -> None:
    """Look again and again until a condition holds."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        PAUSE.wait(0.002)


@pytest.fixture
def until():
    """Look again and again until a condition holds."""
    return look_until


@pytest.fixture(params=sorted(BACKENDS))
def tasks_of(request):
    """Give a test each framework that is here."""
    yield Tasks(request.param)
    runners.shutdown()


@pytest.fixture
def tasks():
    """Give a test what makes the setting TASKS, with options of its own."""
    return tasks_of_settings
