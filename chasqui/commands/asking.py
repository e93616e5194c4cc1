"""Asking a host: which one, the connection, and what it means when it does not answer.

The host is that of the config file that counts here, or the one that ``--name`` says. What goes
wrong is raised as an error whose text is for a person; `exits.status_of` has its exit status.
"""

from __future__ import annotations

import contextlib
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from chasqui.commands.given import Usage
from chasqui.commands.words import say
from chasqui.control.client.client import Client
from chasqui.control.client.finding import host_of_engine, hosts_named
from chasqui.control.details import TaskTypeInfo
from chasqui.control.wire.looking import NoArgs, TypesAnswer
from chasqui.control.wire.messages import WireError
from chasqui.control.wire.permanent import Role
from chasqui.engine.config.places import find_config
from chasqui.engine.config.source import SettingsFile
from chasqui.errors import NoHost

DEFAULT: Final = "default"
"""The name of an engine whose config gives it none."""
TAIL: Final = 4096
"""Bytes at the end of a host's log in which its last line is looked for."""


def configure(parser: ArgumentParser) -> None:
    """Describe the option that says which host."""
    parser.add_argument(
        "--name", dest="host", metavar="HOST", help="the host (else that of the config here)"
    )


@contextlib.contextmanager
def connected(args: Namespace, role: Role = "operate") -> Iterator[Client]:
    """Connect to the host that the arguments mean.

    Raises:
        WireError: it does not answer, refuses, or goes away meanwhile.
        ConfigError: the config cannot be read.
    """
    client = Client.connect(socket_of(args), client=args.command, role=role)
    try:
        yield client
    except WireError as error:
        if error.kind != "gone" or not client.hello.log:
            raise
        last = last_line(Path(client.hello.log))
        raise WireError("gone", error.message, f"the last line of its log: {last}") from None
    finally:
        client.close()


def socket_of(args: Namespace) -> Path:
    """Return the socket of the host that the arguments mean.

    Raises:
        NoHost: none has the name given.
        Usage: several have it.
        ConfigError: the config cannot be read.
    """
    if args.host is None:
        return host_of_engine(*engine_of(args.config))
    found = hosts_named(args.host)
    if not found:
        raise NoHost(
            f"no host is named {args.host!r}; `chasqui-tui hosts` lists those of this user"
        )
    if len(found) > 1:
        names = ", ".join(one.stem for one in found)
        raise Usage(
            f"several hosts are named {args.host!r}; say which: {names}; "
            "`chasqui-tui hosts` shows the folder of each"
        )
    return found[0]


def engine_of(config: str | None) -> tuple[str, Path | None]:
    """Return the name of the engine whose config counts here, and that config.

    Only this much is read of it, so that what asks a host starts quickly.

    Raises:
        ConfigError: the file cannot be read.
    """
    path, note = find_config(config)
    if note:
        say(note)
    if path is None:
        return DEFAULT, None
    table = SettingsFile.read(path).tables.get("engine", {})
    name = table.get("name", DEFAULT) if isinstance(table, dict) else DEFAULT
    return str(name), path


def types(client: Client) -> dict[str, TaskTypeInfo]:
    """Return what the host's task types are, by name."""
    return {one.name: one for one in client.ask("types", NoArgs(), TypesAnswer).types}


def last_line(log: Path) -> str:
    """Return the last line of a host's log, for a person; empty when it cannot be read."""
    with contextlib.suppress(OSError), log.open("rb") as opened:
        opened.seek(max(0, opened.seek(0, 2) - TAIL))
        lines = opened.read().decode("utf-8", "replace").splitlines()
        return next((line for line in reversed(lines) if line.strip()), "")
    return ""
