"""Which failures a command is about: numbers, a filter, or all that nothing was done about."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from chasqui.commands import steering
from chasqui.commands.given import Usage, task_numbers
from chasqui.control.commands import Chosen


def configure(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument(
        "numbers", nargs="*", metavar="FAILURE", help="the numbers of the failed tasks"
    )
    parser.add_argument(
        "--filter",
        metavar="TEXT",
        help="those that match, such as 'type=http.check err~timeout'; see help filter",
    )
    parser.add_argument("--all", action="store_true", help="all that were not retried yet")
    steering.configure(parser)


def chosen(args: Namespace) -> Chosen:
    """Return what was chosen; raises Usage."""
    ways = [bool(args.numbers), args.filter is not None, args.all]
    if sum(ways) != 1:
        raise Usage(f"{args.command} needs numbers, or --filter TEXT, or --all")
    if args.numbers:
        return Chosen(numbers=task_numbers(args.numbers))
    if args.filter is not None:
        not_blank(args.filter, "--all chooses all")
    return Chosen(filter=args.filter, open_only=True)


def not_blank(filter: str, otherwise: str) -> None:
    """See that a filter says something, since an empty one finds everything; raises Usage.

    Args:
        otherwise: how to choose everything on purpose.
    """
    if not filter.strip():
        raise Usage(f"--filter is empty, perhaps from a variable that is not set; {otherwise}")
