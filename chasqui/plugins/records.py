"""What a plugin offers besides task types, and what is known of a plugin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from chasqui.pool.backend import Backend, BackendSetup

Status = Literal["found", "loaded", "disabled", "failed"]
Stage = Literal["found", "imported", "registered", "collected", "loaded"]


@dataclass(frozen=True, slots=True)
class BackendType:
    """A backend that a plugin offers for pools.

    A pool calls it ``PLUGIN.NAME``, or by its own name alone if that is also the plugin's.

    Example: `chasqui-tui help authors`.
    """

    name: str
    make: Callable[[BackendSetup], Backend]
    """Makes the backend of a pool; raises ValueError for settings that make no sense."""
    help: str = ""
    """Where it runs bodies, in a few words."""


@dataclass(frozen=True, slots=True)
class PluginInfo:
    """One plugin: where it comes from, how far it got, and what stopped it.

    >>> PluginInfo("hello", "chasqui-hello", "1.0", "chasqui_hello", status="loaded").summary()
    'plugin hello (chasqui-hello 1.0) is loaded'
    """

    name: str
    distribution: str
    """The installed package that brings it."""
    version: str
    target: str
    """What its entry point names."""
    status: Status = "found"
    stage: Stage = "found"
    """The stage it reached last; a plugin that failed at import was found."""
    problem: str = ""
    """Why it is disabled, or what failed."""
    traceback: str = ""
    output: str = ""
    """What it printed while it was imported and asked."""
    hooks: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    """The full names of its task types."""
    backends: Mapping[str, str] = field(default_factory=dict)
    """Its backends, as pools name them, with their help."""
    import_seconds: float = 0.0
    wrong_settings: tuple[str, ...] = ()
    """What is wrong in its table of the config, a line each."""

    @property
    def package(self) -> str:
        """Distribution and version, as a person reads them."""
        return f"{self.distribution} {self.version}".strip()

    @property
    def at(self) -> str:
        """What was being done when it failed."""
        return "when its settings were checked" if self.wrong_settings else AT[self.stage]

    def summary(self) -> str:
        """Say in one line what became of it."""
        who = f"plugin {self.name}" + (f" ({self.package})" if self.package else "")
        if self.status == "failed":
            return f"{who} failed {self.at}: {self.problem}"
        if self.status == "disabled":
            return f"{who} is disabled ({self.problem})"
        return f"{who} is {self.status}"


# What was being done when a plugin stopped at a stage.
AT: dict[Stage, str] = {
    "found": "at import",
    "imported": "at registration",
    "registered": "when asked for what it offers",
    "collected": "when what it offers was added",
    "loaded": "after loading",
}
