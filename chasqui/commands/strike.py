"""`chasqui-tui strike`: a host starts no more tasks with one value of a parameter, until the strike
is lifted."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from chasqui.commands import steering
from chasqui.commands.given import Usage, names_and_files, without_value
from chasqui.control.commands import LiftStrike, StrikeValue


def configure(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.usage = "chasqui-tui strike TYPE name=value [--lift]"
    parser.add_argument("type", metavar="TYPE", help="the task type")
    parser.add_argument("--lift", action="store_true", help="start the tasks of this value again")
    steering.configure(parser)


def execute(args: Namespace) -> int:
    """Strike a value or lift its strike, and return the exit status."""
    fixed, others = names_and_files(args.words)
    if others:
        raise Usage(f"{without_value(others[0])!r} is not name=value, such as customer=c7")
    if len(fixed) != 1:
        raise Usage("strike takes one parameter and its value, such as customer=c7")
    ((name, value),) = fixed.items()
    said = steering.literal(f"{args.type} {name}={value}")
    if args.lift:
        lift = LiftStrike(type=args.type, parameter=name, value=value)
        return steering.carry_out(args, lift, f"{said} is no longer struck: its tasks start again")
    strike = StrikeValue(type=args.type, parameter=name, value=value)
    return steering.carry_out(
        args, strike, f"{said} is struck: its waiting tasks do not start, its running tasks go on"
    )
