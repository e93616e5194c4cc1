"""A run from start to end: its lines, its tasks, their rows, and its exit status.

Nothing is held that need not be: lines are read as workers get to them, and each row is written by
the worker that ended its task, so a slow reader of the output slows the reading of the input. What
stops the run early stops the reading, lets running tasks finish, and leaves the rest in the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from chasqui.commands import exits
from chasqui.commands.rows import encode, ended_row, refused_row, with_log
from chasqui.commands.run.finishing import finish
from chasqui.commands.run.following import Follower, Followers
from chasqui.commands.run.jobs import Make
from chasqui.commands.run.line_keys import NOTHING_BEFORE, ONLY, LineChanged, LineKey, key_of
from chasqui.commands.run.options import RunOptions
from chasqui.commands.run.output import Output
from chasqui.commands.run.printer import RowPrinter
from chasqui.commands.run.refusal import shown, type_of
from chasqui.commands.run.stop import RunStop
from chasqui.commands.run.submitting import LineSubmitter, WorkLine
from chasqui.commands.run.unfinished import UnfinishedFile
from chasqui.commands.run.watch import RunWatch
from chasqui.commands.session import CommandSession
from chasqui.commands.words import say
from chasqui.control.intake.jobs import InvalidLine
from chasqui.control.intake.lines import InputLine, Unreadable, Until
from chasqui.control.intake.sources import RecordSource
from chasqui.engine.engine import BaseEngine
from chasqui.engine.logs.task_log import NOTHING_SAID
from chasqui.engine.types.task_type import TypedWork
from chasqui.errors import ChasquiError
from chasqui.pool.handles import add_done_callbacks
from chasqui.pool.ledger import Ledger
from chasqui.pool.state import State
from chasqui.pool.task import Task

if TYPE_CHECKING:
    from chasqui.commands.run.earlier import Earlier


class Run:
    """One run: its lines, its rows, its end.

    Args:
        unfinished: the file of ``--failures``; None: nothing unfinished is kept.
        earlier: what earlier runs have brought to an end.
        followers: what else follows the lines.
        printer: makes what prints the rows on the output.
    """

    def __init__(
        self,
        engine: BaseEngine,
        options: RunOptions,
        session: CommandSession,
        stop: RunStop,
        output: Output,
        watch: RunWatch,
        *,
        unfinished: UnfinishedFile | None = None,
        earlier: Earlier | None = None,
        followers: Sequence[Follower] = (),
        printer: Callable[[Output], RowPrinter] = RowPrinter,
    ) -> None:
        self._engine = engine
        self._options = options
        self._session = session
        self._stop = stop
        self._watch = watch
        self._unfinished = unfinished
        also = () if unfinished is None else (unfinished,)
        self._followers = Followers((*also, *followers))
        self._earlier = earlier
        self._before = NOTHING_BEFORE if earlier is None else earlier.before
        self._output = output
        self._printer = printer(output)
        self._unreadable = False
        self._has_changed = False  # a line that is final, so that this command cannot go on
        self._not_made = 0  # rows that say only why they could not be made
        self._refused = 0
        self._unread = False
        self._reached = watch.reached
        self._cut_short = False  # a task was cancelled by the signal
        self._ledger: Ledger | None = None
        self._submitter = LineSubmitter(
            engine,
            options.submission,
            stopped=stop.now,
            accepted=self._accepted,
        )

    # The run from start to end

    def __enter__(self) -> Run:
        self._followers.begin()
        self._stop.listen(lambda: self._output.is_over, self._watch.hold)
        self._output.beside = self._watch.beside_rows
        self._output.begin()
        if not self._options.dry:
            self._engine.start()
            self._watch.begin()
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if not self._options.dry:
            self.finish()
            self._printer.close()
        self._output.close()
        self._watch.close()
        if not self._options.dry:
            self._followers.close()
        for problem in self._problems():
            say(problem)
        if self._stop.now() and self._unfinished is not None:
            self._unfinished.keep_and_tell(self._session.folder, self._session.named)
        if self._unread and self._reached.read and not self._options.dry:
            say(self._reached.text(self._kept_in))
        if self._earlier is not None and self._is_left() and not self._has_changed:
            say(f"to go on, repeat the command with {self._earlier.again}")
        if self._ledger is not None or self._refused:
            said = (str(self._before), self._refused_text(), str(self._ledger or ""))
            say("; ".join(filter(None, said)))  # a dry run has no ledger

    def single(self, work: TypedWork) -> None:
        """Run one work."""
        if self._earlier is None or not self._earlier.has(ONLY):
            self._submit(ONLY, work)
            self._flush()

    def stream(self, source: RecordSource, make: Make) -> None:
        """Run a work for each record of a source; what it gave before it failed is run as well."""
        stop = self._stop
        try:
            for some in source.groups(Until(stop.wake, stop.now)):
                for line in some:
                    self._reached.read = line.number
                    key = self._key_of(line)
                    if self._earlier is None or not self._earlier.has(key):
                        self._take(line, key, make)
                    if self._is_enough():
                        break
                self._flush()
                if self._is_enough():
                    break
            else:
                self._look_for_missing()
        except (Unreadable, LineChanged) as error:
            self._flush()
            self._unreadable = True
            self._has_changed = isinstance(error, LineChanged)
            self._watch.say(str(error))
        self._unread = self._unread or self._unreadable or stop.now()

    def finish(self) -> None:
        """Let all that was accepted end, and stop the engine; once."""
        if self._ledger is None:
            self._ledger = finish(self._engine, self._stop, self._watch, self._output)

    def status(self) -> int:
        """Return the exit status of what has happened."""
        statuses = []
        if self._stop.signal is not None and self._is_left():
            statuses.append(self._stop.status)
        if self._output.reader_gone:
            statuses.append(exits.READER_GONE)
        if self._refused or self._before.refused or self._unreadable or self._problems():
            statuses.append(exits.USAGE)
        failed = 0 if self._stop.has_succeeded else self._stop.failed + self._before.failed
        if failed or self._not_made:
            statuses.append(exits.UNHEALTHY)
        return exits.combined(statuses)

    # Lines in

    def _key_of(self, line: InputLine) -> LineKey:
        if self._earlier is None:
            return LineKey(line.number, "", line.shown)
        return key_of(line)

    def _is_enough(self) -> bool:
        """Tell whether what else has been read would be kept nowhere."""
        return self._unread and self._kept_in is None

    def _look_for_missing(self) -> None:
        """Say so if the input ends before lines that are final."""
        missing = 0 if self._earlier is None or self._stop.now() else self._earlier.missing()
        if missing:
            self._watch.say(
                f"the input ends at line {self._reached.read:,}; line {missing:,} was run before"
            )

    def _take(self, line: InputLine, key: LineKey, make: Make) -> None:
        try:
            if line.text is None or line.why:
                raise InvalidLine(line.problem)
            work = make(line)
        except ChasquiError as error:
            raw = shown(self._engine, self._options.takes, line.given, error)
            self._refuse(key, type_of(error), raw, error)
        else:
            self._submit(key, work)

    def _submit(self, key: LineKey, work: TypedWork) -> None:
        if self._options.dry:
            row = {"line": key.number, "type": work.name, "params": work.params_as_json()}
            self._output.write_line(encode(row), key)
            return
        retry = None  # as the type says
        if self._earlier is not None:
            rules = self._engine.routes.of(work).rules
            work, retry = self._earlier.noted(key, work, rules)
        self._keep_out(self._submitter.add(WorkLine(key, work, retry)))

    def _flush(self) -> None:
        """Have the lines that were taken submitted."""
        self._keep_out(self._submitter.flush())

    def _accepted(self, pool: State, lines: Sequence[tuple[LineKey, Task]]) -> None:
        for key, task in lines:
            self._followers.accepted(key, task)
        add_done_callbacks(pool, [(task, partial(self._ended, key)) for key, task in lines])
        self._reached.accepted = lines[-1][0].number

    def _keep_out(self, lines: Sequence[WorkLine]) -> None:
        """Note the lines that a stop has kept out."""
        if lines and self._kept_in is None:
            lines = lines[:1]  # the others would be kept nowhere, so they count as not read
            self._reached.read = lines[0].key.number
        for line in lines:
            self._unread = True
            self._followers.not_accepted(line.key, line.work)

    def _refuse(self, key: LineKey, type: str | None, raw: object, error: ChasquiError) -> None:
        self._flush()  # the lines before it come first
        line = key.number
        self._refused += 1
        colon = "" if isinstance(error, InvalidLine) else ":"
        self._watch.say(f"line {line}{colon} {error}")
        row = refused_row(line, type, raw, error.__class__.__name__, str(error))
        row = with_log(row, NOTHING_SAID) if self._options.log else row
        self._followers.refused(key, row)
        self._printer.put(key, row, encode(row))

    # Rows out

    def _ended(self, key: LineKey, task: Task) -> None:
        stop = self._stop
        if task.state == "cancelled" and stop.signal is not None:
            self._cut_short = True
        if stop.counts or task.state == "failed":
            stop.ended(task.state)
        log = self._engine.task_log(task.number) if self._options.log else None
        made = ended_row(key.number, task, log)
        self._followers.ended(key, task, made.row)
        if self._earlier is not None and task.state == "cancelled" and stop.now():
            return  # it has no row, since it runs again when the command is repeated
        self._not_made += not made.is_whole
        self._printer.put(key, made.row, made.data)

    # What is left

    @property
    def _kept_in(self) -> Path | None:
        """The file of what is read and does not complete; None: it has no name."""
        return None if self._unfinished is None else self._unfinished.file

    def _is_left(self) -> bool:
        """Whether something of the input has no row yet."""
        ledger = self._ledger
        unended = self._cut_short or (ledger is not None and not ledger.clean)
        return unended or self._unread or self._output.unprinted > 0

    def _problems(self) -> list[str]:
        """Say what could not be written of what was asked for."""
        mine = [one for one in (self._output.problem, self._printer.problem) if one]
        return [*mine, *self._followers.problems()]

    def _refused_text(self) -> str:
        lines = "line" if self._refused == 1 else "lines"
        return f"{self._refused:,} {lines} refused" if self._refused else ""
