"""References: how a child finds the task type that it is to run.

``plugin:http.check`` is a type of a plugin, which the child's own plugins offer. Any other is found
as a function is: ``module:shop.tasks:resize``; in the script that was run ``script::resize``.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any, Final

from chasqui.engine.types.decorator import task
from chasqui.engine.types.registry import APPLICATION, owner_of
from chasqui.engine.types.task_type import TaskType
from chasqui.errors import InvalidTaskType
from chasqui.plugins.loader import PluginHost
from chasqui.processes import script

PLUGIN: Final = "plugin"
MODULE: Final = "module"
SCRIPT: Final = "script"


def reference_of(type_: TaskType, name: str, plugins: PluginHost | None) -> str:
    """Return how a child finds a type.

    Args:
        name: what the engine calls the type.

    Raises:
        InvalidTaskType: it cannot find it; the text says why, and what to do.
    """
    offered = {} if plugins is None else plugins.types_loaded()
    if owner_of(name) != APPLICATION and offered.get(name) is type_:
        return f"{PLUGIN}:{name}"
    module, path = type_.__module__, type_.__qualname__
    if "<locals>" in path:
        raise _lost(name, f"{path} is made inside of a function")
    home = sys.modules.get(module)
    found = _walked(home, path)
    if found is not type_ and found is not type_.function:
        raise _lost(name, f"{module} has no {path} that is it")
    if module == "__main__":
        if not script.of_main().found:
            raise _lost(name, "the program has no file that could be imported again")
        return f"{SCRIPT}::{path}"
    return f"{MODULE}:{module}:{path}"


def resolve(reference: str, plugins: PluginHost | None) -> TaskType:
    """Return the type that a reference means; in the child.

    Raises:
        InvalidTaskType: it is not there.
        Exception: whatever its module raises when it is imported.
    """
    kind, _, rest = reference.partition(":")
    if kind == PLUGIN:
        offered = None if plugins is None else plugins.type(rest)
        if offered is None:
            why = None if plugins is None else plugins.explain(rest)
            raise InvalidTaskType(f"{rest} is not there in the child process: {why or 'no plugin'}")
        return offered
    module, _, path = rest.partition(":")
    home: Any = sys.modules["__main__"] if kind == SCRIPT else importlib.import_module(module)
    found = _walked(home, path)
    if isinstance(found, TaskType):
        return found
    if callable(found):
        made: TaskType = task(found)
        return made
    raise InvalidTaskType(
        f"{module or 'the script'} defines no {path} when a child process imports it: "
        "define it before anything that starts an engine, at the top of the module"
    )


def _walked(home: Any, path: str) -> Any:
    for name in path.split("."):
        home = getattr(home, name, None)
    return home


def _lost(name: str, why: str) -> InvalidTaskType:
    return InvalidTaskType(
        f"{name} cannot run in a child process, which could not find it: {why}. Define it with "
        "@task at the top of a module that can be imported, or send it to a pool of threads"
    )
