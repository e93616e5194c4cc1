"""The loader: from entry points to task types, with every plugin on its own.

A plugin goes through found, imported, registered, collected and loaded. Whatever goes wrong on the
way, in its module or in its hooks, stops that plugin whole, is kept with its traceback, and touches
nothing else. Order is by name, and means nothing.
"""

from __future__ import annotations

import contextlib
import io
import os
import threading
import time
import traceback
from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any, Self

import pluggy

from chasqui.dataclass import replace
from chasqui.engine.types.parameters import Parameters, declared
from chasqui.engine.types.task_type import TaskType
from chasqui.errors import PluginError
from chasqui.plugins import hookspecs
from chasqui.plugins.checks import (
    BadPlugin,
    WrongSettings,
    check_module,
    check_offers,
    check_settings,
)
from chasqui.plugins.discovery import Candidate, find, given, select
from chasqui.plugins.records import PluginInfo

if TYPE_CHECKING:
    from chasqui.engine.config.tables import Config

OUTPUT_CAP = 64 * 1024  # characters kept of what a plugin prints


class PluginHost:
    """The installed plugins and what they offer. Nothing is imported before `load`.

    Args:
        only: when not empty, load nothing but these (entry points or distributions).
        disabled: never import these.
        strict: raise PluginError when any plugin fails.
        settings: what each plugin gets, by its name.
        enabled: False leaves out every plugin but the built-in one.
        modules: take these as the plugins, by name, whatever is installed, selected or disabled.
    """

    def __init__(
        self,
        *,
        only: Iterable[str] = (),
        disabled: Iterable[str] = (),
        strict: bool = False,
        settings: Mapping[str, Mapping[str, Any]] | None = None,
        enabled: bool = True,
        modules: Mapping[str, ModuleType] | None = None,
    ) -> None:
        self._selection = select(
            enabled=enabled, only=only, disabled=disabled, environment=os.environ
        )
        self._modules = modules
        self._strict = strict
        self._settings = settings or {}
        self._manager = pluggy.PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(hookspecs)
        # The lock guards loading, which happens once; what it leaves behind never changes.
        self._lock = threading.RLock()
        self._infos: tuple[PluginInfo, ...] | None = None
        self._types: dict[str, TaskType] = {}
        self._declared: dict[str, Parameters] = {}

    @classmethod
    def from_config(cls, config: Config, *, enabled: bool = True) -> Self:
        """Make a host as the config says."""
        return cls(
            only=config.plugins.only,
            disabled=config.plugins.disabled,
            strict=config.plugins.strict,
            settings=config.plugin,
            enabled=enabled,
        )

    def found(self) -> tuple[PluginInfo, ...]:
        """List the plugins from metadata alone; nothing is imported."""
        return tuple(candidate.info for candidate in self._candidates())

    def load(self) -> Self:
        """Import every plugin and collect its offers, once.

        Raises:
            PluginError: a plugin failed, and the host is strict.
        """
        with self._lock:
            if self._infos is None:
                self._infos = tuple(self._load(candidate) for candidate in self._candidates())
        failed = [info.summary() for info in self._infos if info.status == "failed"]
        if failed and self._strict:
            raise PluginError("; ".join(failed))
        return self

    def infos_loaded(self) -> tuple[PluginInfo, ...]:
        """Return what became of each plugin so far, also when `load` has raised."""
        return self._infos or ()

    @property
    def infos(self) -> tuple[PluginInfo, ...]:
        """What became of each plugin, by name; loads them at the first call."""
        self.load()
        return self._infos or ()

    def types(self) -> Mapping[str, TaskType]:
        """Return the task types of all plugins by full name; loads them at the first call."""
        self.load()
        return self._types

    def types_loaded(self) -> Mapping[str, TaskType]:
        """Return the task types of all plugins by full name; none before they are loaded."""
        return self._types

    def settings(self) -> Mapping[str, Parameters]:
        """Return what each plugin's settings may be, by its name; loads them at the first call."""
        self.load()
        return self._declared

    def explain(self, name: str) -> str | None:
        """Say why a task type is not there, if its plugin is known."""
        plugin = name.partition(".")[0]
        for info in self.infos:
            if info.name == plugin and info.status != "loaded":
                return info.summary()
        return None

    def problems(self) -> tuple[str, ...]:
        """Return a line for each plugin that failed."""
        return tuple(info.summary() for info in self.infos if info.status == "failed")

    def _candidates(self) -> list[Candidate]:
        return find(self._selection) if self._modules is None else given(self._modules)

    def _load(self, candidate: Candidate) -> PluginInfo:
        info = candidate.info
        if info.status != "found":
            return info
        printed = io.StringIO()
        began = time.perf_counter()
        module: Any = None
        try:
            with _captured(printed):
                module = candidate.load()
                info = replace(info, stage="imported", import_seconds=time.perf_counter() - began)
                hooks = check_module(module, self._manager)
                self._manager.register(module, name=info.name)
                info = replace(info, stage="registered", hooks=hooks)
                settings = self._settings_of(module, info)
                offered = self._ask(module, "chasqui_tasks", settings=settings)
                info = replace(info, stage="collected")
                types = check_offers(info.name, offered)
        except (Exception, SystemExit) as error:
            # A stranger's module may raise anything, and even leave the program.
            if module is not None and self._manager.is_registered(module):
                self._manager.unregister(module)
            info = replace(info, status="failed", problem=_reason(error), traceback=_trace(error))
            if isinstance(error, WrongSettings):
                info = replace(info, wrong_settings=error.problems, traceback="")
        else:
            self._types.update(types)
            info = replace(info, status="loaded", stage="loaded", offers=tuple(types))
        return replace(info, output=printed.getvalue()[:OUTPUT_CAP])

    def _settings_of(self, module: Any, info: PluginInfo) -> Mapping[str, Any]:
        """Ask a plugin what its table may contain, and return what it does."""
        declares = "chasqui_settings" in info.hooks
        given = self._ask(module, "chasqui_settings") if declares else []
        parameters = declared("chasqui_settings", given) if declares else None
        if parameters is not None:
            self._declared[info.name] = parameters
        return check_settings(info.name, parameters, self._settings.get(info.name, {}))

    def _ask(self, module: Any, hook: str, **arguments: Any) -> list[Any]:
        """Call a plugin's hook alone, and collect all that it gives before using any of it."""
        others = [one for one in self._manager.get_plugins() if one is not module]
        answers = self._manager.subset_hook_caller(hook, others)(**arguments)
        return [offer for given in answers for offer in _iterable(hook, given)]


def _iterable(hook: str, given: Any) -> Iterable[Any]:
    if isinstance(given, Iterable) and not isinstance(given, str | bytes):
        return given
    raise BadPlugin(f"{hook} gave {given!r}; return a list, or yield one after the other")


@contextlib.contextmanager
def _captured(printed: io.StringIO) -> Iterator[None]:
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        yield


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
