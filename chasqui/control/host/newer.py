"""Packages that were upgraded while a host runs: it goes on with what it has loaded, and says so.

What is installed is read from disk now and then, while a client looks; on a thread aside, since a
disk may not answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from importlib import metadata
from typing import Final, Protocol

import msgspec

from chasqui.control.port import Snapshot, ViewQuery
from chasqui.control.safe_text import SafeText, safe_line
from chasqui.engine.engine import BaseEngine
from chasqui.plugins.engine import Engine

PACKAGE: Final = "chasqui-tui"
LOOK_SECONDS: Final = 30.0
"""How often the disk is looked at, at most."""


class Reads(Protocol):
    """The part of a port that reads the engine."""

    def snapshot(self, query: ViewQuery) -> Snapshot:
        """Read the engine."""
        ...


class Versions:
    """The packages that an engine has loaded, and whether others are installed now.

    Args:
        engine: whose plugins count, besides the package itself.
        aside: makes a call on another thread.
        clock: as `time.monotonic`.
    """

    def __init__(
        self,
        engine: BaseEngine,
        aside: Callable[[Callable[[], object]], object],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._aside = aside
        self._clock = clock
        self._own = installed(PACKAGE)
        self._look_at = clock() + LOOK_SECONDS
        self._problems: tuple[SafeText, ...] = ()

    def problems(self) -> tuple[SafeText, ...]:
        """Return a line for each package that a restart would load anew, as of the last look."""
        now = self._clock()
        if now >= self._look_at:
            self._look_at = now + LOOK_SECONDS
            self._aside(self._look)
        return self._problems

    def _look(self) -> None:
        self._problems = tuple(
            safe_line(f"{name} {there} is installed, and {loaded} runs here; restart to load it")
            for name, loaded in self._loaded().items()
            if (there := installed(name)) not in ("", loaded)
        )

    def _loaded(self) -> Mapping[str, str]:
        found = {PACKAGE: self._own}
        if isinstance(self._engine, Engine):
            for info in self._engine.plugins.infos_loaded():
                found.setdefault(info.distribution, info.version)
        return {name: version for name, version in found.items() if name and version}


class WithVersions:
    """Readings of a port that also say which packages a restart would load anew."""

    def __init__(self, port: Reads, versions: Versions) -> None:
        self._port = port
        self._versions = versions

    def snapshot(self, query: ViewQuery) -> Snapshot:
        """Read the engine."""
        snapshot, more = self._port.snapshot(query), self._versions.problems()
        if not more:
            return snapshot
        return msgspec.structs.replace(snapshot, problems=(*snapshot.problems, *more))


def installed(package: str) -> str:
    """Return the version of an installed package, as the disk has it now; empty: none is."""
    try:
        # Absent while its metadata is being written; the next look will tell.
        return str(metadata.metadata(package).json.get("version", ""))
    except (metadata.PackageNotFoundError, OSError, ValueError):
        return ""
