"""The options that have a run go on: `--journal`, and `--joblog` with `--resume`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chasqui.commands import intake
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


def opened_journal(args: Namespace, files: Sequence[str]) -> RunJournal | None:
    """Open the journal that was asked for; raises Usage or JournalError."""
    if args.journal is None:
        return None
    path = _own_file(args, "journal", files)
    from chasqui.commands.run.claim import command_of
    from chasqui.commands.run.journal import RunJournal

    return RunJournal.open(path, command_of(args))


def opened_joblog(
    args: Namespace, files: Sequence[str], is_stopping: Callable[[], bool]
) -> JobLog | None:
    """Open the job log that was asked for; raises Usage."""
    if args.joblog is None:
        return None
    path = _own_file(args, "joblog", files)
    from chasqui.commands.run.claim import command_of
    from chasqui.commands.run.joblog import JobLog

    return JobLog.open(
        path,
        command_of(args),
        resume=args.resume or args.resume_failed,
        again_failed=args.resume_failed,
        is_stopping=is_stopping,
    )


def _own_file(args: Namespace, option: str, files: Sequence[str]) -> Path:
    """Return the path that an option names, which nothing else may have."""
    name = getattr(args, option)
    # Each of these would be written into the file, or be read from it.
    uses = {"/dev/stdout": "the output", args.failures: "the file of --failures"}
    intake.check_own(f"--{option}", name, uses | dict.fromkeys(files, "the input"))
    return Path(name)
