"""The hooks: all that a plugin may implement, and what it may rely on.

| change | when |
|---|---|
| new hook, new argument of a hook, new optional field of a record | any minor release |
| deprecation of a hook or an argument | minor release, kept for two more |
| removal, renaming, change of a meaning | major release: `API_VERSION` goes up by one |

A plugin module may say which version it was written for, ``CHASQUI_API = 1``; one that does not is
taken to speak the current one. What is not exported by `chasqui`, by this module or by
`chasqui.testing` is private.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import pluggy

from chasqui.engine.types.parameters import Parameter
from chasqui.engine.types.task_type import TaskType
from chasqui.plugins.records import BackendType

API_VERSION: Final = 1
PROJECT: Final = "chasqui"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
"""Mark a function of a plugin as the implementation of the hook of its name.

Example: `chasqui-tui help authors`.
"""


@hookspec
def chasqui_settings() -> Iterable[Parameter]:  # type: ignore[empty-body]
    """Return what the plugin's table of the config, ``[plugin.NAME]``, may contain.

    It is called before the other hooks, which get the checked settings, those that are not given
    with their defaults. A table with an unknown or wrong setting stops the plugin. A plugin without
    this hook gets its table as it stands.

        from chasqui import Parameter, Secret, hookimpl

        @hookimpl
        def chasqui_settings():
            yield Parameter("server", str, default="localhost", help="whom to ask")
            yield Parameter("token", Secret[str] | None, default=None, help="env:NAME or file:PATH")
    """


@hookspec
def chasqui_tasks(settings: Mapping[str, Any]) -> Iterable[TaskType]:  # type: ignore[empty-body]
    """Return the task types that this plugin offers.

    ``settings`` are the plugin's own, as `chasqui_settings` declares them; an implementation may
    leave them out. The hook is called once, must have no effects, and its types get the plugin's
    name as their prefix: the one below is ``greetings.greet`` in a plugin named ``greetings``.

        from chasqui import hookimpl, task

        @task
        def greet(name: str) -> str:
            "Greet somebody."
            return f"hello {name}"

        @hookimpl
        def chasqui_tasks(settings):
            yield greet
    """


@hookspec
def chasqui_backends(settings: Mapping[str, Any]) -> Iterable[BackendType]:  # type: ignore[empty-body]
    """Return the backends that this plugin offers for pools.

    ``settings`` are the plugin's own; an implementation may leave them out. The hook is called when
    a pool names one of its backends, or when one of its task types is needed, and must have no
    effects. What a single pool gives its backend is in `BackendSetup.settings`. In a plugin named
    ``lab`` the backend below is ``lab.threads``; one that is called ``lab`` itself is just that.

        from chasqui import BackendType, ThreadBackend, hookimpl

        @hookimpl
        def chasqui_backends(settings):
            yield BackendType("threads", ThreadBackend, help="threads of the lab")
    """
