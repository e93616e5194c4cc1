"""`chasqui-tui help`: a page of the manual as plain text, or the list of its topics."""

from __future__ import annotations

import shutil
import sys
from argparse import ArgumentParser, Namespace
from typing import Final

from chasqui.commands import exits
from chasqui.commands.words import show
from chasqui.help import page, topics
from chasqui.help.plain import plain

WIDEST: Final = 100  # columns: longer lines are hard to read
NARROWEST: Final = 40
UNKNOWN: Final = 80  # columns for a pipe or a file


def configure(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("topic", nargs="?", metavar="TOPIC", help="show this page")


def execute(args: Namespace) -> int:
    """Show it, as wide as the terminal; raises UnknownTopic."""
    if args.topic is not None:
        show(plain(page(args.topic), _width()))
        return exits.DONE
    found = topics()
    longest = max(map(len, found))
    show("chasqui-tui help TOPIC shows one of these pages:\n")
    for topic, title in found.items():
        show(f"  {topic:<{longest}}  {title}")
    show("\nFor the options of a command: chasqui-tui COMMAND --help")
    return exits.DONE


def _width() -> int:
    columns = shutil.get_terminal_size((UNKNOWN, 24)).columns if sys.stdout.isatty() else UNKNOWN
    return max(NARROWEST, min(columns, WIDEST))
