"""`chasqui-tui resume`: a host starts tasks again, or those of a type."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from chasqui.commands import steering
from chasqui.control.commands import Resume, ResumeType


def configure(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("type", nargs="?", metavar="TYPE", help="only tasks of this type")
    steering.configure(parser)


def execute(args: Namespace) -> int:
    """Resume, and return the exit status."""
    if args.type is None:
        return steering.carry_out(args, Resume(), "resumed: tasks start")
    done = steering.literal(f"{args.type} is resumed: its tasks start")
    return steering.carry_out(args, ResumeType(type=args.type), done)
