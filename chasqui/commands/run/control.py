"""The arguments that control a run: its early end, retries, how often tasks start, niceness."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from chasqui import numbers
from chasqui.commands.given import Usage, whole
from chasqui.commands.run.halt import HaltRule, rules_of
from chasqui.commands.run.pace import Bounds, load_of, memory_of
from chasqui.control import option_texts

if TYPE_CHECKING:
    from chasqui.commands.run.watch import Mode
    from chasqui.engine.config.type_tables import TypeTable


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
    parser.add_argument("--retries", metavar="N", help="try a failed task up to N times in all")
    parser.add_argument("--backoff", metavar="S", help="before the second try; then twice as long")
    parser.add_argument("--rate", metavar="RATE", help="so many start in a time, such as 10/s")
    parser.add_argument("--start-delay", metavar="S", help="at least so long between two starts")
    parser.add_argument(
        "--load",
        metavar="MAX",
        help="start none while the load is over this: 8 or 150%%",
    )
    parser.add_argument("--mem-free", metavar="SIZE", help="start none with less memory: 2G")
    parser.add_argument(
        "--progress", choices=("no", "line", "bar"), help="what a terminal shows meanwhile"
    )
    parser.add_argument("--nice", metavar="N", help="how much the run yields to others, 19 most")


class Control(NamedTuple):
    """What the arguments ask for."""

    rules: tuple[HaltRule, ...] = ()
    """Which ends of tasks stop the run."""
    policy: TypeTable = MappingProxyType({})
    """What holds for each type, over what it and the config say."""
    nice: int | None = None
    """The niceness of the process; None: as it is."""
    bounds: Bounds = Bounds()
    """Beyond what of the machine no task starts."""
    progress: Mode | None = None
    """What of its progress the run shows; None: a line where there is a terminal."""

    @classmethod
    def of(cls, args: Namespace) -> Self:
        """Read the arguments; raises Usage."""
        rules = rules_of(args.halt, args.max_failures, on_failure=args.stop_on_failure)
        bounds = Bounds(
            None if args.load is None else load_of(args.load),
            None if args.mem_free is None else memory_of(args.mem_free),
        )
        policy = {**_retry(args), **_rate(args)}
        return cls(rules, policy, _niceness(args.nice), bounds, args.progress)

    def over(self, policies: Mapping[str, Any], types: Iterable[str]) -> dict[str, Any]:
        """Return the policies of a config with that of the run laid over those of some types."""
        said = {name: {**policies.get(name, {})} for name in types}
        for table in said.values():
            table.update(
                {**self.policy, "retry": {**table.get("retry", {}), **self.policy["retry"]}}
                if "retry" in self.policy
                else self.policy
            )
        return {**policies, **said}

    def be_nice(self) -> None:
        """Take the niceness that was asked for; what starts from now on has it too.

        Raises:
            Usage: the system does not permit it.
        """
        if self.nice is None:
            return
        try:
            os.setpriority(os.PRIO_PROCESS, 0, self.nice)
        except OSError as error:
            now = os.getpriority(os.PRIO_PROCESS, 0)
            raise Usage(f"--nice {self.nice}: {error.strerror}; it is {now} now") from None


def _retry(args: Namespace) -> dict[str, Any]:
    if args.retries is None:
        if args.backoff is not None:
            raise Usage("--backoff is the pause before a retry; say --retries N as well")
        return {}
    said: dict[str, Any] = {"attempts": whole("--retries", args.retries)}
    if args.backoff is not None:
        zero = args.backoff.strip() in ("0", "0s")
        said["retry"] = {"base": 0.0 if zero else _seconds("--backoff", args.backoff)}
    return said


def _rate(args: Namespace) -> dict[str, Any]:
    from chasqui.pool.rate import Rate

    if args.rate is None and args.start_delay is None:
        return {}
    if args.rate is not None and args.start_delay is not None:
        raise Usage("--rate and --start-delay both say how often tasks start; give one of them")
    if args.rate is None:
        return {"rate": Rate(1, _seconds("--start-delay", args.start_delay), 1)}
    try:
        return {"rate": Rate.of(args.rate)}
    except ValueError as error:
        raise Usage(f"--rate: {error}") from None


def _niceness(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return numbers.count("--nice", int(text), -20, 19)
    except ValueError:
        raise Usage(f"--nice must be a whole number from -20 to 19, got {text!r}") from None


def _seconds(option: str, text: str) -> float:
    try:
        return option_texts.seconds(text)
    except ValueError as error:
        raise Usage(f"{option} {error}, got {numbers.shown(text)}") from None
