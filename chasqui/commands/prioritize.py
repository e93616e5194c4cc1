"""`chasqui-tui prioritize`: waiting tasks of a host run next, or get another priority."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from chasqui.commands import steering
from chasqui.commands.given import task_numbers
from chasqui.control.commands import Command, Reprioritize, RunNext


def configure(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument(
        "numbers",
        nargs="+",
        metavar="TASK",
        help="the numbers of the tasks, in the order in which they are to start",
    )
    parser.add_argument(
        "--priority",
        type=int,
        metavar="N",
        help="the priority that they get; without it they start before all others",
    )
    steering.configure(parser)


def execute(args: Namespace) -> int:
    """Reorder, say what holds which of them, and return the exit status."""
    numbers = task_numbers(args.numbers)
    command: Command = RunNext(numbers=numbers)
    done = "raised {} to the front"
    if args.priority is not None:
        command = Reprioritize(numbers=numbers, priority=args.priority)
        done = f"gave {{}} the priority {args.priority}"
    return steering.carry_out(args, command, done)
