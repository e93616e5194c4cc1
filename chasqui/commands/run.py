"""`chasqui-tui run`: a task for every line of the input, a JSON line for each on the output.

Nothing is held that need not be: lines are read as workers get to them, and each row is written by
the worker that ended its task, so a slow reader of the output slows the reading of the input. What
stops the run early (a signal, a reader that went away, a first failure) stops the reading, lets
running tasks finish, and leaves the rest in the ledger.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from argparse import ArgumentParser, Namespace
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

from chasqui.commands import exits, intake
from chasqui.commands.given import Usage
from chasqui.commands.intake import MAX_LINE, InputLine, InputSource, Unreadable
from chasqui.commands.jobs import InvalidLine, Make
from chasqui.commands.output import Output, prints_aside
from chasqui.commands.plan import plan, workers
from chasqui.commands.progress import ProgressLine
from chasqui.commands.reached import Reached
from chasqui.commands.refusal import shown, type_of
from chasqui.commands.rows import ended_row, refused_row, with_log
from chasqui.commands.session import CommandSession, open_session, open_trusted_session
from chasqui.commands.unfinished import UnfinishedFile
from chasqui.commands.words import say
from chasqui.engine.config.arguments import capture_of
from chasqui.engine.engine import BaseEngine
from chasqui.engine.logs.task_log import NOTHING_SAID
from chasqui.engine.types.task_type import TypedWork
from chasqui.errors import BacklogFull, ChasquiError
from chasqui.pool.ledger import Ledger
from chasqui.pool.signals import STOP_SIGNALS, handle
from chasqui.pool.task import Task

LOOK_SECONDS = 0.2  # how often a wait looks whether the run was told to stop


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
    parser.add_argument("--log", action="store_true", help="add what each body logged to its row")
    parser.add_argument("--dry-run", action="store_true", help="check the input and run nothing")
    parser.add_argument("--host", dest="on_host", action="store_true", help="run them in a host")
    parser.add_argument("--name", dest="host", metavar="HOST", help="which (else the config's)")


def execute(args: Namespace) -> int:
    """Run, and return the exit status."""
    if args.on_host or args.host is not None:
        from chasqui.commands import run_on_host

        return run_on_host.execute(args)
    session = open_session(args) if args.dry_run else open_trusted_session(args)
    # What the config schedules is the console's to start: here there is a row for each line.
    parts: dict[str, Any] = {"schedules": ()}
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
    if args.workers is not None and args.type is not None:
        engine.routes.pool_of(engine.type(args.type)).resize(args.workers)
    if args.failures and file != "-" and intake.is_same(file, args.failures):
        raise Usage(f"{args.failures}: is the input; --failures needs a file of its own")
    source = intake.opened(file) if work is None else None
    run = Run(engine, args, session)
    with prints_aside(), run:
        if source is not None:
            run.stream(source, make)
        elif work is not None:
            if intake.is_offered():
                each = "to run a task for each of its lines, say --each PARAM"
                say(f"standard input is not read; {each}")
            run.single(work)
    return run.status()


class Run:
    """One run: its signals, its rows, its end."""

    def __init__(self, engine: BaseEngine, args: Namespace, session: CommandSession) -> None:
        self._engine = engine
        self._session = session
        self._dry = args.dry_run
        self._each: str | None = args.each
        self._nul = args.nul
        self._log = args.log
        self._stop_on_failure = args.stop_on_failure
        self._failures_file = Path(args.failures) if args.failures else None
        self._unfinished: UnfinishedFile | None = None
        self._output = Output(on_end=self._poke)
        self._wake_reader, self._wake_writer = os.pipe()
        os.set_blocking(self._wake_writer, False)
        self._signal: signal.Signals | None = None
        self._hurry = False
        self._unreadable = False
        self._failed = 0
        self._not_made = 0  # rows that say only why they could not be made
        self._refused = 0
        self._unread = False
        self._reached = Reached()
        self._cut_short = False  # a task was cancelled by the signal
        self._ledger: Ledger | None = None
        self._progress = ProgressLine(engine)

    # The run from start to end

    def __enter__(self) -> Run:
        if not self._dry:
            try:
                self._unfinished = UnfinishedFile(self._failures_file)
            except OSError as error:
                raise Usage(f"{self._failures_file}: cannot be written: {error.strerror}") from None
        handle((*STOP_SIGNALS, signal.SIGHUP), self._on_signal)
        if not self._dry:
            self._engine.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if not self._dry:
            self._ledger = self._finish()
            if self._unfinished is not None:
                self._unfinished.close()
        self._progress.clear()
        for problem in self._problems():
            say(problem)
        if self._signal is not None and self._unfinished is not None:
            self._unfinished.keep_and_tell(self._session.folder, self._session.named)
        if self._unread and self._reached.read and not self._dry:
            say(self._reached.text(self._failures_file))
        if self._ledger is not None or self._refused:
            say(f"{self._refused_text()}{self._ledger or ''}")

    def single(self, work: TypedWork) -> None:
        """Run one work."""
        self._submit(1, work)

    def stream(self, source: InputSource, make: Make) -> None:
        """Run a work for each line of a source; what it gave before it failed is run as well."""
        wake = self._wake_reader
        try:
            for line in intake.lines(source, nul=self._nul, wake=wake, stop=self._stopped):
                self._reached.read = line.number
                self._take(line, make)
                if self._unread and self._failures_file is None:
                    break  # what else has been read would be kept nowhere
                self._progress.show()
        except Unreadable as error:
            self._unreadable = True
            self._progress.clear()
            say(str(error))
        self._unread = self._unread or self._unreadable or self._stopped()

    def status(self) -> int:
        """Return the exit status of what has happened."""
        statuses = []
        left = self._cut_short or (self._ledger is not None and not self._ledger.clean)
        if self._signal is not None and (left or self._unread):
            by_hand = self._signal == signal.SIGINT  # else a program or a closed terminal asked
            statuses.append(exits.INTERRUPTED if by_hand else exits.TERMINATED)
        if self._output.reader_gone:
            statuses.append(exits.READER_GONE)
        if self._refused or self._unreadable or self._problems():
            statuses.append(exits.USAGE)
        if self._failed or self._not_made:
            statuses.append(exits.UNHEALTHY)
        return exits.combined(statuses)

    def _finish(self) -> Ledger:
        """Let all that was accepted end, or, when told to stop, what is running."""
        engine = self._engine
        while not self._stopped():
            # Of each pool: a reading of the engine takes 4 ms to import, which the row would wait.
            counts = [pool.metrics() for pool in engine.pools.values()]
            if not any(one.queued or one.scheduled or one.running for one in counts):
                return engine.shutdown(None)
            self._wait()
        engine.pause()
        seconds = float("inf") if engine.shutdown_timeout is None else engine.shutdown_timeout
        deadline = time.monotonic() + seconds
        if not self._hurry:
            ended = self._output.error is not None
            why = f"stopping{f', since {self._output.end}' if ended else ' at the first failure'}"
            self._progress.stopping(self._signal, why, seconds)
        while engine.metrics().running and not self._hurry and time.monotonic() < deadline:
            self._wait()
        return engine.shutdown(0)

    # Lines in

    def _take(self, line: InputLine, make: Make) -> None:
        if line.text is None:
            text = f"is {line.size:,} bytes long; a line may have {MAX_LINE:,}"
            self._refuse(line.number, None, None, InvalidLine(text))
            return
        try:
            work = make(line.text)
        except ChasquiError as error:
            raw = shown(self._engine, self._each, line.text, error)
            self._refuse(line.number, type_of(error), raw, error)
        else:
            self._submit(line.number, work)

    def _submit(self, line: int, work: TypedWork) -> None:
        if self._dry:
            self._output.write({"line": line, "type": work.name, "params": work.params_as_json()})
            return
        while not self._stopped():
            try:
                task = self._engine.submit(work, timeout=LOOK_SECONDS)
            except BacklogFull:
                self._progress.show()
                continue
            if self._unfinished is not None:
                self._unfinished.accepted(task)
            task.add_done_callback(lambda task: self._ended(line, task))
            self._reached.accepted = line
            return
        self._unread = True
        if self._unfinished is not None:
            self._unfinished.not_accepted(work)

    def _refuse(self, line: int, type: str | None, raw: object, error: ChasquiError) -> None:
        self._refused += 1
        self._progress.clear()
        say(f"line {line} {error}" if isinstance(error, InvalidLine) else f"line {line}: {error}")
        row = refused_row(line, type, raw, error.__class__.__name__, str(error))
        self._output.write(with_log(row, NOTHING_SAID) if self._log else row)

    # Rows out

    def _ended(self, line: int, task: Task) -> None:
        if task.state == "cancelled" and self._signal is not None:
            self._cut_short = True
        if task.state == "failed":
            self._failed += 1
        if self._unfinished is not None:
            self._unfinished.ended(task)
        log = self._engine.task_log(task.number) if self._log else None
        data, is_whole = ended_row(line, task, log)
        self._not_made += not is_whole
        self._output.write_line(data)
        if self._stop_on_failure and self._failed:
            self._poke()

    # Stopping

    def _stopped(self) -> bool:
        failed = self._stop_on_failure and self._failed > 0
        return self._signal is not None or self._output.error is not None or failed

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self._hurry = self._stopped()
        self._signal = self._signal or signal.Signals(number)
        self._poke()

    def _poke(self) -> None:
        with contextlib.suppress(BlockingIOError):  # then it is readable already
            os.write(self._wake_writer, b"\0")

    def _wait(self) -> None:
        self._progress.show()
        time.sleep(0.02)

    def _problems(self) -> list[str]:
        """Say what could not be written of what was asked for."""
        files = (self._output, self._unfinished)
        return [one.problem for one in files if one is not None and one.problem]

    def _refused_text(self) -> str:
        lines = "line" if self._refused == 1 else "lines"
        return f"{self._refused:,} {lines} refused; " if self._refused else ""
