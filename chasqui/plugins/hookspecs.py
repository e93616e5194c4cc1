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

from chasqui.engine.tasktype import TaskType

API_VERSION: Final = 1
PROJECT: Final = "chasqui"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def chasqui_tasks(settings: Mapping[str, Any]) -> Iterable[TaskType]:  # type: ignore[empty-body]
    """Return the task types that this plugin offers.

    ``settings`` is the plugin's table of the config, ``[plugin.NAME]``; an implementation may leave
    it out. The hook is called once, must have no effects, and its types get the plugin's name as
    their prefix: the one below is ``greetings.greet`` in a plugin named ``greetings``.

        from chasqui import hookimpl, task

        @task
        def greet(name: str) -> str:
            "Greet somebody."
            return f"hello {name}"

        @hookimpl
        def chasqui_tasks(settings):
            yield greet
    """
