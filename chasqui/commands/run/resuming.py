"""The options that have a run go on: `--journal`, and `--joblog` with `--resume`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from chasqui.commands.given import Usage

if TYPE_CHECKING:
    from chasqui.commands.run.joblog import JobLog
    from chasqui.commands.run.journal import RunJournal


def configure_resuming(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument(
        "--journal", metavar="FILE", help="keep what is done, so that a repeated run goes on"
    )
    parser.add_argument("--joblog", metavar="FILE", help="add a line for each task that has ended")
    parser.add_argument(
        "--resume", action="store_true", help="leave out the lines that are in the job log"
    )
    parser.add_argument(
        "--resume-failed", action="store_true", help="the same, and run again what did not complete"
    )


def check_resuming(args: Namespace) -> None:
    """Refuse options that do not go together; raises Usage."""
    resume = "--resume-failed" if args.resume_failed else "--resume" if args.resume else ""
    if args.joblog is not None and args.journal is not None:
        raise Usage("--joblog and --journal both keep what is done; give one of them")
    if resume and args.joblog is None:
        also = "; with --journal a repeated run goes on by itself" if args.journal else ""
        raise Usage(f"{resume} goes on with a job log; say --joblog FILE as well{also}")
    for option in ("journal", "joblog"):
        if args.dry_run and getattr(args, option) is not None:
            raise Usage(f"--dry-run runs nothing, so it takes no --{option}")


def opened_journal(args: Namespace) -> RunJournal | None:
    """Open the journal that was asked for; raises Usage or JournalError."""
    if args.journal is None:
        return None
    from chasqui.commands.run.claim import command_of
    from chasqui.commands.run.journal import RunJournal

    return RunJournal.open(Path(args.journal), command_of(args))


def opened_joblog(args: Namespace, is_stopping: Callable[[], bool]) -> JobLog | None:
    """Open the job log that was asked for; raises Usage."""
    if args.joblog is None:
        return None
    from chasqui.commands.run.claim import command_of
    from chasqui.commands.run.joblog import JobLog

    return JobLog.open(
        Path(args.joblog),
        command_of(args),
        resume=args.resume or args.resume_failed,
        again_failed=args.resume_failed,
        is_stopping=is_stopping,
    )
