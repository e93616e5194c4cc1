"""`chasqui-tui log`: the end of a host's log, also of a host that has gone; -f goes on with it.

A log is bounded: once it is long it becomes ``host.log.1``, and a new file takes its place. So what
follows a log reads the old file to its end and goes on with the new one.
"""

from __future__ import annotations

import glob
import os
import select
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from chasqui.commands import exits
from chasqui.commands.asking import engine_of
from chasqui.commands.given import Usage, whole
from chasqui.commands.halting import Halt
from chasqui.commands.hostlog import LONGEST, log_of
from chasqui.commands.words import flush, show
from chasqui.control.client.client import Client
from chasqui.control.client.finding import hosts_named
from chasqui.control.safe_text import safe_line
from chasqui.control.sockets.place import socket_of
from chasqui.control.wire.messages import WireError
from chasqui.engine.config.places import state_folder
from chasqui.errors import NoHost

LINES: Final = 20
PATIENCE: Final = 2.0
"""Seconds for a host to say where its log is; one that hangs is when the log is wanted most."""
LOOK_SECONDS: Final = 0.2


def configure(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument(
        "host", metavar="HOST", nargs="?", help="the host (else that of the config here)"
    )
    parser.add_argument("-f", "--follow", action="store_true", help="go on with what is added")
    parser.add_argument(
        "-n", "--lines", metavar="N", default=str(LINES), help=f"how many lines (else {LINES})"
    )


def execute(args: Namespace) -> int:
    """Show the end of the log, and return the exit status."""
    count = whole("--lines", args.lines, least=0)
    file = _log(args)
    with Halt() as halt:
        try:
            opened = file.open("rb")
        except OSError as error:
            raise NoHost(f"{file}: the host's log cannot be read ({error.strerror})") from None
        for line in _last(file, opened, count):
            show(safe_line(line.expandtabs()))
        flush()
        if args.follow:
            _follow(file, opened, halt)
        opened.close()
    return exits.DONE


def _log(args: Namespace) -> Path:
    """Return the log that the arguments mean: what the host says, or what it has left.

    Raises:
        NoHost: there is no such host, or it has no log.
        Usage: several have the name.
    """
    if args.host is None:
        name, config = engine_of(args.config)
        left = [log_of(state_folder(name, config))]
        alive = [socket_of(name, config)]
    else:
        root = state_folder("default", None).parent
        named = (args.host, f"{glob.escape(args.host)}-{'[0-9a-f]' * 8}")
        left = [log_of(found) for one in named for found in root.glob(one)] if root.exists() else []
        left = [one for one in left if one.is_file()]
        alive = hosts_named(args.host)
    several = alive or [one.parent for one in left]
    if len(several) > 1:
        names = ", ".join(one.stem for one in several)
        raise Usage(f"several hosts are named {args.host!r}; say which: {names}")
    said = _said(alive[0]) if alive else None
    if said is not None:
        return said
    if not left or not left[0].is_file():
        what = f"host {args.host!r}" if args.host else "this engine's host"
        raise NoHost(f"{what} has left no log; `chasqui-tui hosts` lists the hosts that run")
    return left[0]


def _said(socket: Path) -> Path | None:
    """Return the log that a host names; None if no host answers there.

    Raises:
        NoHost: it has none.
    """
    try:
        with Client.connect(socket, client="log", role="observe", timeout=PATIENCE) as client:
            hello = client.hello
    except WireError:
        return None
    if not hello.log:
        raise NoHost(
            f"host {hello.host}, process {hello.pid}, has no log file: its program or its service"
            " manager has what it prints; `log.file` in its config names one"
        )
    return Path(hello.log)


def _last(file: Path, opened: BinaryIO, count: int) -> list[str]:
    """Return the last lines, also of the file before, and leave the log at its end."""
    opened.seek(max(0, opened.seek(0, os.SEEK_END) - LONGEST))
    lines = _lines(opened.read())
    if len(lines) < count:
        try:
            before = file.with_name(f"{file.name}.1").read_bytes()
        except OSError:
            before = b""  # there is none yet
        lines = _lines(before[-LONGEST:]) + lines
    return lines[-count:] if count else []


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8", "replace").splitlines()


def _follow(file: Path, opened: BinaryIO, halt: Halt) -> None:
    """Show what is added, until a signal comes."""
    for line in _added(file, opened, halt):
        show(safe_line(line.decode("utf-8", "replace").rstrip("\r\n").expandtabs()))
        flush()


def _added(file: Path, opened: BinaryIO, halt: Halt) -> Iterator[bytes]:
    """Give each line that is added, in whichever file it is, until a signal comes."""
    begun = b""
    while halt.signal is None:
        for line in iter(opened.readline, b""):
            begun += line
            if begun.endswith(b"\n"):
                yield begun
                begun = b""
        fresh = _replaced(file, opened)
        if fresh is not None:
            # Between the last look and the replacing, lines may have come into the old file.
            yield from ((begun + opened.read()).splitlines())
            begun = b""
            opened.close()
            opened = fresh
            continue
        select.select([halt.wake], [], [], LOOK_SECONDS)
    opened.close()


def _replaced(file: Path, opened: BinaryIO) -> BinaryIO | None:
    """Return the file that has taken the log's place; None if none has."""
    try:
        if os.path.samestat(file.stat(), os.fstat(opened.fileno())):
            if file.stat().st_size < opened.tell():
                opened.seek(0)  # it was emptied
            return None
        return file.open("rb")
    except OSError:
        return None  # it is being replaced at this moment
