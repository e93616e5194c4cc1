"""`chasqui-tui resize`: set the number of workers of a host's pool, and have that remembered."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from chasqui.commands import steering
from chasqui.commands.given import whole
from chasqui.control.commands import Resize


def configure(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("workers", metavar="N", help="how many workers the pool shall have")
    parser.add_argument("--pool", default="default", metavar="POOL", help="else the default pool")
    steering.configure(parser)


def execute(args: Namespace) -> int:
    """Resize, and return the exit status."""
    workers = whole("the number of workers", args.workers)
    done = steering.literal(f"pool {args.pool} has {steering.amount(workers, 'worker')}")
    return steering.carry_out(args, Resize(workers=workers, pool=args.pool), done)
