"""Importing a plugin: from its entry point to what it offers.

A plugin goes through found, imported, registered, collected and loaded. Whatever goes wrong on the
way, in its module or in its hooks, stops that plugin whole, is kept with its traceback, and touches
nothing else. Order is by name, and means nothing.
"""

from __future__ import annotations

import io
import time
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import pluggy

from chasqui.engine.types.parameters import Parameters, declared
from chasqui.engine.types.task_type import TaskType
from chasqui.plugins import hookspecs
from chasqui.plugins.aside import aside
from chasqui.plugins.checks import (
    BadPlugin,
    WrongSettings,
    check_backends,
    check_module,
    check_offers,
    check_settings,
)
from chasqui.plugins.discovery import Candidate
from chasqui.plugins.records import BackendType, PluginInfo

OUTPUT_CAP = 64 * 1024  # characters kept of what a plugin prints


class Imported(NamedTuple):
    """What became of a plugin."""

    info: PluginInfo
    types: Mapping[str, TaskType]
    """Its task types by full name; none if it failed."""
    backends: Mapping[str, BackendType]
    """Its backends as pools name them; none if it failed."""
    declared: Parameters | None
    """What its settings may be, if it says so."""


class Importer:
    """Imports plugins, one at a time. ``settings`` is what each of them gets, by its name."""

    def __init__(self, settings: Mapping[str, Mapping[str, Any]]) -> None:
        self._settings = settings
        self._manager = pluggy.PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(hookspecs)

    def load(self, candidate: Candidate) -> Imported:
        """Import a plugin that was found and ask for its offers; of others say what they are."""
        info = candidate.info
        if info.status != "found":
            return Imported(info, {}, {}, None)
        printed = io.StringIO()
        began = time.perf_counter()
        module: Any = None
        types: Mapping[str, TaskType] = {}
        backends: Mapping[str, BackendType] = {}
        table: Parameters | None = None
        try:
            with aside(printed):
                module = candidate.load()
                info = replace(info, stage="imported", import_seconds=time.perf_counter() - began)
                hooks = check_module(module, self._manager)
                self._manager.register(module, name=info.name)
                info = replace(info, stage="registered", hooks=hooks)
                table = self._declared(module, info)
                given = self._settings.get(info.name, {})
                settings = check_settings(info.name, table, given)
                offered = self._ask(module, "chasqui_tasks", settings=settings)
                others = self._ask(module, "chasqui_backends", settings=settings)
                info = replace(info, stage="collected")
                types = check_offers(info.name, offered)
                backends = check_backends(info.name, others)
        except (Exception, SystemExit) as error:
            # A stranger's module may raise anything, and even leave the program.
            if module is not None and self._manager.is_registered(module):
                self._manager.unregister(module)
            types = {}
            info = replace(info, status="failed", problem=_reason(error), traceback=_trace(error))
            if isinstance(error, WrongSettings):
                info = replace(info, wrong_settings=error.problems, traceback="")
        else:
            help_of = {name: one.help for name, one in backends.items()}
            info = replace(
                info, status="loaded", stage="loaded", offers=tuple(types), backends=help_of
            )
        info = replace(info, output=printed.getvalue()[:OUTPUT_CAP])
        return Imported(info, types, backends, table)

    def _declared(self, module: Any, info: PluginInfo) -> Parameters | None:
        """Ask a plugin what its table may contain."""
        if "chasqui_settings" not in info.hooks:
            return None
        return declared("chasqui_settings", self._ask(module, "chasqui_settings"))

    def _ask(self, module: Any, hook: str, **arguments: Any) -> list[Any]:
        """Call a plugin's hook alone, and collect all that it gives before using any of it."""
        others = [one for one in self._manager.get_plugins() if one is not module]
        answers = self._manager.subset_hook_caller(hook, others)(**arguments)
        return [offer for given in answers for offer in _iterable(hook, given)]


def _iterable(hook: str, given: Any) -> Iterable[Any]:
    if isinstance(given, Iterable) and not isinstance(given, str | bytes):
        return given
    raise BadPlugin(f"{hook} gave {given!r}; return a list, or yield one after the other")


def _reason(error: BaseException) -> str:
    if isinstance(error, BadPlugin):
        return str(error)
    if isinstance(error, pluggy.PluginValidationError):
        return " ".join(str(error).split())
    if isinstance(error, SystemExit):
        return f"it called sys.exit({error.code!r})"
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _trace(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))
