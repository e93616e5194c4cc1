"""Records of several sources together: every combination of them, or those in the same place.

Nothing is held: a source that is not the first is read again for each record before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from chasqui.control.intake.lines import InputLine, Unreadable, Until
from chasqui.control.intake.sources import GROUP, Groups, LineFlow, RecordSource, described


class Linked:
    """The first records of all sources, then the second ones, and so on.

    Raises:
        Unreadable: while they are read: one has fewer than another.
    """

    def __init__(self, sources: Sequence[RecordSource]) -> None:
        self._sources = sources

    @property
    def columns(self) -> Sequence[str]:
        """The names of the columns of all."""
        return [name for one in self._sources for name in one.columns]

    @property
    def is_repeatable(self) -> bool:
        """Whether all can be read again."""
        return all(one.is_repeatable for one in self._sources)

    def groups(self, until: Until) -> Groups:
        """Yield the records in groups; raises Unreadable."""
        first, *others = self._sources
        beside = [LineFlow(one.groups(until)) for one in others]
        number = 0
        for group in first.groups(until):
            together: list[InputLine] = []
            try:
                for line in group:
                    number += 1
                    together.append(_joined([line, *self._next_of(beside, number)], number))
            except Unreadable:
                yield together  # what came before is input
                raise
            yield together
        for at, one in enumerate(beside, 2):
            if not until.stop() and next(one, None) is not None:
                raise Unreadable(f"of the linked lists the first ends before list {at} does")

    def is_waiting(self) -> bool:
        """Tell whether the next record would have to be waited for."""
        return any(one.is_waiting() for one in self._sources)

    def _next_of(self, beside: Sequence[LineFlow], number: int) -> Iterator[InputLine]:
        for at, one in enumerate(beside, 2):
            line = next(one, None)
            if line is None:
                raise Unreadable(
                    f"of the linked lists number {at} ends after {number - 1:,}, before the first"
                )
            yield line


class Product:
    """Every combination of the records of sources; those of the last one change first.

    Raises:
        Unreadable: one that is not the first can be read only once.
    """

    def __init__(self, sources: Sequence[RecordSource]) -> None:
        self._sources = sources
        for one in sources[1:]:
            if not one.is_repeatable:
                raise Unreadable(
                    "only the first list may be standard input, a pipe or a table: the others are "
                    "read again for each of its records"
                )

    @property
    def columns(self) -> Sequence[str]:
        """The names of the columns of all."""
        return [name for one in self._sources for name in one.columns]

    is_repeatable = False

    def groups(self, until: Until) -> Groups:
        """Yield the records in groups; raises Unreadable."""
        number = 0
        first, *others = self._sources
        for some in first.groups(until):
            group: list[InputLine] = []
            try:
                for lines in self._combined(some, others, until):
                    number += 1
                    group.append(_joined(lines, number))
                    if len(group) == GROUP:
                        yield group
                        group = []
            except Unreadable:
                yield group
                raise
            yield group

    def is_waiting(self) -> bool:
        """Tell whether the next record would have to be waited for."""
        return self._sources[0].is_waiting()

    def _combined(
        self, some: Sequence[InputLine], others: Sequence[RecordSource], until: Until
    ) -> Iterator[list[InputLine]]:
        for line in some:
            for lines in [[line]] if line.problem else self._with(line, others, until):
                if until.stop():
                    return
                yield lines

    def _with(
        self, line: InputLine, others: Sequence[RecordSource], until: Until
    ) -> Iterator[list[InputLine]]:
        if not others:
            yield [line]
            return
        for other in chain.from_iterable(others[0].groups(until)):
            for rest in self._with(other, others[1:], until):
                yield [line, *rest]


def _joined(lines: Sequence[InputLine], number: int) -> InputLine:
    """Return one record of several; the first that is wrong stands for all."""
    for line in lines:
        if line.problem:
            return line._replace(number=number)
    values = [value for line in lines for value in line.values]
    text = described(values)
    return InputLine(number, text, len(text), values)
