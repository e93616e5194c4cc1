"""`chasqui-tui submit`: give work to a host, a task or one for each line of the input."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Collection, Sequence
from typing import NamedTuple

from chasqui.commands import asking, task_options
from chasqui.commands.given import Usage, seconds
from chasqui.commands.halting import Halt
from chasqui.commands.records import arguments as records
from chasqui.commands.records import planning
from chasqui.commands.sending import Sending
from chasqui.control.intake.lines import InputLine, Until
from chasqui.control.intake.sources import RecordSource
from chasqui.control.intake.tasks import MakeTask, TaskMaker
from chasqui.control.submit_records import SubmitTask
from chasqui.errors import InvalidParameters


def configure(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.usage = (
        "chasqui-tui submit TYPE [name=value ...]\n"
        "       chasqui-tui submit TYPE --each PARAM [name=value ...] [FILE ...|-]\n"
        "       chasqui-tui submit [FILE ...|-] -- COMMAND [WORD|{} ...] [::: VALUE ...]\n"
        "       chasqui-tui submit --jobs FILE|-"
    )
    parser.add_argument("type", nargs="?", metavar="TYPE", help="the task type")
    records.configure(parser)
    parser.add_argument("--jobs", metavar="FILE", help='lines {"type": …, "params": {…}}, or -')
    parser.add_argument(
        "--wait", action="store_true", help="wait for the tasks to end, and print their rows"
    )
    parser.add_argument(
        "--timeout",
        metavar="TIME",
        help="how long to wait for room, such as 90 or 1m30s (else for ever)",
    )
    task_options.configure(parser)
    parser.add_argument("--reason", default="", metavar="TEXT", help="why, for the host's audit")
    parser.add_argument("--json", action="store_true", help="print a JSON line for each task")
    asking.configure(parser)


def execute(args: Namespace) -> int:
    """Submit, and return the exit status."""
    records.settle(args)
    patience = seconds("--timeout", args.timeout)
    options = task_options.options_of(args)
    with Halt() as halt, asking.connected(args) as client:
        maker = TaskMaker(asking.types(client), options)
        planned = plan(args, maker, Until(halt.wake, lambda: halt.signal is not None))
        sending = Sending(
            client,
            halt,
            planned.make,
            type=args.type,
            rows=args.wait,
            as_json=args.json,
            hides=maker.has_secrets(args.type, planned.takes),
            patience=patience,
            reason=args.reason,
        )
        return sending.one() if planned.source is None else sending.stream(planned.source)


class SubmitPlan(NamedTuple):
    """How tasks are made, and of what."""

    make: MakeTask
    source: RecordSource | None
    """None: there is one task."""
    takes: Collection[str] | None
    """The parameters that take the input; None: a line may have any."""
    files: Sequence[str] = ()
    """The files that are read."""


def plan(args: Namespace, maker: TaskMaker, until: Until) -> SubmitPlan:
    """Return how tasks are made, and where records come from.

    Raises:
        Usage, UnknownType, InvalidParameters, Unreadable, UnknownField.
    """
    if args.jobs is not None:
        source = planning.jobs(args)
        return SubmitPlan(lambda line: maker.of_job(line.text or ""), source, None, source.files)
    if args.type is None:
        raise Usage(f"{args.command} needs a task type, or --jobs FILE")
    infos = maker.info(args.type).parameters
    planned = planning.planned(args, {one.name: one.kind for one in infos}, until)
    filling = planned.filling
    if planned.source is None:
        return SubmitPlan(lambda _: maker.of_texts(args.type, filling.plain), None, ())
    names = [one.name for one in infos]
    unknown = [name for name in (*planned.takes, *filling.plain) if name not in names]
    if unknown:
        why = f"is not a parameter of this task type; it has {', '.join(names)}"
        raise InvalidParameters(args.type, dict.fromkeys(unknown, why))

    def make(line: InputLine) -> SubmitTask:
        return maker.of_texts(args.type, filling(line))

    return SubmitPlan(make, planned.source, planned.takes, planned.files)
