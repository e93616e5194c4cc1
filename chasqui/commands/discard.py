"""`chasqui-tui discard`: put failures of a host away that need no action."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from chasqui.commands import choosing, steering
from chasqui.control.commands import DiscardFailures


def configure(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    choosing.configure(parser)


def execute(args: Namespace) -> int:
    """Discard, and return the exit status."""
    command = DiscardFailures(chosen=choosing.chosen(args))
    return steering.carry_out(args, command, "discarded {}", thing="failure")
