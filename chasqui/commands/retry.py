"""`chasqui-tui retry`: start failed tasks of a host again, as new ones."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from chasqui.commands import choosing, steering
from chasqui.control.commands import RetryFailures


def configure(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    choosing.configure(parser)


def execute(args: Namespace) -> int:
    """Retry, and return the exit status."""
    command = RetryFailures(chosen=choosing.chosen(args))
    return steering.carry_out(args, command, "retried {}", thing="failure")
