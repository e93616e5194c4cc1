"""A run, composed of what its arguments ask for."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chasqui.commands import exits, intake, task_options
from chasqui.commands.given import Usage
from chasqui.commands.records import arguments as records
from chasqui.commands.run.control import Control
from chasqui.commands.run.defaults import take_defaults
from chasqui.commands.run.gauge import LinesOfTasks
from chasqui.commands.run.options import RunOptions
from chasqui.commands.run.output import Output, prints_aside
from chasqui.commands.run.own_files import check_own_files
from chasqui.commands.run.plan import plan, workers
from chasqui.commands.run.presentation import check, presentation
from chasqui.commands.run.resuming import check_resuming, opened_joblog, opened_journal
from chasqui.commands.run.run import Run
from chasqui.commands.run.stop import RunStop
from chasqui.commands.run.unfinished import UnfinishedFile
from chasqui.commands.run.watching import watching
from chasqui.commands.session import open_session, open_trusted_session
from chasqui.commands.words import say
from chasqui.engine.config.arguments import capture_of
from chasqui.errors import UnknownPool

if TYPE_CHECKING:
    from chasqui.commands.run.joblog import JobLog
    from chasqui.commands.run.journal import RunJournal


def execute(args: Namespace) -> int:
    """Run, and return the exit status."""
    records.settle(args)
    if args.on_host or args.host is not None:
        from chasqui.commands.run import on_host

        return on_host.execute(args)
    submission = task_options.options_of(args)
    control = Control.of(args)
    stop = RunStop(control.rules)
    check(args)
    check_resuming(args)
    if args.console and args.dry_run:
        raise Usage("--dry-run runs nothing, so it takes no --console")
    session = open_session(args) if args.dry_run else open_trusted_session(args)
    take_defaults(args, session.config)
    control = control._replace(progress=args.progress)
    # What the config schedules is the console's to start: here there is a row for each line. And
    # the journal of the config is that of a host or a program.
    # Nothing but a console asks for its history: a finished task is a row.
    parts: dict[str, Any] = {"schedules": (), "journal": None, "keep_history": 0}
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
    if args.console:
        from chasqui.commands.run import in_console

        session.plugins.load()
        parts |= in_console.parts(session)
    engine = session.engine(**parts)
    planned = plan(args, engine)
    if submission.pool is not None and submission.pool not in engine.pools:
        raise UnknownPool(submission.pool, engine.pools)
    if args.type is not None:
        own = engine.routes.pool_of(engine.type(args.type))
        pool = engine.pools[submission.pool] if submission.pool else own
        if args.workers is not None:
            pool.resize(args.workers)
        if args.pipe and pool.queue_size > 1:
            pool.resize(queue_size=1)  # a chunk is read once a worker is about to get to it
    check_own_files(args, planned.files, [file.path for file in session.config.files])
    shown = presentation(args, stop)
    journal = opened_journal(args)
    joblog = opened_joblog(args, stop.now)
    earlier = journal if joblog is None else joblog
    lines = LinesOfTasks()
    before = 0 if earlier is None else earlier.before.lines
    watch = watching(engine, control, lines, planned.source, nul=args.nul, before=before)
    options = RunOptions(planned.takes, args.log, args.dry_run, submission)
    run = Run(
        engine,
        options,
        session,
        stop,
        _output(stop, journal, joblog),
        watch,
        unfinished=_unfinished(args, journal),
        earlier=earlier,
        printer=shown.printer,
        followers=(lines, *shown.followers, *(() if joblog is None else (joblog,))),
    )

    def feed() -> None:
        if planned.source is not None:
            run.stream(planned.source, planned.make)
        elif planned.work is not None:
            if intake.is_offered():
                each = "to run a task for each of its lines, say --each PARAM"
                say(f"standard input is not read; {each}")
            run.single(planned.work)

    if not args.console:
        with watch.beside(), prints_aside(), run:
            feed()
        return run.status()
    from chasqui.commands.run import in_console

    reads = "-" in planned.files
    with in_console.terminal(reads) as tty, watch.beside(), prints_aside(), run:
        status = in_console.show(session, engine, run, stop, feed, tty)
    return exits.combined([status, run.status()])


def _output(stop: RunStop, journal: RunJournal | None, joblog: JobLog | None) -> Output:
    # What a plain run does not need is not imported.
    if journal is not None:
        from chasqui.commands.run.printing import KeptOutput

        return KeptOutput(journal, stop.poke, lambda: stop.signal is not None)
    if joblog is not None:
        from chasqui.commands.run.logged_output import LoggedOutput

        return LoggedOutput(joblog, stop.poke)
    from chasqui.commands.run.queued_output import QueuedOutput

    return QueuedOutput(stop.poke)


def _unfinished(args: Namespace, journal: RunJournal | None) -> UnfinishedFile | None:
    """Return the file of ``--failures``, or what takes its place until the end."""
    file = Path(args.failures) if args.failures else None
    # With a journal the same command goes on, so that what is left need not be kept as well.
    if args.dry_run or (journal is not None and file is None):
        return None
    return UnfinishedFile(file, None if journal is None else journal.failed_lines)
