"""`chasqui-tui status`: how a host and its engine are, also as a container's health check.

The exit status is 0 while the engine is running or paused, 1 when it is in any other state or its
sums do not add up, and 69 when no host answers.
"""

from __future__ import annotations

import os
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import Final

import msgspec

from chasqui.commands import asking, exits
from chasqui.commands.given import Usage
from chasqui.commands.status_text import brief, is_healthy, keys_and_values, told
from chasqui.commands.words import flush, show
from chasqui.console.model.format import ASCII, UNICODE, Glyphs, wants_ascii
from chasqui.control.client.client import Client
from chasqui.control.wire.permanent import NoArgsEver
from chasqui.control.wire.status import Status

PANES: Final = ("workers", "backlog", "failures", "history", "metrics")
WATCH_SECONDS: Final = 1.0
REDRAW: Final = "\x1b[H\x1b[J"
"""To the upper left corner, and erase what follows."""


def configure(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--plain", action="store_true", help="lines of `key value`, for scripts")
    form.add_argument("--json", action="store_true", help="the status record as JSON")
    parser.add_argument("--watch", action="store_true", help="again every second, until Ctrl+C")
    parser.add_argument("--pane", choices=PANES, help="the rows of a pane of the console instead")
    asking.configure(parser)


def execute(args: Namespace) -> int:
    """Show the status, and return the exit status."""
    if args.pane and args.plain:
        raise Usage("--pane has columns, or JSON with --json; leave out --plain")
    healthy = True
    with asking.connected(args, role="observe") as client:
        try:
            for lines, is_well in _readings(args, client):
                healthy = is_well
                for line in lines:
                    show(line)
                flush()
        except KeyboardInterrupt:
            if not args.watch:
                raise
    return exits.DONE if healthy else exits.UNHEALTHY


def _readings(args: Namespace, client: Client) -> Iterator[tuple[list[str], bool]]:
    """Give the lines of a reading and whether all is well; again and again with --watch."""
    glyphs = ASCII if wants_ascii(sys.stdout.encoding, os.environ) else UNICODE
    redraws = args.watch and not args.json and sys.stdout.isatty()
    while True:
        status = client.ask("status", NoArgsEver(), Status)
        lines = _lines(args, client, status, glyphs, in_brief=args.watch and not redraws)
        if redraws:
            lines[0] = REDRAW + lines[0]
        yield lines, is_healthy(status)
        if not args.watch:
            return
        time.sleep(WATCH_SECONDS)


def _lines(
    args: Namespace, client: Client, status: Status, glyphs: Glyphs, *, in_brief: bool
) -> list[str]:
    if args.pane == "history":
        from chasqui.commands import history_text

        rows = history_text.read(client)
        if args.json:
            return [history_text.as_json(rows)]
        return [*history_text.told(rows, glyphs), *([""] if in_brief else [])]
    if args.pane:
        from chasqui.commands import pane_text

        snapshot = pane_text.read(client, args.pane)
        if args.json:
            return [pane_text.as_json(snapshot, args.pane)]
        return [*pane_text.told(snapshot, args.pane, glyphs), *([""] if in_brief else [])]
    if args.json:
        return [msgspec.json.encode(status).decode()]
    if args.plain:
        return [*keys_and_values(status), *([""] if args.watch else [])]
    if in_brief:
        return [f"{time.strftime('%H:%M:%S')}  {brief(status, glyphs)}"]
    return list(told(status, glyphs))
