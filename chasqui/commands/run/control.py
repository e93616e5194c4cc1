"""The arguments that control a run: when it ends early."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import NamedTuple, Self

from chasqui.commands.run.halt import HaltRule, rules_of


def configure(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("--stop-on-failure", action="store_true", help="stop at the first failure")
    parser.add_argument(
        "--halt",
        action="append",
        default=[],
        metavar="WHEN",
        help="stop after so many ends: soon|now,fail|success|done=N or N%%",
    )
    parser.add_argument("--max-failures", metavar="N", help="stop after so many failures")


class Control(NamedTuple):
    """What the arguments ask for."""

    rules: tuple[HaltRule, ...] = ()
    """Which ends of tasks stop the run."""

    @classmethod
    def of(cls, args: Namespace) -> Self:
        """Read the arguments; raises Usage."""
        rules = rules_of(args.halt, args.max_failures, on_failure=args.stop_on_failure)
        return cls(rules)
