"""What the commands that change a host share: their options, the request, and what they say of it.

Standard output has what was done, in a line, or with ``--json`` the outcome as an object. What was
left alone is said on standard error, each with its reason.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

import msgspec

from chasqui.commands import asking, exits
from chasqui.commands.words import say, show
from chasqui.control.commands import Command, CommandOutcome
from chasqui.control.wire.working import ApplyArgs

SAID = 10
"""How many of the skipped are named; with ``--json`` all that the host lists are."""


def configure(parser: ArgumentParser) -> None:
    """Describe the options that all of them have."""
    asking.configure(parser)
    parser.add_argument("--reason", default="", metavar="TEXT", help="why, for the host's audit")
    parser.add_argument("--json", action="store_true", help="print the outcome as JSON")


def carry_out(args: Namespace, command: Command, done: str, *, thing: str = "task") -> int:
    """Ask the host to carry out a command, say what came of it, and return the exit status.

    Args:
        done: what has been done, in words; ``{}`` stands for how many.
        thing: what the numbers of the outcome are of.
    """
    with asking.connected(args) as client:
        outcome = client.ask(
            "apply", ApplyArgs(command=command, reason=args.reason), CommandOutcome
        )
    tell(outcome, done, thing, as_json=args.json)
    return status_of(outcome)


def tell(outcome: CommandOutcome, done: str, thing: str, *, as_json: bool) -> None:
    """Print an outcome."""
    if as_json:
        show(msgspec.json.encode(outcome).decode())
    elif outcome.ok or outcome.count:
        show(done.format(amount(outcome.count, thing)))
    for line in _left_alone(outcome, thing):
        say(line)


def status_of(outcome: CommandOutcome) -> int:
    """Return the exit status of an outcome."""
    if outcome.kind == "refused":
        return exits.REFUSED
    if outcome.kind == "unknown":
        return exits.NO_SUCH
    if outcome.ok:
        return exits.DONE
    return exits.UNHEALTHY if outcome.skipped_count or outcome.count else exits.USAGE


def amount(count: int, thing: str) -> str:
    """Return how many of a thing."""
    return f"{count:,} {thing}{'s' * (count != 1)}"


def literal(text: str) -> str:
    """Return a text as `carry_out` takes it, without a place for how many."""
    return text.replace("{", "{{").replace("}", "}}")


def _left_alone(outcome: CommandOutcome, thing: str) -> Iterator[str]:
    if outcome.reason:
        yield outcome.reason
    for named, why in outcome.notes:
        yield f"{thing} {named} still waits: {why}"
    for number, why in outcome.skipped[:SAID]:
        yield f"{thing} {number}: {why}"
    more = outcome.skipped_count - min(SAID, len(outcome.skipped))
    if more > 0:
        yield f"and {amount(more, thing)} more"
