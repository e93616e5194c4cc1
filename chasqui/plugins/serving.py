"""Serving: making an engine one that consoles of other processes can attach to.

The host that does this stands in a room above, which this one does not import. It is found by its
name when it is first asked for, as a plugin is.
"""

from __future__ import annotations

import importlib
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from chasqui import arguments, loggers
from chasqui.errors import ChasquiError

if TYPE_CHECKING:
    from chasqui.engine.engine import BaseEngine

log = loggers.named(__name__)

HOST: Final = ("chasqui.control.host.host", "Host")
VARIABLE: Final = "CHASQUI_SERVE"
"""Set to 1, or to a name to be found by, it has each engine served from its start on."""


class AttachableHost(Protocol):
    """A host, as the program sees it whose engine it serves."""

    @property
    def path(self) -> Path:
        """The path of the socket."""
        ...

    @property
    def clients(self) -> int:
        """How many clients are attached."""
        ...

    def close(self, timeout: float = 1.0) -> None:
        """Serve no more; clients see the connection end."""
        ...

    def close_soon(self) -> None:
        """Serve no more, once the clients had time to see how the engine ended."""
        ...


class Serving:
    """The host of one engine, if it has one.

    Args:
        engine: what is served.
        asked: whether it is served from its start on; None: if the environment says so.
        settings: what a host takes besides its name, as the path of the config file.
    """

    def __init__(self, engine: BaseEngine, asked: bool | None, **settings: Any) -> None:
        self._engine = engine
        self._asked = None if asked is None else arguments.flag("serve", asked)
        for name in ("observers", "observers_folder"):
            arguments.text(name, settings[name])
        if settings["config"] is not None:
            settings["config"] = arguments.path("config_file", settings["config"])
        self._settings = settings
        self._lock = threading.Lock()  # guards the host
        self._host: AttachableHost | None = None

    def begin(self, name: str | None = None) -> AttachableHost:
        """Serve the engine; see `Engine.serve`."""
        if name is not None:
            name = arguments.text("name", name)
        make = getattr(importlib.import_module(HOST[0]), HOST[1])
        with self._lock:
            if self._host is None:
                self._host = make(self._engine, name=name, **self._settings)
            return self._host

    def begin_if_asked(self) -> None:
        """Serve the engine if its settings or the environment ask for it.

        Work does not fail because it cannot be watched: then a warning says why.
        """
        said = os.environ.get(VARIABLE, "") if self._asked is None else ""
        if self._asked or said not in ("", "0"):
            try:
                self.begin(said if said not in ("", "1") else None)
            except ChasquiError as error:
                log.warning("no console can attach to engine %s: %s", self._engine.name, error)

    def end(self) -> None:
        """Serve no more."""
        with self._lock:
            host, self._host = self._host, None
        if host is not None:
            host.close_soon()
