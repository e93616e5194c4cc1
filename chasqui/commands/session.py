"""What every subcommand starts from: settings, plugins, an engine."""

from __future__ import annotations

import logging
from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chasqui.commands import trusting
from chasqui.commands.words import say
from chasqui.engine.config import Config, load, with_overrides
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
    """Read the settings for a command that starts nothing; raises ConfigError."""
    path, note = find_config(args.config)
    if note:
        say(note)
    config = load(path)
    config = with_overrides(config, overrides_file(config.engine.name, path))
    for problem in config.ignored:
        say(problem)
    if args.trust:
        trusting.accept(config)
    logging.getLogger("chasqui").setLevel(config.log.level.upper())
    return Session(config, PluginHost.from_config(config, enabled=not args.no_plugins))


def open_trusted_session(args: Namespace) -> Session:
    """Read the settings for a command that starts work; raises ConfigError, Untrusted."""
    session = open_session(args)
    if not args.trust:
        trusting.ask_once(session.config)
    return session
