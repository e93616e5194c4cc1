"""What every subcommand starts from: settings, plugins, an engine."""

from __future__ import annotations

import logging
import sys
from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chasqui.control.safe_text import safe_line
from chasqui.engine.config import Config, load
from chasqui.engine.places import find_config, overrides_file, state_folder
from chasqui.plugins.engine import Engine
from chasqui.plugins.loader import PluginHost


@dataclass(frozen=True)
class Session:
    """The settings that count, and the plugins that they allow."""

    config: Config
    plugins: PluginHost

    @property
    def folder(self) -> Path:
        """Where this engine's files lie."""
        return state_folder(self.config.engine.name, self.config.path)

    @property
    def overrides(self) -> Path:
        """The file of what a console changed."""
        return overrides_file(self.config.engine.name, self.config.path)

    def engine(self, **parts: Any) -> Engine:
        """Make the engine; it is not started."""
        return Engine.from_settings(self.config, plugins=self.plugins, **parts)


def open_session(args: Namespace) -> Session:
    """Read the settings; raises ConfigError."""
    path, note = find_config(args.config)
    if note:
        say(note)
    config = load(path)
    config = load(path, overrides_file(config.engine.name, path))
    logging.getLogger("chasqui").setLevel(config.log.level.upper())
    return Session(config, PluginHost.from_config(config, enabled=not args.no_plugins))


def say(text: str) -> None:
    """Write a line for a person on standard error."""
    encoding = sys.stderr.encoding or "utf-8"
    line = safe_line(text).encode(encoding, "backslashreplace").decode(encoding)
    sys.stderr.write(f"chasqui-tui: {line}\n")
    sys.stderr.flush()


def show(text: str) -> None:
    """Write a line on standard output; what this locale cannot write is escaped."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(f"{text}\n".encode(encoding, "backslashreplace").decode(encoding))
