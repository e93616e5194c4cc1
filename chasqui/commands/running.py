"""A run from start to end: its lines, its rows, its signals and its exit status.

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
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from chasqui.commands import exits
from chasqui.commands.given import Usage
from chasqui.commands.jobs import Make
from chasqui.commands.line_keys import NOTHING_BEFORE, ONLY, LineChanged, LineKey, key_of
from chasqui.commands.output import Output
from chasqui.commands.progress import ProgressLine
from chasqui.commands.reached import Reached
from chasqui.commands.refusal import shown, type_of
from chasqui.commands.rows import encode, ended_row, refused_row, with_log
from chasqui.commands.session import CommandSession
from chasqui.commands.unfinished import UnfinishedFile
from chasqui.commands.words import say
from chasqui.control.intake.jobs import InvalidLine
from chasqui.control.intake.lines import MAX_LINE, InputLine, InputSource, Unreadable, lines
from chasqui.engine.engine import BaseEngine
from chasqui.engine.logs.task_log import NOTHING_SAID
from chasqui.engine.types.task_type import TypedWork
from chasqui.errors import BacklogFull, ChasquiError
from chasqui.pool.ledger import Ledger
from chasqui.pool.signals import STOP_SIGNALS, handle
from chasqui.pool.task import Task

if TYPE_CHECKING:
    from chasqui.commands.run_journal import RunJournal

NO_OPTIONS: Mapping[str, Any] = {}
LOOK_SECONDS = 0.2  # how often a wait looks whether the run was told to stop


class Run:
    """One run: its signals, its rows, its end."""

    def __init__(
        self,
        engine: BaseEngine,
        args: Namespace,
        session: CommandSession,
        journal: RunJournal | None = None,
        options: Mapping[str, Any] = NO_OPTIONS,
    ) -> None:
        self._engine = engine
        self._options = options
        self._session = session
        self._dry = args.dry_run
        self._each: str | None = args.each
        self._nul = args.nul
        self._log = args.log
        self._stop_on_failure = args.stop_on_failure
        self._failures_file = Path(args.failures) if args.failures else None
        self._unfinished: UnfinishedFile | None = None
        self._journal = journal
        self._before = NOTHING_BEFORE if journal is None else journal.before
        self._wake_reader, self._wake_writer = os.pipe()
        os.set_blocking(self._wake_writer, False)
        self._output = self._output_for(journal)
        self._signal: signal.Signals | None = None
        self._hurry = False
        self._unreadable = False
        self._has_changed = False  # a line that is final, so that this command cannot go on
        self._failed = 0
        self._not_made = 0  # rows that say only why they could not be made
        self._refused = 0
        self._unread = False
        self._reached = Reached()
        self._cut_short = False  # a task was cancelled by the signal
        self._ledger: Ledger | None = None
        self._progress = ProgressLine(engine, self._before.lines)

    # The run from start to end

    def __enter__(self) -> Run:
        # With a journal the same command goes on, so that what is left need not be kept as well.
        if not self._dry and (self._journal is None or self._failures_file is not None):
            try:
                self._unfinished = UnfinishedFile(self._failures_file)
            except OSError as error:
                raise Usage(f"{self._failures_file}: cannot be written: {error.strerror}") from None
            if self._journal is not None:
                self._unfinished.failed_before(self._journal.failed_lines())
        handle((*STOP_SIGNALS, signal.SIGHUP), self._on_signal)
        self._output.begin()
        if not self._dry:
            self._engine.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if not self._dry:
            self._ledger = self._finish()
            self._output.close()
            if self._unfinished is not None:
                self._unfinished.close()
        self._progress.clear()
        for problem in self._problems():
            say(problem)
        if self._signal is not None and self._unfinished is not None:
            self._unfinished.keep_and_tell(self._session.folder, self._session.named)
        if self._unread and self._reached.read and not self._dry:
            say(self._reached.text(self._failures_file))
        if self._journal is not None and self._is_left() and not self._has_changed:
            say(f"to go on, repeat the command with --journal {self._journal.path}")
        if self._ledger is not None or self._refused:
            say(f"{self._before}{self._refused_text()}{self._ledger or ''}")

    def single(self, work: TypedWork) -> None:
        """Run one work."""
        if self._journal is None or not self._journal.has(ONLY):
            self._submit(ONLY, work)

    def stream(self, source: InputSource, make: Make) -> None:
        """Run a work for each line of a source; what it gave before it failed is run as well."""
        wake = self._wake_reader
        try:
            for line in lines(source, nul=self._nul, wake=wake, stop=self._stopped):
                self._reached.read = line.number
                key = key_of(line) if self._journal is not None else LineKey(line.number)
                if self._journal is None or not self._journal.has(key):
                    self._take(line, key, make)
                if self._unread and self._failures_file is None:
                    break  # what else has been read would be kept nowhere
                self._progress.show()
            else:
                self._look_for_missing()
        except (Unreadable, LineChanged) as error:
            self._unreadable = True
            self._has_changed = isinstance(error, LineChanged)
            self._progress.clear()
            say(str(error))
        self._unread = self._unread or self._unreadable or self._stopped()

    def status(self) -> int:
        """Return the exit status of what has happened."""
        statuses = []
        if self._signal is not None and self._is_left():
            by_hand = self._signal == signal.SIGINT  # else a program or a closed terminal asked
            statuses.append(exits.INTERRUPTED if by_hand else exits.TERMINATED)
        if self._output.reader_gone:
            statuses.append(exits.READER_GONE)
        if self._refused or self._before.refused or self._unreadable or self._problems():
            statuses.append(exits.USAGE)
        if self._failed or self._before.failed or self._not_made:
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
            ended = self._output.is_over
            why = f"stopping{f', since {self._output.end}' if ended else ' at the first failure'}"
            self._progress.stopping(self._signal, why, seconds)
        while engine.metrics().running and not self._hurry and time.monotonic() < deadline:
            self._wait()
        return engine.shutdown(0)

    # Lines in

    def _look_for_missing(self) -> None:
        """Say so if the input ends before lines that are final."""
        missing = 0 if self._journal is None or self._stopped() else self._journal.missing()
        if missing:
            self._progress.clear()
            say(f"the input ends at line {self._reached.read:,}; line {missing:,} was run before")

    def _take(self, line: InputLine, key: LineKey, make: Make) -> None:
        if line.text is None:
            text = f"is {line.size:,} bytes long; a line may have {MAX_LINE:,}"
            self._refuse(key, None, None, InvalidLine(text))
            return
        try:
            work = make(line.text)
        except ChasquiError as error:
            raw = shown(self._engine, self._each, line.text, error)
            self._refuse(key, type_of(error), raw, error)
        else:
            self._submit(key, work)

    def _submit(self, key: LineKey, work: TypedWork) -> None:
        if self._dry:
            row = {"line": key.number, "type": work.name, "params": work.params_as_json()}
            self._output.write_line(encode(row), key)
            return
        retry = None  # as the type says
        if self._journal is not None:
            rules = self._engine.routes.of(work).rules
            work, retry = self._journal.notes.noted(key, work, rules)
        while not self._stopped():
            try:
                task = self._engine.submit(work, timeout=LOOK_SECONDS, retry=retry, **self._options)
            except BacklogFull:
                self._progress.show()
                continue
            if self._unfinished is not None:
                self._unfinished.accepted(task)
            task.add_done_callback(lambda task: self._ended(key, task))
            self._reached.accepted = key.number
            return
        self._unread = True
        if self._unfinished is not None:
            self._unfinished.not_accepted(work)

    def _refuse(self, key: LineKey, type: str | None, raw: object, error: ChasquiError) -> None:
        line = key.number
        self._refused += 1
        self._progress.clear()
        say(f"line {line} {error}" if isinstance(error, InvalidLine) else f"line {line}: {error}")
        row = refused_row(line, type, raw, error.__class__.__name__, str(error))
        self._output.write_line(encode(with_log(row, NOTHING_SAID) if self._log else row), key)

    # Rows out

    def _ended(self, key: LineKey, task: Task) -> None:
        if task.state == "cancelled" and self._signal is not None:
            self._cut_short = True
        if task.state == "failed":
            self._failed += 1
        if self._unfinished is not None:
            self._unfinished.ended(task)
        log = self._engine.task_log(task.number) if self._log else None
        if self._journal is not None and task.state == "cancelled" and self._stopped():
            return  # it has no row, since it runs again when the command is repeated
        data, is_whole = ended_row(key.number, task, log)
        self._not_made += not is_whole
        self._output.write_line(data, key)
        if self._stop_on_failure and self._failed:
            self._poke()

    # Stopping

    def _stopped(self) -> bool:
        failed = self._stop_on_failure and self._failed > 0
        return self._signal is not None or self._output.is_over or failed

    def _is_left(self) -> bool:
        """Whether something of the input has no row yet."""
        ledger = self._ledger
        unended = self._cut_short or (ledger is not None and not ledger.clean)
        return unended or self._unread or self._output.unprinted > 0

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

    def _output_for(self, journal: RunJournal | None) -> Output:
        if journal is None:
            return Output(on_end=self._poke)
        from chasqui.commands.printing import KeptOutput  # without a journal it is not needed

        return KeptOutput(journal, self._poke, lambda: self._signal is not None)

    def _problems(self) -> list[str]:
        """Say what could not be written of what was asked for."""
        files = (self._output, self._unfinished)
        return [one.problem for one in files if one is not None and one.problem]

    def _refused_text(self) -> str:
        lines = "line" if self._refused == 1 else "lines"
        return f"{self._refused:,} {lines} refused; " if self._refused else ""
