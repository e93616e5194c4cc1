"""A run, composed of what its arguments ask for."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chasqui.commands import intake, task_options
from chasqui.commands.given import Usage
from chasqui.commands.run.control import Control
from chasqui.commands.run.output import prints_aside
from chasqui.commands.run.plan import plan, workers
from chasqui.commands.run.presentation import presentation
from chasqui.commands.run.run import Run, RunOptions
from chasqui.commands.run.stop import RunStop
from chasqui.commands.run.unfinished import UnfinishedFile
from chasqui.commands.session import open_session, open_trusted_session
from chasqui.commands.words import say
from chasqui.control.intake.lines import opened
from chasqui.engine.config.arguments import capture_of
from chasqui.errors import UnknownPool

if TYPE_CHECKING:
    from chasqui.commands.run.journal import RunJournal


def execute(args: Namespace) -> int:
    """Run, and return the exit status."""
    if args.on_host or args.host is not None:
        from chasqui.commands.run import on_host

        return on_host.execute(args)
    submission = task_options.options_of(args)
    control = Control.of(args)
    stop = RunStop(control.rules)
    shown = presentation(args, stop)
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
    if control.policy:
        types = session.plugins.types() if args.type is None else (args.type,)
        parts["policies"] = control.over(session.config.types, types)
    control.be_nice()
    engine = session.engine(**parts)
    work, make, file = plan(args, engine)
    if submission.pool is not None and submission.pool not in engine.pools:
        raise UnknownPool(submission.pool, engine.pools)
    if args.workers is not None and args.type is not None:
        own = engine.routes.pool_of(engine.type(args.type))
        (engine.pools[submission.pool] if submission.pool else own).resize(args.workers)
    if args.failures and file != "-" and intake.is_same(file, args.failures):
        raise Usage(f"{args.failures}: is the input; --failures needs a file of its own")
    source = opened(file) if work is None else None
    journal = _journal(args, file)
    options = RunOptions(args.each, args.nul, args.log, args.dry_run, submission.said())
    run = Run(
        engine,
        options,
        session,
        stop,
        unfinished=_unfinished(args, journal),
        journal=journal,
        printer=shown.printer,
        followers=shown.followers,
    )
    with prints_aside(), run:
        if source is not None:
            run.stream(source, make)
        elif work is not None:
            if intake.is_offered():
                each = "to run a task for each of its lines, say --each PARAM"
                say(f"standard input is not read; {each}")
            run.single(work)
    return run.status()


def _unfinished(args: Namespace, journal: RunJournal | None) -> UnfinishedFile | None:
    """Return the file of ``--failures``, or what takes its place until the end."""
    file = Path(args.failures) if args.failures else None
    # With a journal the same command goes on, so that what is left need not be kept as well.
    if args.dry_run or (journal is not None and file is None):
        return None
    return UnfinishedFile(file, None if journal is None else journal.failed_lines)


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
    from chasqui.commands.run.claim import command_of
    from chasqui.commands.run.journal import RunJournal

    return RunJournal.open(path, command_of(args))


def _absolute(file: str) -> Path:
    return Path(file).absolute()
