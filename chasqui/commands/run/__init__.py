"""`chasqui-tui run`: a task for every line of the input, a row for each on the output.

A run is composed of parts, each with one question to answer: what the lines are (`plan`), whether
it ends early (`stop`), what is final from earlier runs (`journal`), how rows are made and
printed (`printer`, `output`), and what else follows the lines (`following`). `run` is the loop that
asks them.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace


def configure(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    from chasqui.commands.run import arguments

    arguments.configure(parser)


def execute(args: Namespace) -> int:
    """Run, and return the exit status."""
    from chasqui.commands.run import command

    return command.execute(args)
