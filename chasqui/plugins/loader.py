"""The plugins of an engine: which there are, and which of them to import when.

A type is named after its plugin, so asking for ``http.check`` imports the plugin ``http`` and no
other. All are imported when the types are listed, when a name is unknown, and by a strict host.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any, Self

from chasqui import arguments
from chasqui.errors import PluginError
from chasqui.keywords import hinting
from chasqui.plugins.selection import is_any, select

if TYPE_CHECKING:
    from chasqui.engine.config.tables import Config
    from chasqui.engine.types.parameters import Parameters
    from chasqui.engine.types.task_type import TaskType
    from chasqui.plugins.discovery import Candidate
    from chasqui.plugins.importer import Importer
    from chasqui.plugins.records import BackendType, PluginInfo


@hinting
class PluginHost:
    """The installed plugins and what they offer. Nothing is imported before `load`.

    Args:
        only: when not empty, load nothing but these (entry points or distributions).
        disabled: never import these.
        strict: raise PluginError when any plugin fails.
        settings: what each plugin gets, by its name.
        enabled: False leaves out every plugin but the built-in one.
        modules: take these as the plugins, by name, whatever is installed, selected or disabled.
        offer: offer only these of the others (entry points or distributions); None: all of them.

    Raises:
        TypeError: an argument is of another kind.
        ValueError: ``offer`` has a name that no installed plugin has.

    >>> host = PluginHost(enabled=False)
    >>> [(info.name, info.status) for info in host.found() if info.name == "demo"]
    [('demo', 'found')]
    >>> host.load().problems()
    ()
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
        offer: Iterable[str] | None = None,
    ) -> None:
        self._selection = select(
            enabled=arguments.flag("enabled", enabled),
            only=(only := arguments.names("only", only)),
            disabled=(disabled := arguments.names("disabled", disabled)),
            environment=os.environ,
        )
        by_name = "a mapping of plugins' names to"
        self._modules: Mapping[str, ModuleType] | None = (
            None if modules is None else arguments.mapping("modules", modules, f"{by_name} modules")
        )
        self._strict = arguments.flag("strict", strict)
        given = {} if settings is None else settings
        self._settings = {
            name: arguments.mapping(f"settings[{name!r}]", one, "a table")
            for name, one in arguments.mapping("settings", given, f"{by_name} tables").items()
        }
        # The lock guards loading. What it leaves behind is replaced whole and never changed, so
        # that it may be read at any time.
        self._lock = threading.RLock()
        self._found: list[Candidate] | None = None
        self._offer = None if offer is None else arguments.names("offer", offer)
        if self._offer:
            from chasqui.plugins.offering import check_names

            check_names(self._offer, self._installed())
        self.asked: Mapping[str, Any] = {
            "only": list(only),
            "disabled": list(disabled),
            "settings": self._settings,
            "enabled": enabled,
            "modules": self._modules,
            "offer": None if self._offer is None else list(self._offer),
        }
        """What it was asked to offer, for a process that is to offer the same."""
        self._importer: Importer | None = None
        self._loaded: dict[int, PluginInfo] = {}
        self._types: Mapping[str, TaskType] = {}
        self._backends: Mapping[str, BackendType] = {}
        self._declared: Mapping[str, Parameters] = {}

    @classmethod
    def from_config(
        cls, config: Config, *, enabled: bool = True, offer: Iterable[str] | None = None
    ) -> Self:
        """Make a host as the config says."""
        return cls(
            only=config.plugins.only,
            disabled=config.plugins.disabled,
            strict=config.plugins.strict,
            settings=config.plugin,
            enabled=enabled,
            offer=offer,
        )

    def found(self) -> tuple[PluginInfo, ...]:
        """List the plugins from metadata alone; nothing is imported."""
        return tuple(candidate.info for candidate in self._candidates())

    def load(self) -> Self:
        """Import every plugin and collect its offers, each once.

        Raises:
            PluginError: a plugin failed, and the host is strict.
        """
        self._load(lambda info: True)
        if self._strict and (failed := self.problems()):
            raise PluginError("; ".join(failed))
        return self

    def infos_loaded(self) -> tuple[PluginInfo, ...]:
        """Return what became of each plugin so far, also when `load` has raised."""
        return tuple(info for _, info in sorted(self._loaded.items()))

    @property
    def infos(self) -> tuple[PluginInfo, ...]:
        """What became of each plugin, by name; loads them at the first call."""
        self.load()
        return self.infos_loaded()

    def type(self, name: str) -> TaskType | None:
        """Return the task type of this full name, importing its own plugin alone.

        Raises:
            PluginError: any plugin failed, and the host is strict.
        """
        if self._strict or name not in self._types:
            self._load_for(name)
        return self._types.get(name)

    def types(self) -> Mapping[str, TaskType]:
        """Return the task types of all plugins by full name; loads them at the first call."""
        self.load()
        return self._types

    def types_loaded(self) -> Mapping[str, TaskType]:
        """Return the task types of those plugins that are loaded, by full name."""
        return self._types

    def backend(self, name: str) -> BackendType | None:
        """Return the backend that pools call this, importing its own plugin alone.

        Raises:
            PluginError: any plugin failed, and the host is strict.
        """
        self._load_for(name)
        return self._backends.get(name)

    def of_backends(self, plugin: str) -> PluginHost:
        """Return the host that loads a plugin for its backends.

        A program that names a backend of a plugin does not offer its task types by that: then this
        is another host, which differs in what it offers only.
        """
        offer = self._offer
        if offer is None or any(info.name == plugin for info in self.found()):
            return self
        return PluginHost(**{**self.asked, "offer": None})

    def settings(self) -> Mapping[str, Parameters]:
        """Return what each plugin's settings may be, by its name; loads them at the first call."""
        self.load()
        return self._declared

    def explain(self, name: str) -> str | None:
        """Say why a task type is not there, if its plugin is known."""
        plugin = name.partition(".")[0]
        for info in self.infos:
            if info.name == plugin:
                return None if info.status == "loaded" else info.summary()
        if self._offer is not None:
            from chasqui.plugins.offering import how_to_offer

            return how_to_offer(plugin, self._installed())
        return None

    def problems(self) -> tuple[str, ...]:
        """Return a line for each plugin that failed so far."""
        return tuple(info.summary() for info in self.infos_loaded() if info.status == "failed")

    def _candidates(self) -> list[Candidate]:
        """Find the plugins that are offered. If none are, nothing is looked for."""
        if self._offer is None:
            return self._all()
        return [one for one in self._all() if is_any(one.info, self._offer)] if self._offer else []

    def _all(self) -> list[Candidate]:
        from chasqui.plugins.discovery import find, given

        return find(self._selection) if self._modules is None else given(self._modules)

    def _installed(self) -> list[PluginInfo]:
        """Describe the plugins there are, also those that are not offered."""
        return [one.info for one in self._all()]

    def _load_if_strict(self) -> None:
        """Import every plugin if the host is strict, also as an engine starts; raises as `load`."""
        if self._strict:
            self.load()

    def _load_for(self, name: str) -> None:
        """Import the plugin of a name; all of them if the host is strict."""
        self._load_if_strict()
        plugin = name.partition(".")[0]
        self._load(lambda info: info.name == plugin)

    def _load(self, wanted: Callable[[PluginInfo], bool]) -> None:
        """Import those of the plugins that are wanted and not imported yet."""
        with self._lock:
            if self._found is None:
                self._found = self._candidates()
            for at, candidate in enumerate(self._found):
                if at in self._loaded or not wanted(candidate.info):
                    continue
                if self._importer is None:
                    from chasqui.plugins.importer import Importer  # pluggy takes 3 ms

                    self._importer = Importer(self._settings)
                got = self._importer.load(candidate)
                if got.declared is not None:
                    self._declared = {**self._declared, got.info.name: got.declared}
                self._types = {**self._types, **got.types}
                self._backends = {**self._backends, **got.backends}
                self._loaded = {**self._loaded, at: got.info}
