"""A source of records with columns: CSV, or lines that a character divides.

Of the first file the first record is read at once, since its columns are what templates and
parameters name. A record with another number of columns is given out with what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from chasqui.control.intake.lines import InputLine, Unreadable, Until
from chasqui.control.intake.sources import Groups, LineFlow, LinesSource, described
from chasqui.control.intake.tables import Table, TableRecord


class InputColumns(NamedTuple):
    """How a record is cut into columns."""

    by: str
    """The character between two values."""
    quoted: bool
    """Whether values may stand in quotes, by the rules of CSV."""
    header: bool
    """Whether the first record of each file names the columns."""


class ColumnsSource:
    """The records of files with columns.

    Args:
        lines: where the lines come from.
        form: how they are cut.
        until: when the reading of the first record is to stop.

    Raises:
        Unreadable: the first record is no CSV, or it names a column twice.
    """

    def __init__(self, lines: LinesSource, form: InputColumns, until: Until) -> None:
        self._source = lines
        self._form = form
        self._until = Until(until.wake, until.stop)
        self._first: TableRecord | None = None
        self._flow = self._lines(0, 0)
        self._records = self._cut(self._flow)
        head = next(self._records, None)
        if head is not None and (head.why and form.header):
            raise Unreadable(f"line {head.line:,} {head.why}")
        if form.header:
            self.columns: Sequence[str] = self._names(head)
        else:
            self._first = head
            self.columns = ("",) * max(1, len(head.values) if head is not None else 1)

    @property
    def is_repeatable(self) -> bool:
        """Whether it can be read again: never, since its beginning is read."""
        return False

    def groups(self, until: Until) -> Groups:
        """Yield the records in groups; raises Unreadable."""
        self._until.wake, self._until.stop = until.wake, until.stop
        first = self._first
        if first is not None:
            yield [self._record(first)]
        yield from self._grouped(self._flow, self._records)
        last = self._flow.last
        for at in range(1, len(self._source.files)):
            flow = self._lines(at, last)
            records = self._cut(flow)
            if self._form.header:
                head = next(records, None)
                if head is not None and self._names(head) != self.columns:
                    file, first_file = self._source.files[at], self._source.files[0]
                    raise Unreadable(f"{file}: its header is not that of {first_file}")
            yield from self._grouped(flow, records)
            last = max(last, flow.last)

    def is_waiting(self) -> bool:
        """Tell whether the next record would have to be waited for."""
        return self._source.is_waiting()

    def _lines(self, at: int, start: int) -> LineFlow:
        return LineFlow(self._source.lines_of(at, self._until, start, blank=self._form.quoted))

    def _cut(self, flow: LineFlow) -> Iterator[TableRecord]:
        if self._form.quoted:
            table = Table(self._form.by, flow)
            while (record := table.next()) is not None:
                yield record
            return
        for line in flow:
            if line.text is None:
                yield TableRecord(line.number, (), line.problem)
            else:
                values = line.text.split(self._form.by)
                yield TableRecord(line.number, values, own=line.text)

    def _grouped(self, flow: LineFlow, records: Iterator[TableRecord]) -> Groups:
        group: list[InputLine] = []
        for record in records:
            group.append(self._record(record))
            if not flow.left:
                yield group
                group = []
        if group:
            yield group

    def _record(self, record: TableRecord) -> InputLine:
        number, values, why, own = record
        have, want = len(values), len(self.columns)
        if not why and have != want:
            said = "the header names" if self._form.header else "the first record has"
            why = f"has {have:,} column{'s' * (have != 1)}; {said} {want:,}"
        named = self.columns if self._form.header and not why else ()
        text = described(values or [why], named)
        return InputLine(number, text, len(text), values, why, own)

    def _names(self, head: TableRecord | None) -> Sequence[str]:
        """Return the names in a header; raises Unreadable."""
        if head is None:
            raise Unreadable(f"{_called(self._source.files[0])} has no header: it is empty")
        names = tuple(name.strip() for name in head.values)
        for name in filter(None, names):
            if names.count(name) > 1:
                raise Unreadable(f"the header names two columns {name}")
        return names


def _called(file: str) -> str:
    return "standard input" if file == "-" else file
