"""`chasqui-tui shutdown`: stop a host, after its work or without it."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser, Namespace
from typing import Final, Literal

import msgspec

from chasqui.commands import asking, exits
from chasqui.commands.given import seconds
from chasqui.commands.words import say, say_as_it_is, show
from chasqui.control.client.client import Client
from chasqui.control.sockets.locking import is_held, wait_freed
from chasqui.control.sockets.place import lock_of
from chasqui.control.wire.messages import WireError
from chasqui.control.wire.permanent import NoArgsEver, StopAnswer, StopArgs
from chasqui.control.wire.status import Status

LOOK_SECONDS: Final = 0.1
SAID: Final = {
    "drain": "the host drains: it takes no more tasks, runs what waits, and ends",
    "cancel": "the host stops: what waits is cancelled, what runs may end",
    "abort": "the host stops: what waits is cancelled, what runs is asked to stop",
}
Mode = Literal["drain", "cancel", "abort"]


def configure(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--drain", action="store_true", help="run what waits first (the default)")
    how.add_argument("--cancel", action="store_true", help="cancel what waits, let end what runs")
    how.add_argument("--abort", action="store_true", help="cancel all, and ask what runs to stop")
    parser.add_argument(
        "--timeout",
        metavar="TIME",
        help="how long the work may take, such as 90 or 1m30s (else the host's shutdown_timeout)",
    )
    parser.add_argument("--wait", action="store_true", help="wait until the host has ended")
    parser.add_argument("--reason", default="", metavar="TEXT", help="why, for the host's audit")
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")
    asking.configure(parser)


def execute(args: Namespace) -> int:
    """Stop the host, and return the exit status."""
    mode: Mode = "cancel" if args.cancel else "abort" if args.abort else "drain"
    timeout = seconds("--timeout", args.timeout)
    with asking.connected(args) as client:
        before = _status(client).counts.cancelled if args.wait else 0
        asked = StopArgs(mode=mode, timeout=timeout, reason=args.reason)
        answer = client.ask("shutdown", asked, StopAnswer)
        if args.json:
            show(msgspec.json.encode(answer).decode())
        elif answer.accepted:
            show(SAID[mode])
        if not answer.accepted:
            say(answer.reason or "the host does not stop")
            return exits.REFUSED
        left, cut_off = _wait(client, before) if args.wait else (0, 0)
    if left:
        say(f"{left:,} task{'s' * (left != 1)} had not ended")
    if cut_off and mode == "drain":
        were = "task was" if cut_off == 1 else "tasks were"
        say(f"the time was over before all had ended: {cut_off:,} {were} cut off")
        return exits.UNHEALTHY
    return exits.UNHEALTHY if left else exits.DONE


def _status(client: Client) -> Status:
    return client.ask("status", NoArgsEver(), Status)


def _wait(client: Client, cancelled: int) -> tuple[int, int]:
    """Wait until the host has gone; draw on a terminal.

    Args:
        cancelled: how many tasks had been cancelled before the shutdown.

    Returns:
        how many tasks it has left, and how many were cancelled after a pool had stopped.

    Raises:
        WireError: the host has died before its engine had stopped.
    """
    draws, left, cut_off, has_stopped = sys.stderr.isatty(), 0, 0, False
    try:
        while True:
            status = _status(client)
            counts = status.counts
            if has_stopped := status.state == "stopped":
                left = counts.queued + counts.scheduled + counts.running
                cut_off = counts.cancelled - cancelled
            elif not any(pool.state == "stopped" for pool in status.pools.values()):
                cancelled = counts.cancelled  # by hand: nothing is cut off before that
            if draws:
                now = f"{counts.running:,} running, {counts.queued:,} queued"
                say_as_it_is(f"\r\x1b[Kstopping: {now}")
            time.sleep(LOOK_SECONDS)
    except WireError as error:
        if error.kind != "gone":
            raise
        if not has_stopped and _has_died(client):
            name, pid = client.hello.engine, client.hello.pid
            raise WireError(
                "gone", f"the host of engine {name}, process {pid}, died before it had stopped"
            ) from None
    finally:
        if draws:
            say_as_it_is("\r\x1b[K")
    return left, cut_off


def _has_died(client: Client) -> bool:
    """Tell whether a host has left its socket: at an orderly end it is removed.

    Where another host has the place meanwhile, that is not known, and counts as an orderly end.
    """
    lock = lock_of(client.path)
    wait_freed(lock, client.hello.pid)
    return client.path.is_socket() and not is_held(lock)
