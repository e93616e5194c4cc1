"""Where records come from: lines of files, words, paths of patterns, tables with columns.

A source gives its records in groups, those together that have come together, so that a slow input
is not waited for. It holds one block, or one record where that is longer.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from typing import Final, Protocol

from chasqui.control.intake.globs import paths_of
from chasqui.control.intake.lines import (
    InputLine,
    InputSource,
    Unreadable,
    Until,
    opened,
    together,
)
from chasqui.pool.readable import readable

GROUP: Final = 1000
"""Records in a group, of a source whose records are there at once."""
Groups = Iterator[list[InputLine]]


class RecordSource(Protocol):
    """Gives records."""

    @property
    def columns(self) -> Sequence[str]:
        """The names of the columns; an empty one has none."""

    @property
    def is_repeatable(self) -> bool:
        """Whether it can be read again from its start."""

    def groups(self, until: Until) -> Groups:
        """Yield the records in groups; raises Unreadable."""

    def is_waiting(self) -> bool:
        """Tell whether the next record would have to be waited for."""


class LinesSource:
    """The lines of files that are read one after another, numbered as those of a single one.

    Args:
        files: ``-`` is standard input.
        nul: whether lines end with NUL bytes.

    Raises:
        Unreadable: one of them cannot be read.
    """

    columns: Sequence[str] = ("",)

    def __init__(self, files: Sequence[str], *, nul: bool = False) -> None:
        self.files = files
        self._nul = nul
        self._source: InputSource | None = opened(files[0])
        self._now: InputSource | None = None
        for file in files[1:]:
            _look_at(file)

    @property
    def is_repeatable(self) -> bool:
        """Whether all are plain files."""
        return all(file != "-" and os.path.isfile(file) for file in self.files)  # noqa: PTH113

    def groups(self, until: Until) -> Groups:
        """Yield the lines in groups; raises Unreadable."""
        start = 0
        for at in range(len(self.files)):
            start = yield from self.lines_of(at, until, start)

    def lines_of(
        self, at: int, until: Until, start: int = 0, *, blank: bool = False
    ) -> Generator[list[InputLine], None, int]:
        """Yield the lines of one of the files in groups, as `together` does."""
        first = self._source if at == 0 else None
        self._source = None
        self._now = source = first or opened(self.files[at])
        try:
            return (yield from together(source, until, nul=self._nul, blank=blank, start=start))
        finally:
            self._now = None
            if source.descriptor:
                os.close(source.descriptor)

    def is_waiting(self) -> bool:
        """Tell whether the next line would have to be waited for."""
        return self._now is not None and not readable([self._now.descriptor], 0)


class ValuesSource:
    """Values that are there at once, of one column.

    Args:
        values: gives them, from the first one each time.
    """

    columns: Sequence[str] = ("",)
    is_repeatable = True

    def __init__(self, values: Callable[[], Iterable[str]]) -> None:
        self._values = values

    def groups(self, until: Until) -> Groups:
        """Yield the records in groups; raises Unreadable."""
        group: list[InputLine] = []
        values = enumerate(self._values(), 1)
        try:
            for number, value in values:
                if until.stop():
                    return
                group.append(InputLine(number, value, len(value)))
                # The first one is not held back: finding paths may take long.
                if len(group) == GROUP or number == 1:
                    yield group
                    group = []
        except Unreadable:
            yield group  # what was found before is input
            raise
        yield group

    def is_waiting(self) -> bool:
        """Tell whether the next record would have to be waited for."""
        return False


def paths_source(patterns: Sequence[str]) -> ValuesSource:
    """Return the paths that patterns match, of one pattern after another; see `globs`."""

    def paths() -> Iterator[str]:
        for pattern in patterns:
            found = 0
            for path in paths_of(pattern):
                found += 1
                yield path
            if not found:
                raise Unreadable(f"--glob {pattern}: finds nothing")

    return ValuesSource(paths)


class LineFlow:
    """The lines of groups one by one; ``left`` are still there of the last group."""

    def __init__(self, groups: Groups) -> None:
        self._groups = groups
        self._group: Iterator[InputLine] = iter(())
        self.left = 0
        self.last = 0
        """The number of the last line."""

    def __iter__(self) -> Iterator[InputLine]:
        return self

    def __next__(self) -> InputLine:
        while not self.left:
            group = next(self._groups)
            self.left = len(group)
            self._group = iter(group)
        self.left -= 1
        line = next(self._group)
        self.last = line.number
        return line


def described(values: Sequence[str], names: Sequence[str] = ()) -> str:
    """Return a text of values that no others have; with names it has these as well."""
    import json  # which writes what is no UTF-8 as well; plain lines have no use for it

    if names:
        keys = [name or str(at) for at, name in enumerate(names, 1)]
        return json.dumps(list(zip(keys, values, strict=True)), ensure_ascii=False)
    return json.dumps(list(values), ensure_ascii=False)


def _look_at(file: str) -> None:
    """Raise Unreadable for a file that cannot be opened when it comes; a pipe is left alone."""
    if file == "-":
        return
    try:
        if stat.S_ISFIFO(os.stat(file).st_mode):  # noqa: PTH116 - a path of any bytes
            return
    except OSError as error:
        raise Unreadable(f"{file}: cannot be read: {error.strerror}") from None
    os.close(opened(file).descriptor)
