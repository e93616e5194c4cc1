"""`chasqui-tui pause`: a host starts no more tasks, or none of a type, until it is resumed."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from chasqui.commands import steering
from chasqui.control.commands import Pause, PauseType


def configure(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("type", nargs="?", metavar="TYPE", help="only tasks of this type")
    steering.configure(parser)


def execute(args: Namespace) -> int:
    """Pause, and return the exit status."""
    if args.type is None:
        return steering.carry_out(args, Pause(), "paused: no task starts, running ones go on")
    done = f"{args.type} is paused: no task of it starts, running ones go on"
    return steering.carry_out(args, PauseType(type=args.type), steering.literal(done))
