"""What a plugin module must be like, with messages that say what to change.

pluggy checks signatures. The rest here are mistakes that pluggy lets pass in silence: a hook whose
name is misspelt is never called, one without the marker is never seen, an argument with a default
is passed by some versions and not by others, a wrapper makes no sense where plugins are asked one
at a time.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pluggy

from chasqui import numbers
from chasqui.engine.types.parameters import Parameters
from chasqui.engine.types.task_type import TaskType
from chasqui.errors import ChasquiError, InvalidParameters
from chasqui.nearest import nearest
from chasqui.plugins import hookspecs
from chasqui.plugins.discovery import NAME, NAMED
from chasqui.plugins.hookspecs import API_VERSION, PROJECT
from chasqui.plugins.records import BackendType
from chasqui.pool.backends import BACKENDS

PREFIX = f"{PROJECT}_"
HOOKS = frozenset(name for name in vars(hookspecs) if name.startswith(PREFIX))


class BadPlugin(ChasquiError):
    """A plugin breaks a rule; the text says which and what to do."""


class WrongSettings(BadPlugin):
    """A plugin's table of the config is wrong; ``problems`` has a line for each mistake."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


def check_module(module: Any, manager: pluggy.PluginManager) -> tuple[str, ...]:
    """Return the hooks that a plugin implements; raise BadPlugin at the first mistake."""
    _check_version(module)
    return tuple(sorted(_implemented(module, manager)))


def check_offers(plugin: str, offered: Iterable[Any]) -> dict[str, TaskType]:
    """Return a plugin's task types under their full names; raise BadPlugin with all mistakes."""
    types: dict[str, TaskType] = {}
    problems: list[str] = []
    for offer in offered:
        if not isinstance(offer, TaskType):
            given = numbers.shown(offer)
            problems.append(
                f"chasqui_tasks gave {given}, which is not a task type; decorate it with @task"
            )
        elif not NAME.fullmatch(offer.name):
            problems.append(
                f"the task type {offer.name!r} must have a name like read_rows: {NAMED}"
            )
        elif (full := f"{plugin}.{offer.name}") in types:
            problems.append(f"chasqui_tasks gave two task types named {offer.name!r}")
        else:
            types[full] = offer
    if problems:
        raise BadPlugin("; ".join(problems))
    return types


def check_backends(plugin: str, offered: Iterable[Any]) -> dict[str, BackendType]:
    """Return a plugin's backends as pools name them; raise BadPlugin with all mistakes."""
    backends: dict[str, BackendType] = {}
    problems: list[str] = []
    for offer in offered:
        if not isinstance(offer, BackendType):
            given = numbers.shown(offer)
            problems.append(f"chasqui_backends gave {given}, which is not a BackendType")
        elif type(offer.name) is not str or not NAME.fullmatch(offer.name):
            name = numbers.shown(offer.name)
            problems.append(f"the backend {name} must have a name like slow_threads: {NAMED}")
        elif not callable(offer.make):
            make = numbers.shown(offer.make)
            problems.append(f"make of the backend {offer.name!r} must be a function, got {make}")
        elif type(offer.help) is not str:
            given = numbers.shown(offer.help)
            problems.append(f"help of the backend {offer.name!r} must be a text, got {given}")
        elif (full := offer.name if offer.name == plugin else f"{plugin}.{offer.name}") in BACKENDS:
            problems.append(f"the backend {full!r} is one of Chasqui's own; give it another name")
        elif full in backends:
            problems.append(f"chasqui_backends gave two backends named {offer.name!r}")
        else:
            backends[full] = offer
    if problems:
        raise BadPlugin("; ".join(problems))
    return backends


def check_settings(
    plugin: str, declared: Parameters | None, table: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return a plugin's settings, checked and filled in; raise WrongSettings with all mistakes."""
    if declared is None:
        return dict(table)
    try:
        return declared.filled(table, plugin)
    except InvalidParameters as error:
        key = f"plugin.{plugin}"
        raise WrongSettings(
            f"{key}.{name}: {reason.replace('a parameter of this task type', 'a setting')}"
            for name, reason in error.problems.items()
        ) from None


def _check_version(module: Any) -> None:
    wants = getattr(module, "CHASQUI_API", API_VERSION)
    if wants != API_VERSION:
        raise BadPlugin(f"it is written for plugin API {wants}; this is {API_VERSION}")


def _implemented(module: Any, manager: pluggy.PluginManager) -> Iterator[str]:
    for name in dir(module):
        if name.startswith("__"):
            continue
        candidate = getattr(module, name, None)
        if not inspect.isroutine(candidate):
            continue
        options = manager.parse_hookimpl_opts(module, name)
        if options is None:
            if name.startswith(PREFIX):
                raise BadPlugin(f"{name} is not marked as a hook; decorate it with @hookimpl")
            continue
        hook = options.get("specname") or name
        if hook in HOOKS:
            _check_implementation(name, candidate, options)
            yield hook
        elif not options.get("optionalhook"):
            near = nearest(hook, HOOKS)
            hint = f"did you mean {near}?" if near else f"there are {', '.join(sorted(HOOKS))}"
            raise BadPlugin(f"{name} is not a hook of Chasqui; {hint}")


def _check_implementation(name: str, function: Any, options: Any) -> None:
    if options.get("wrapper") or options.get("hookwrapper"):
        raise BadPlugin(
            f"{name} is a wrapper; plugins are asked one at a time, so none are allowed"
        )
    for parameter in inspect.signature(function).parameters.values():
        if parameter.default is not parameter.empty:
            raise BadPlugin(
                f"{name}: its argument {parameter.name!r} has a default; take it out, "
                "since hooks are called with every argument that they name"
            )
