"""`chasqui-tui attach`: the console over a host that is there; it starts none."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from chasqui.commands.console import check_terminal, engine_name
from chasqui.commands.given import Usage
from chasqui.control.client.connecting import START
from chasqui.control.client.finding import hosts_named
from chasqui.control.sockets.place import socket_of
from chasqui.control.wire.messages import WireError
from chasqui.engine.config.places import find_config, state_folder


def configure(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument(
        "name", metavar="HOST", nargs="?", help="the engine (else that of the config here)"
    )
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--read-only", action="store_true", help="look, and change nothing")
    ways.add_argument(
        "--stdio",
        action="store_true",
        help="pass a client's requests from standard input to the host, as over ssh",
    )


def execute(args: Namespace) -> int:
    """Attach, and return the exit status once the console is left."""
    if not args.stdio:
        check_terminal()
    config, _ = find_config(args.config)
    socket = _socket(args, config)
    if args.stdio:
        from chasqui.commands.bridging import bridge

        return bridge(socket)
    from chasqui.commands import attached, beside
    from chasqui.commands.appearance import appearance_of

    client = beside.attached(socket, "observe" if args.read_only else "operate")
    own = Path(client.hello.log).parent if client.hello.log else None
    folder = state_folder(engine_name(config), config) if own is None else own
    return attached.show(client, appearance_of(config, folder), folder)


def _socket(args: Namespace, config: Path | None) -> Path:
    """Return the socket that is meant.

    Raises:
        WireError: no host has the name.
        Usage: several have it.
    """
    if args.name is None:
        return socket_of(engine_name(config), config)
    found = hosts_named(args.name)
    if not found:
        raise WireError("gone", f"no host of engine {args.name}", START)
    if len(found) > 1:
        choices = ", ".join(path.stem for path in found)
        raise Usage(
            f"{len(found)} hosts are called {args.name}: {choices}; attach to one of these "
            "names, `chasqui-tui hosts` shows the folder of each"
        )
    return found[0]
