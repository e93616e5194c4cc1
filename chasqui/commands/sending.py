"""Sending tasks to a host, for `submit` and `run --host`: from the words or lines to the last row.

Standard output has the number of each task that was accepted, or, when their ends are waited for,
the rows of `run`. What stops it early (a signal, a reader that went away, the host's end) leaves
what is accepted in the host, and says from which line on to go on.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import msgspec

from chasqui.commands import exits
from chasqui.commands.fates import Fates
from chasqui.commands.feeding import Feeder
from chasqui.commands.halting import Halt
from chasqui.commands.heartbeat import Heartbeat
from chasqui.commands.run.halt import HaltCount, HaltRule
from chasqui.commands.run.line_keys import ONLY, LineKey
from chasqui.commands.run.output import Output
from chasqui.commands.run.printer import RowPrinter
from chasqui.commands.words import say
from chasqui.commands.writing import Row, encode
from chasqui.control.client.client import Client
from chasqui.control.intake.lines import InputLine, Unreadable, Until
from chasqui.control.intake.sources import RecordSource
from chasqui.control.intake.tasks import MakeTask
from chasqui.control.wire.messages import ErrorRecord, WireError
from chasqui.control.wire.permanent import NoArgsEver
from chasqui.control.wire.status import Status
from chasqui.control.wire.working import TASKS, FateRecord
from chasqui.errors import BacklogFull, ChasquiError, UnknownType
from chasqui.secret import MASK

OPEN: Final = 10_000
"""How many tasks may be accepted whose rows are not written yet."""


class Sending:
    """One command's tasks on their way to a host.

    Args:
        type: the type of all tasks; None: each line says its own.
        rows: whether to wait for the end of each task, and print its row.
        printer: makes what prints rows on the output.
        rules: which ends of tasks stop it; tasks that are accepted go on in the host.
        as_json: whether an acknowledgement is an object; else it is the number.
        unfinished: is called with the fate of each task that did not complete.
        hides: whether a refused line may hold a secret, and is not repeated.
        patience: for how many seconds to wait for room; None: for ever.
    """

    def __init__(
        self,
        client: Client,
        halt: Halt,
        make: MakeTask,
        *,
        type: str | None,
        rows: bool,
        as_json: bool = False,
        hides: bool = False,
        rules: Sequence[HaltRule] = (),
        unfinished: Callable[[FateRecord], object] | None = None,
        patience: float | None = None,
        reason: str = "",
        printer: Callable[[Output], RowPrinter] = RowPrinter,
    ) -> None:
        self._client = client
        self._halt = halt
        self._output = Output(on_end=halt.poke)
        self._printer = printer(self._output)
        self._type = type
        self._as_json = as_json
        self._hides = hides
        self._halts = HaltCount(rules)
        self._unfinished = unfinished
        self._is_unknown = False
        self._fates = Fates(client, self._ended, self._say_if_paused) if rows else None
        self._feeder = Feeder(
            client,
            make,
            accepted=self._accepted,
            refused=self._refused,
            stopped=self._stopped,
            waiting=say,
            patience=patience,
            keep=rows,
            reason=reason,
        )
        self._each = True  # whether there is a line for each task
        self._count = 0
        self._refusals = 0
        self._failed = 0
        self._is_whole = False  # whether all of the input was read
        self._errors: list[int] = []

    def one(self) -> int:
        """Send the one task that ``make`` makes of nothing, and return the exit status."""
        self._each = False
        return self._run([[InputLine(1, "", 0)]], None)

    def stream(self, source: RecordSource) -> int:
        """Send a task for each record of a source, and return the exit status."""
        return self._run(source.groups(Until(self._halt.wake, self._stopped)), source)

    def _run(self, groups: Iterable[list[InputLine]], source: RecordSource | None) -> int:
        try:
            with Heartbeat(self._client):
                self._feed(groups, source)
                if self._fates is not None:
                    self._fates.wait(0, self._stopped)
                    if self._open:
                        self._raise_if_lost()
        except KeyboardInterrupt:
            self._errors.append(self._halt.status)
        except BacklogFull as error:
            self._wrong(f"{error}; --timeout says how long to wait for it", exits.BUSY)
        except WireError as error:
            self._wrong(str(error), exits.status_of(error))
        finally:
            if self._fates is not None:
                self._fates.close()
        self._printer.close()
        for line in self._told():
            say(line)
        return exits.combined(self._statuses())

    def _feed(self, groups: Iterable[list[InputLine]], source: RecordSource | None) -> None:
        try:
            for lines in groups:
                if not self._feeder.feed(lines):
                    break
                if source is None or source.is_waiting():
                    self._feeder.settle()  # so that a slow input is acknowledged at once
        except Unreadable as error:  # what it gave before is settled
            self._wrong(str(error), exits.USAGE)
        self._feeder.settle()
        self._raise_if_lost()
        self._is_whole = not (self._stopped() or self._errors)

    def _raise_if_lost(self) -> None:
        lost = self._client.lost
        if lost is not None:
            raise WireError(lost.kind, lost.message, lost.next)

    # What comes back

    def _accepted(self, done: Sequence[tuple[int, int]]) -> None:
        self._count += len(done)
        if self._fates is not None:
            self._fates.add(done)
            self._fates.wait(OPEN - TASKS, self._stopped)
        elif self._as_json:
            rows = [encode({"line": line, "number": number}) for line, number in done]
            self._output.write_line(b"".join(rows))
        else:
            self._output.write_line(b"".join([b"%d\n" % number for _, number in done]))

    def _refused(self, line: int, text: str | None, error: ErrorRecord | ChasquiError) -> None:
        self._refusals += 1
        message = error.message if isinstance(error, ErrorRecord) else str(error)
        where = f"line {line}" if self._each else ""
        is_about_line = type(error).__name__ in ("InvalidLine", "Unsendable")
        say(f"{where}{' ' if is_about_line else ': '}{message}" if where else message)
        kind = error.kind if isinstance(error, ErrorRecord) else type(error).__name__
        if self._fates is not None or self._as_json:
            from chasqui.commands.rows import refused_row

            shown = MASK if self._hides and text is not None else text
            self._print(line, refused_row(line, self._type, shown, kind, message))
        if isinstance(error, UnknownType) or kind == "unknown_type":
            self._is_unknown = True

    def _ended(self, line: int, fate: FateRecord) -> None:
        row: Row = {"line": line, **msgspec.to_builtins(fate)}
        if fate.state != "completed":
            self._failed += 1
            if fate.error is None:
                row["error"] = {"type": fate.state.capitalize(), "message": fate.state}
            if self._unfinished is not None:
                self._unfinished(fate)
        self._print(line, row)
        failed = fate.state != "completed"
        if self._halts and self._halts.ended(failed=failed, completed=not failed):
            self._halt.poke()

    def _say_if_paused(self) -> None:
        with contextlib.suppress(WireError):  # busy, or gone, as the wait shows
            if self._client.ask("status", NoArgsEver(), Status).paused:
                say("the engine is paused; `chasqui-tui resume` starts tasks")

    def _print(self, line: int, row: Row) -> None:
        self._printer.put(LineKey(line) if self._each else ONLY, row, encode(row))

    # The end

    def _stopped(self) -> bool:
        ended = self._output.error is not None or self._client.lost is not None
        return self._halt.signal is not None or ended or self._halts.rule is not None

    def _wrong(self, message: str, status: int) -> None:
        say(message)
        self._errors.append(status)

    @property
    def _open(self) -> int:
        return 0 if self._fates is None else self._fates.open

    def _statuses(self) -> Iterator[int]:
        yield from self._errors
        if self._halt.signal is not None and (not self._is_whole or self._open):
            yield self._halt.status
        if self._output.reader_gone:
            yield exits.READER_GONE
        if self._output.problem or self._printer.problem:
            yield exits.USAGE
        if self._refusals:
            yield exits.NO_SUCH if self._is_unknown and not self._each else exits.USAGE
        if self._failed and not (self._halts.rule is not None and self._halts.rule.is_success):
            yield exits.UNHEALTHY

    def _told(self) -> Iterator[str]:
        """Give the last words: what is in, from where on to go on, and what still runs."""
        if self._output.problem:
            yield self._output.problem
        if self._printer.problem:
            yield self._printer.problem
        refused = f", {_lines(self._refusals)} refused" if self._refusals else ""
        if self._each or self._count:
            yield f"accepted {_tasks(self._count)}{refused}"
        feeder = self._feeder
        if feeder.unsettled is not None and self._each:
            first, last = feeder.unsettled
            yield (
                f"lines {first:,} to {last:,} were sent and not acknowledged; "
                "some of them may have been accepted"
            )
        if not self._is_whole and self._each:
            until = f"all lines up to {feeder.settled:,} are acknowledged"
            where = until if feeder.settled else "no line is acknowledged"
            yield f"{self._why()}: {where}; go on from line {feeder.settled + 1:,}"
        if self._open:
            have, them = ("has", "it goes") if self._open == 1 else ("have", "they go")
            yield f"{_tasks(self._open)} {have} not ended; {them} on in the host"

    def _why(self) -> str:
        if self._halt.signal is not None:
            return self._halt.word
        if self._output.error is not None:
            return f"stopped, since {self._output.end}"
        rule = self._halts.rule
        return "stopped" if rule is None else f"stopped{rule.ending}"


def _tasks(count: int) -> str:
    return f"{count:,} task{'s' * (count != 1)}"


def _lines(count: int) -> str:
    return f"{count:,} line{'s' * (count != 1)}"
