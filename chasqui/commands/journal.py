"""`chasqui-tui journal`: check a journal, save what is left of a damaged one, or see what it holds.

All but ``recover`` only read, also beside the host that writes it.
"""

from __future__ import annotations

import sqlite3
from argparse import ArgumentParser, Namespace
from contextlib import closing
from pathlib import Path

from chasqui.commands import exits
from chasqui.commands.counting import CountingLine
from chasqui.commands.given import Usage
from chasqui.commands.journal_text import as_record, told
from chasqui.commands.session import open_session
from chasqui.commands.words import say, show
from chasqui.commands.writing import encode
from chasqui.engine.journal import looking, place
from chasqui.engine.journal.inspecting import Inspection
from chasqui.engine.journal.lock import JournalLock
from chasqui.engine.journal.salvage import salvage
from chasqui.errors import JournalCorrupt, JournalError

WHAT = ("check", "recover", "export", "stats")


def configure(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("what", choices=WHAT, help="what to do")
    parser.add_argument("file", nargs="?", metavar="FILE", help="instead of this engine's journal")
    parser.add_argument("--failures", action="store_true", help="export failed tasks only")
    parser.add_argument("--json", action="store_true", help="print the stats as JSON")


def execute(args: Namespace) -> int:
    """Do it, and return the exit status."""
    if args.failures and args.what != "export":
        raise Usage("--failures goes with `journal export`")
    if args.json and args.what != "stats":
        raise Usage("--json goes with `journal stats`")
    path = _path(args).absolute()
    if args.what == "check":
        return _check(path)
    if args.what == "recover":
        return _recover(path)
    with Inspection(path) as journal, closing(CountingLine("reading")) as line:
        if args.what == "export":
            for row in journal.rows(line.show, failed=args.failures):
                show(encode(row).decode().rstrip("\n"))
            return exits.DONE
        stats = journal.stats(line.show)
    if args.json:
        show(encode(as_record(stats)).decode().rstrip("\n"))
    else:
        for text in told(stats):
            show(text)
    return exits.DONE


def _path(args: Namespace) -> Path:
    files = [args.file, *args.words] if args.file is not None else args.words
    if len(files) > 1:
        raise Usage(f"one file at most, got {', '.join(files)}")
    if files:
        return Path(files[0])
    session = open_session(args)
    if session.journal is None:
        raise Usage('this engine keeps no journal (journal.mode = "off"); name a FILE')
    return session.journal


def _check(path: Path) -> int:
    try:
        with Inspection(path) as journal, closing(CountingLine("checking")) as line:
            problems = journal.problems(line.show)
            stats = None if problems else journal.stats(line.show)
    except JournalCorrupt as error:
        say(str(error))
        return exits.UNHEALTHY
    if stats is None:
        for problem in problems:
            say(f"{path}: {problem}")
        say(f"{path} is damaged: `chasqui-tui journal recover {path}` saves what can be read")
        return exits.UNHEALTHY
    tasks = sum(stats.counts.values())
    waiting = stats.counts["queued"] + stats.counts["scheduled"]
    show(f"ok: {path}: {_count(tasks, 'task')}, {waiting:,} of them waiting")
    return exits.DONE


def _recover(path: Path) -> int:
    place.check(path)
    if not path.exists() and not looking.has_log(path):
        raise Usage(f"{path}: does not exist; name the file of a journal")
    lock = JournalLock.take(path)
    try:
        lock.write(lock.before.uuid)
        if _is_whole(path):
            show(f"ok: {path} is whole, and stays as it is")
            return exits.DONE
        with closing(CountingLine("saving")) as line:
            saved = salvage(path, line.show)
    except (OSError, sqlite3.Error) as error:
        if isinstance(error, JournalError):
            raise
        why = getattr(error, "strerror", None) or error
        raise Usage(f"{path}: cannot be recovered: {why}") from None
    finally:
        lock.release()
    show(f"set aside: {saved.aside}")
    show(
        f"saved: {_count(saved.tasks, 'task')}, {saved.waiting:,} of them waiting, and "
        f"{_count(saved.failures, 'failure')}"
    )
    if saved.unread:
        show(f"not readable: {_count(saved.unread, 'row')} or more")
    if saved.absent:
        what = _count(saved.absent, "number")
        show(f"absent: {what} of tasks that were pruned before, or are lost")
    return exits.UNHEALTHY if saved.unread or saved.absent else exits.DONE


def _is_whole(path: Path) -> bool:
    """Tell whether there is nothing to recover; raises JournalTooNew."""
    if not path.exists():
        return False  # only its log is there
    try:
        with Inspection(path) as journal, closing(CountingLine("checking")) as line:
            return not journal.problems(line.show)
    except JournalCorrupt:
        return False


def _count(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"
