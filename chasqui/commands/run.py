"""`chasqui-tui run`: a task for every line of the input, a JSON line for each on the output."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chasqui.commands import intake, task_options
from chasqui.commands.given import Usage
from chasqui.commands.output import prints_aside
from chasqui.commands.plan import plan, workers
from chasqui.commands.running import Run
from chasqui.commands.session import open_session, open_trusted_session
from chasqui.commands.words import say
from chasqui.control.intake.lines import opened
from chasqui.engine.config.arguments import capture_of
from chasqui.errors import UnknownPool

if TYPE_CHECKING:
    from chasqui.commands.run_journal import RunJournal


def configure(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.usage = (
        "chasqui-tui run TYPE [name=value ...]\n"
        "       chasqui-tui run TYPE --each PARAM [name=value ...] [FILE|-]\n"
        "       chasqui-tui run --jobs FILE|-"
    )
    parser.add_argument("type", nargs="?", metavar="TYPE", help="the task type")
    parser.add_argument("--each", metavar="PARAM", help="the parameter that takes each input line")
    parser.add_argument("-0", dest="nul", action="store_true", help="input lines end with NUL")
    parser.add_argument("--jobs", metavar="FILE", help='lines {"type": …, "params": {…}}, or -')
    parser.add_argument(
        "--workers", metavar="N", help="tasks that run at the same time, in the type's pool"
    )
    parser.add_argument("--stop-on-failure", action="store_true", help="stop at the first failure")
    parser.add_argument(
        "--failures", metavar="FILE", help="write what did not complete, for --jobs"
    )
    parser.add_argument(
        "--journal", metavar="FILE", help="keep what is done, so that a repeated run goes on"
    )
    task_options.configure(parser)
    parser.add_argument("--log", action="store_true", help="add what each body logged to its row")
    parser.add_argument("--dry-run", action="store_true", help="check the input and run nothing")
    parser.add_argument("--host", dest="on_host", action="store_true", help="run them in a host")
    parser.add_argument("--name", dest="host", metavar="HOST", help="which (else the config's)")


def execute(args: Namespace) -> int:
    """Run, and return the exit status."""
    if args.on_host or args.host is not None:
        from chasqui.commands import run_on_host

        return run_on_host.execute(args)
    options = task_options.options_of(args)
    if args.journal is not None and args.dry_run:
        raise Usage("--dry-run runs nothing, so it takes no --journal")
    session = open_session(args) if args.dry_run else open_trusted_session(args)
    # What the config schedules is the console's to start: here there is a row for each line. And
    # the journal of the config is that of a host or a program.
    parts: dict[str, Any] = {"schedules": (), "journal": None}
    if args.workers is not None:
        parts["workers"] = args.workers = workers(args.workers)
        if args.jobs is not None and len(session.config.pools) > 1:
            raise Usage(
                "--workers sizes one pool, and --jobs may use several; say it in [pools.NAME]"
            )
    if args.log:
        parts["capture"] = replace(capture_of(session.config.log), logging=True)
    engine = session.engine(**parts)
    work, make, file = plan(args, engine)
    if options.pool is not None and options.pool not in engine.pools:
        raise UnknownPool(options.pool, engine.pools)
    if args.workers is not None and args.type is not None:
        own = engine.routes.pool_of(engine.type(args.type))
        (engine.pools[options.pool] if options.pool else own).resize(args.workers)
    if args.failures and file != "-" and intake.is_same(file, args.failures):
        raise Usage(f"{args.failures}: is the input; --failures needs a file of its own")
    source = opened(file) if work is None else None
    run = Run(engine, args, session, _journal(args, file), options.said())
    with prints_aside(), run:
        if source is not None:
            run.stream(source, make)
        elif work is not None:
            if intake.is_offered():
                each = "to run a task for each of its lines, say --each PARAM"
                say(f"standard input is not read; {each}")
            run.single(work)
    return run.status()


def _journal(args: Namespace, file: str) -> RunJournal | None:
    """Open the journal that was asked for; raises Usage or JournalError."""
    if args.journal is None:
        return None
    path = Path(args.journal)
    # Each of these would be written into the journal, or be read from it.
    uses = {"/dev/stdout": "the output", file: "the input", args.failures: "the file of --failures"}
    for other, use in uses.items():
        if other and (intake.is_same(other, args.journal) or path.absolute() == _absolute(other)):
            raise Usage(f"{args.journal}: is {use}; --journal needs a file of its own")
    from chasqui.commands.run_command import command_of
    from chasqui.commands.run_journal import RunJournal

    return RunJournal.open(path, command_of(args))


def _absolute(file: str) -> Path:
    return Path(file).absolute()
