"""`chasqui-tui cancel`: cancel tasks that wait in a host, and ask those that run to stop."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from chasqui.commands import steering
from chasqui.commands.given import task_numbers
from chasqui.control.commands import Cancel


def configure(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("numbers", nargs="+", metavar="TASK", help="the numbers of the tasks")
    steering.configure(parser)


def execute(args: Namespace) -> int:
    """Cancel, and return the exit status."""
    command = Cancel(numbers=task_numbers(args.numbers))
    return steering.carry_out(args, command, "cancelled {}; a running one is asked to stop")
