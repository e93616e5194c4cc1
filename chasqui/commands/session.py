"""What every subcommand starts from: settings, plugins, an engine."""

from __future__ import annotations

import logging
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from chasqui.commands.logfile import open_log
from chasqui.commands.words import say
from chasqui.control import kept
from chasqui.engine.config.loading import read, with_overrides
from chasqui.engine.config.places import (
    SAMPLE,
    find_config,
    overrides_file,
    state_folder,
    user_config,
)
from chasqui.engine.config.tables import Config
from chasqui.errors import ConfigError
from chasqui.plugins.loader import PluginHost

if TYPE_CHECKING:
    from chasqui.plugins.engine import Engine


class CommandSession(NamedTuple):
    """The settings that count, and the plugins that they allow."""

    config: Config
    plugins: PluginHost
    note: str | None = None
    """Why ``./config.toml`` does not count, if there is one that does not."""

    @property
    def folder(self) -> Path:
        """Where this engine's files lie."""
        return state_folder(self.config.engine.name, self.config.path)

    @property
    def overrides(self) -> Path:
        """The file of what a console changed."""
        return overrides_file(self.config.engine.name, self.config.path)

    @property
    def named(self) -> str | None:
        """The config file as another command has to name it; None: it finds it by itself."""
        path = self.config.path
        return None if path is None or path == Path(SAMPLE) else str(path.absolute())

    @property
    def log_file(self) -> Path | None:
        """Where log lines go; None: nowhere."""
        name = self.config.log.file
        return self.config.beside(name) if name else None

    @property
    def journal(self) -> Path | None:
        """The file in which a host keeps its tasks; None: it keeps none."""
        said = self.config.journal
        if said.mode == "off":
            return None
        return self.config.beside(said.path) if said.path else self.folder / "jobs.db"

    def hosted(self) -> Engine:
        """Make the engine of a host, which keeps a journal unless the config says otherwise.

        Raises:
            ConfigError: the folder of the journal cannot be made.
        """
        journal = self.journal
        if journal is not None and not self.config.journal.path:
            try:
                kept.make_private(journal.parent)
            except OSError as error:
                raise ConfigError([_no_folder(journal, error)]) from None
        return self.engine(journal=journal)

    def engine(self, **parts: Any) -> Engine:
        """Make the engine of a command, without a journal; it is not started."""
        from chasqui.plugins.engine import Engine  # what only looks at settings needs no engine

        # A command that serves its engine makes the host itself; another one's may be running.
        parts.setdefault("serve", False)
        parts.setdefault("journal", None)  # it is the host's
        return Engine.from_settings(self.config, plugins=self.plugins, **parts)


def open_session(args: Namespace, problems: list[str] | None = None) -> CommandSession:
    """Read the settings for a command that starts nothing; raises ConfigError.

    With ``problems``, what is wrong in the config is added to those, and what is right counts.
    """
    path, note = find_config(args.config)
    if note:
        say(note)
    config, wrong = read(path, user_config())
    if wrong and problems is None:
        raise ConfigError(wrong)
    if problems is not None:
        problems += wrong
    config = with_overrides(config, overrides_file(config.engine.name, path))
    for problem in (*config.doubts, *config.ignored):
        say(problem)
    if args.trust and not wrong and path is not None:
        from chasqui.commands import trusting

        trusting.accept(config)
    return CommandSession(config, PluginHost.from_config(config, enabled=not args.no_plugins), note)


def open_trusted_session(args: Namespace) -> CommandSession:
    """Read the settings for a command that starts work, and open its log.

    Raises:
        ConfigError, Untrusted.
    """
    session = open_session(args)
    if not args.trust and session.config.path is not None:
        from chasqui.commands import trusting  # 6 ms, and without a config there is nothing to ask

        trusting.ask_once(session.config)
    log, file = session.config.log, session.log_file
    if log.capture or getattr(args, "log", False):
        # Of a library's loggers, what the tasks' logs keep; nothing else listens in this process.
        root = logging.getLogger()
        root.setLevel(min(root.level, logging.getLevelNamesMapping()[log.level.upper()]))
    try:
        open_log(file, log.level)
    except OSError as error:
        where = session.config.path
        raise ConfigError([f"{where}: {unwritable(file, error.strerror)}"]) from None
    return session


def _no_folder(journal: Path, error: OSError) -> str:
    """Say of the folder of a host's journal that it cannot be made."""
    return (
        f"{journal.parent}: the folder of the journal cannot be made: {error.strerror}; name "
        'another file by journal.path, or keep none with journal.mode = "off"'
    )


def unwritable(file: Path | None, reason: str | None) -> str:
    """Say of a log that it cannot be written."""
    return f"log.file: {file} cannot be written: {reason}"
