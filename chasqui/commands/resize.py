"""`chasqui-tui resize`: set the sizes of a host's pool, and have them remembered."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from chasqui.commands import steering
from chasqui.commands.given import Usage, whole
from chasqui.control.commands import Resize


def configure(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument(
        "workers", metavar="N", nargs="?", help="how many workers the pool shall have"
    )
    parser.add_argument("--queue-size", metavar="N", help="how many accepted tasks may wait")
    parser.add_argument("--pool", default="default", metavar="POOL", help="else the default pool")
    steering.configure(parser)


def execute(args: Namespace) -> int:
    """Resize, and return the exit status."""
    if args.workers is None and args.queue_size is None:
        raise Usage("resize needs a number of workers, --queue-size N or both")
    workers = queue_size = None
    said = []
    if args.workers is not None:
        workers = whole("the number of workers", args.workers)
        said.append(steering.amount(workers, "worker"))
    if args.queue_size is not None:
        queue_size = whole("--queue-size", args.queue_size)
        said.append(f"room for {steering.amount(queue_size, 'waiting task')}")
    done = steering.literal(f"pool {args.pool} has {' and '.join(said)}")
    command = Resize(workers=workers, pool=args.pool, queue_size=queue_size)
    return steering.carry_out(args, command, done)
