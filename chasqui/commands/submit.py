"""`chasqui-tui submit`: give work to a host, a task or one for each line of the input."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from chasqui.commands import asking, task_options
from chasqui.commands.given import Usage, names_and_files, seconds, without_value
from chasqui.commands.halting import Halt
from chasqui.commands.sending import Sending
from chasqui.control.intake.lines import InputSource, opened
from chasqui.control.intake.tasks import MakeTask, TaskMaker
from chasqui.errors import InvalidParameters


def configure(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.usage = (
        "chasqui-tui submit TYPE [name=value ...]\n"
        "       chasqui-tui submit TYPE --each PARAM [name=value ...] [FILE|-]\n"
        "       chasqui-tui submit --jobs FILE|-"
    )
    parser.add_argument("type", nargs="?", metavar="TYPE", help="the task type")
    parser.add_argument("--each", metavar="PARAM", help="the parameter that takes each input line")
    parser.add_argument("-0", dest="nul", action="store_true", help="input lines end with NUL")
    parser.add_argument("--jobs", metavar="FILE", help='lines {"type": …, "params": {…}}, or -')
    parser.add_argument(
        "--wait", action="store_true", help="wait for the tasks to end, and print their rows"
    )
    parser.add_argument(
        "--timeout", metavar="S", help="wait for room so many seconds (else for ever)"
    )
    task_options.configure(parser)
    parser.add_argument("--reason", default="", metavar="TEXT", help="why, for the host's audit")
    parser.add_argument("--json", action="store_true", help="print a JSON line for each task")
    asking.configure(parser)


def execute(args: Namespace) -> int:
    """Submit, and return the exit status."""
    patience = seconds("--timeout", args.timeout)
    options = task_options.options_of(args)
    with Halt() as halt, asking.connected(args) as client:
        maker = TaskMaker(asking.types(client), options)
        make, source = plan(args, maker)
        sending = Sending(
            client,
            halt,
            make,
            type=args.type,
            rows=args.wait,
            as_json=args.json,
            hides=maker.has_secrets(args.type, args.each),
            patience=patience,
            reason=args.reason,
        )
        if source is None:
            return sending.one("")
        return sending.stream(source, nul=args.nul)


def plan(args: Namespace, maker: TaskMaker) -> tuple[MakeTask, InputSource | None]:
    """Return how tasks are made, and where lines come from; None: there is one task.

    Raises:
        Usage, UnknownType, InvalidParameters, Unreadable.
    """
    fixed, files = names_and_files(args.words)
    if args.jobs is not None:
        if args.type or args.each or args.words:
            raise Usage("--jobs takes types and parameters from its lines; give nothing else")
        return maker.of_job, opened(args.jobs)
    if args.type is None:
        raise Usage(f"{args.command} needs a task type, or --jobs FILE")
    names = [one.name for one in maker.info(args.type).parameters]
    if args.each is None:
        if files:
            word = without_value(files[0])
            raise Usage(f"{word!r} is not name=value; to read lines from a file, use --each")
        return lambda _: maker.of_texts(args.type, fixed), None
    if args.each in fixed:
        raise Usage(f"{args.each} is given twice, by --each and by {args.each}=…")
    if len(files) > 1:
        words = ", ".join(map(without_value, files))
        raise Usage(f"one input file at most, got {words}")
    unknown = [name for name in (args.each, *fixed) if name not in names]
    if unknown:
        why = f"is not a parameter of this task type; it has {', '.join(names)}"
        raise InvalidParameters(args.type, dict.fromkeys(unknown, why))
    return maker.of_each(args.type, args.each, fixed), opened(files[0] if files else "-")
