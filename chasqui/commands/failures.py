"""`chasqui-tui failures`: the failures that a host keeps, to read or to run again."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chasqui.commands import asking, exits, pane_text
from chasqui.commands.given import Usage
from chasqui.commands.opening import open_to_write
from chasqui.commands.words import say, show
from chasqui.commands.writing import encode, write_all
from chasqui.console.model.format import ASCII, UNICODE, wants_ascii
from chasqui.control.client.client import Client
from chasqui.control.wire.looking import RowsAnswer, RowsArgs


def configure(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument(
        "--filter", default="", metavar="TEXT", help="those that match; see help filter"
    )
    parser.add_argument("--json", action="store_true", help="a JSON line for each")
    parser.add_argument(
        "--export", metavar="FILE", help="write them to a file that --jobs takes, or to - "
    )
    asking.configure(parser)


def execute(args: Namespace) -> int:
    """List or export them, and return the exit status."""
    with asking.connected(args, role="observe") as client:
        rows = _rows(client, args.filter)
        if args.export is not None and args.export != "-":
            return _export(rows, args.export)
        if args.json or args.export is not None:
            for row in rows:
                show(encode(row).decode().rstrip("\n"))
            return exits.DONE
        snapshot = pane_text.read_failures(client, args.filter)
        if snapshot.filter_note:
            raise Usage(f"the filter: {snapshot.filter_note}")
        glyphs = ASCII if wants_ascii(sys.stdout.encoding, os.environ) else UNICODE
        for line in pane_text.told(snapshot, "failures", glyphs):
            show(line)
    return exits.DONE


def _rows(client: Client, filter: str) -> Iterator[dict[str, Any]]:
    """Give the rows, as the host sends them; raises Usage for a filter that it cannot read."""
    cursor = 0
    while True:
        asked = RowsArgs(what="failures", filter=filter, cursor=cursor)
        answer = client.ask("rows", asked, RowsAnswer)
        if answer.note:
            raise Usage(f"the filter: {answer.note}")
        yield from answer.rows
        cursor = answer.cursor
        if not cursor:
            return


def _export(rows: Iterator[dict[str, Any]], file: str) -> int:
    count = 0
    try:
        descriptor = open_to_write(Path(file), os.O_CREAT | os.O_TRUNC)
        try:
            for row in rows:
                write_all(descriptor, encode(row))
                count += 1
        finally:
            os.close(descriptor)
    except OSError as error:
        raise Usage(f"{file}: cannot be written: {error.strerror}") from None
    say(f"{count:,} failure{'s' * (count != 1)} written to {file}")
    return exits.DONE
