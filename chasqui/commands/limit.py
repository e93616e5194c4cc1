"""`chasqui-tui limit`: how many tasks of a type a host runs at once, how often they start, and how
many failures stop it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Final

from msgspec import UNSET, UnsetType

from chasqui.commands import steering
from chasqui.commands.given import Usage, whole
from chasqui.control.commands import Limit

NONE: Final = "none"


def configure(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("type", metavar="TYPE", help="the task type")
    parser.add_argument(
        "--concurrency", metavar="N", help="so many run at once at most; none: no limit"
    )
    parser.add_argument(
        "--rate", metavar="RATE", help="so many start in a time, such as 10/s; none: no limit"
    )
    parser.add_argument(
        "--by", metavar="PARAM", help="both are for each of its values; none: for all tasks"
    )
    parser.add_argument(
        "--breaker",
        metavar="RULE",
        help="'5 in 60s for 30s': 5 failures stop it for 30s",
    )
    steering.configure(parser)


def execute(args: Namespace) -> int:
    """Set the limits, and return the exit status."""
    given = (args.concurrency, args.rate, args.by, args.breaker)
    if all(one is None for one in given):
        options = "--concurrency N, --rate RATE, --by PARAM or --breaker RULE"
        raise Usage(f"limit needs {options}, or several of them")
    many: int | UnsetType | None = UNSET
    if args.concurrency is not None:
        many = None if args.concurrency == NONE else whole("--concurrency", args.concurrency)
    often: str | UnsetType | None = UNSET
    if args.rate is not None:
        often = None if args.rate == NONE else args.rate
    by: str | UnsetType | None = UNSET
    if args.by is not None:
        by = None if args.by == NONE else args.by
    rule = UNSET if args.breaker is None else args.breaker
    done = steering.literal(f"{args.type}: {_said(many, often, by, rule)}")
    command = Limit(type=args.type, concurrency=many, rate=often, by=by, breaker=rule)
    return steering.carry_out(args, command, done)


def _said(
    many: int | UnsetType | None,
    often: str | UnsetType | None,
    by: str | UnsetType | None,
    rule: str | UnsetType,
) -> str:
    parts = []
    if many is not UNSET:
        parts.append("any number at once" if many is None else f"{many:,} at once")
    if often is not UNSET:
        parts.append("at any rate" if often is None else str(often))
    if by is not UNSET:
        parts.append("for all tasks" if by is None else f"for each {by}")
    if rule is not UNSET:
        parts.append(f"breaker {rule}")
    return ", ".join(parts)
