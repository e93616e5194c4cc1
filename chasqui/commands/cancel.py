"""`chasqui-tui cancel`: cancel tasks that wait in a host, and ask those that run to stop.

With a filter those that wait are counted first, and the cancel is for these: what is submitted
meanwhile is left alone, and so is what has started.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

import msgspec

from chasqui.commands import asking, steering
from chasqui.commands.choosing import not_blank
from chasqui.commands.given import Usage, task_numbers
from chasqui.commands.words import say, show
from chasqui.control.commands import Cancel, CommandOutcome, CountWaiting
from chasqui.control.wire.working import ApplyArgs


def configure(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("numbers", nargs="*", metavar="TASK", help="the numbers of the tasks")
    parser.add_argument(
        "--filter",
        metavar="TEXT",
        help="those that wait and match, such as 'type=http.check age>1m'; see help filter",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="with --filter: say how many match, cancel none"
    )
    steering.configure(parser)


def execute(args: Namespace) -> int:
    """Cancel, and return the exit status."""
    if bool(args.numbers) == (args.filter is not None):
        raise Usage("cancel needs numbers, or --filter TEXT")
    if args.filter is not None:
        not_blank(args.filter, "'type=*' chooses all that wait")
        return _cancel_all_that_match(args)
    if args.dry_run:
        raise Usage("--dry-run needs --filter TEXT")
    command = Cancel(numbers=task_numbers(args.numbers))
    return steering.carry_out(args, command, "cancelled {}; a running one is asked to stop")


def _cancel_all_that_match(args: Namespace) -> int:
    with asking.connected(args) as client:

        def ask(command: CountWaiting | Cancel) -> CommandOutcome:
            asked = ApplyArgs(command=command, reason=args.reason)
            return client.ask("apply", asked, CommandOutcome)

        outcome = counted = ask(CountWaiting(filter=args.filter))
        if counted.ok and counted.count and not args.dry_run:
            token = counted.token or None
            numbers = () if token else counted.numbers
            outcome = ask(Cancel(numbers=numbers, token=token, waiting_only=True))
    if args.dry_run and counted.ok:
        _show_counted(counted, as_json=args.json)
    else:
        steering.tell(outcome, "cancelled {}", "task", as_json=args.json)
    return steering.status_of(outcome)


def _show_counted(counted: CommandOutcome, *, as_json: bool) -> None:
    if as_json:
        show(msgspec.json.encode(counted).decode())
        return
    show(f"would cancel {steering.amount(counted.count, 'task')}")
    for number, what in counted.notes:
        say(f"task {number}: {what}")
    if (more := counted.count - len(counted.notes)) > 0:
        say(f"and {steering.amount(more, 'task')} more")
