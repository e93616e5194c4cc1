"""`chasqui-tui` alone: the console over this engine's host, which is started if there is none.

Where no socket can be made, and with ``--here``, the engine runs in the console's own process.
"""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path

from chasqui.commands.words import say
from chasqui.control.sockets.place import socket_of, supported
from chasqui.engine.config.places import find_config, state_folder
from chasqui.errors import NoTerminal, SocketUnusable

DEFAULT = "default"
"""The name of an engine whose config gives it none."""


def execute(args: Namespace) -> int:
    """Open the console, and return the exit status once it is left."""
    check_terminal()
    if args.here:
        return _embedded(args)
    if not supported():
        return _embedded(args, "this system has no Unix sockets")
    path, _ = find_config(args.config)
    name = engine_name(path)
    try:
        socket = socket_of(name, path)
    except SocketUnusable as error:
        return _embedded(args, str(error))
    return _beside(args, socket, path, state_folder(name, path))


def check_terminal() -> None:
    """Raise NoTerminal unless there is one to draw on."""
    if not (os.isatty(0) and os.isatty(1)) or os.environ.get("TERM") == "dumb":
        raise NoTerminal(
            "the console needs a terminal; without one, use `chasqui-tui run` (see --help)"
        )


def engine_name(config: Path | None) -> str:
    """Return the name that a config gives its engine; nothing else of it is checked.

    Raises:
        ConfigError: it cannot be read.
    """
    from chasqui.engine.config.source import SettingsFile

    table = SettingsFile.read(config).tables.get("engine") if config else None
    name = table.get("name", DEFAULT) if isinstance(table, dict) else DEFAULT
    return name if isinstance(name, str) else DEFAULT  # what is wrong with it is said later


def _embedded(args: Namespace, why: str = "") -> int:
    from chasqui.commands import in_process

    if why:
        say(f"{why}; so the engine runs in this console's process, and ends with it")
    return in_process.execute(args)


def _beside(args: Namespace, socket: Path, config: Path | None, folder: Path) -> int:
    from chasqui.commands import attached, beside
    from chasqui.commands.appearance import appearance_of

    client = beside.answering(socket)
    if client is None:
        _check(args)
        client = beside.start_or_find(socket, folder, args)
    return attached.show(client, appearance_of(config, folder), folder)


def _check(args: Namespace) -> None:
    """Check the config, and ask whether it is trusted: the host has no terminal for that."""
    from chasqui.commands.session import open_session

    session = open_session(args)
    if not args.trust and session.config.path is not None:
        from chasqui.commands import trusting

        trusting.ask_once(session.config)
