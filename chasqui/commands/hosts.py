"""`chasqui-tui hosts`: the hosts of this user, and how each of them is."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import Any, Final

from chasqui.commands import exits
from chasqui.commands.columns import aligned
from chasqui.commands.words import say, show
from chasqui.commands.writing import Row, encode
from chasqui.console.model.format import ASCII, UNICODE, integer, plain, state_text, wants_ascii
from chasqui.control.client.client import Client
from chasqui.control.sockets.found import FoundSocket, sockets_of_user
from chasqui.control.wire.messages import WireError
from chasqui.control.wire.permanent import NoArgsEver
from chasqui.control.wire.status import Status
from chasqui.durations import age

PATIENCE: Final = 2.0
"""Seconds for one host: one that hangs must not keep the others from being listed."""
SILENT: Final = "silent"
"""The state of a host that lives and does not answer."""


def configure(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("--json", action="store_true", help="a JSON line for each")


def execute(args: Namespace) -> int:
    """List them, and return the exit status."""
    rows = [_row(one) for one in sockets_of_user() if one.alive]
    if args.json:
        for row in rows:
            show(encode(row).decode().rstrip("\n"))
    elif rows:
        for line in aligned([HEAD, *map(_cells, rows)]):
            show(line)
    else:
        say("no host runs; `chasqui-tui serve` starts one")
    return exits.DONE


def _row(found: FoundSocket) -> Row:
    row: Row = {"name": found.name, "state": SILENT, "pid": found.pid, "socket": str(found.path)}
    try:
        client = Client.connect(found.path, client="hosts", role="observe", timeout=PATIENCE)
        try:
            status = client.ask("status", NoArgsEver(), Status, timeout=PATIENCE)
        finally:
            client.close()
    except WireError as error:
        return {**row, "problem": str(error)}
    return {**row, **dict(_said(status))}


def _said(status: Status) -> Iterator[tuple[str, Any]]:
    for key in ("state", "pid", "version", "protocol", "uptime", "folder", "clients"):
        yield key, getattr(status, key)
    for key in ("running", "queued", "failed"):
        yield key, getattr(status.counts, key)


HEAD: Final = ("NAME", "STATE", "PID", "UP", "VERSION", "RUNNING", "QUEUED", "FAILED", "FOLDER")


def _cells(row: Row) -> tuple[str, ...]:
    glyphs = ASCII if wants_ascii(sys.stdout.encoding, os.environ) else UNICODE
    counts = [integer(row[key]) if key in row else "" for key in ("running", "queued", "failed")]
    cells = (
        row["name"],
        state_text(row["state"], glyphs),
        str(row["pid"] or ""),
        age(row["uptime"]) if "uptime" in row else "",
        row.get("version", ""),
        *counts,
        row.get("folder", row.get("problem", "")),
    )
    return tuple(plain(cell, glyphs) for cell in cells)
