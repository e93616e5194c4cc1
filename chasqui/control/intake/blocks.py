"""One big input cut into chunks of whole lines, each for one task.

A chunk has as many lines as fit into its size. A line that is longer than that is a chunk of its
own, up to a bound. Nothing is dropped from a chunk, and all of them together are the input.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Final

from chasqui.control.intake.lines import InputLine, Until, blocks, opened

LARGEST: Final = 16 * 1024 * 1024
"""Bytes of a chunk: a task and its row hold it, and so does each worker."""


class BlocksSource:
    """The chunks of files that are read one after another, as if they were one.

    Args:
        files: ``-`` is standard input.
        size: bytes of a chunk.

    Raises:
        Unreadable: the first file cannot be read.
    """

    columns: Sequence[str] = ("",)
    is_repeatable = False

    def __init__(self, files: Sequence[str], size: int) -> None:
        self.files = files
        self._size = size
        self._first = opened(files[0])

    def groups(self, until: Until) -> Iterator[list[InputLine]]:
        """Yield the chunks one by one; raises Unreadable."""
        for number, chunk in enumerate(self._chunks(until), 1):
            yield [_record(number, chunk)]

    def is_waiting(self) -> bool:
        """Tell whether the next chunk would have to be waited for: it is read when asked for."""
        return True

    def _chunks(self, until: Until) -> Iterator[bytes | int]:
        """Yield each chunk, or how long a line is for which there is no room."""
        rest = bytearray()
        dropped = 0  # bytes of a line that is too long
        for block in self._blocks(until):
            if dropped:
                end = block.find(b"\n") + 1
                dropped += end or len(block)
                if not end:
                    continue
                yield dropped
                dropped, block = 0, block[end:]
            rest += block
            while len(rest) >= self._size:
                end = rest.rfind(b"\n", 0, self._size) + 1 or rest.find(b"\n") + 1
                if not end and len(rest) <= LARGEST:
                    break  # its line goes on
                if end and end <= LARGEST:
                    yield bytes(rest[:end])
                elif end:
                    yield end
                else:
                    dropped = end = len(rest)
                del rest[:end]
        if until.stop():
            return
        if dropped:
            yield dropped
        elif rest:
            yield bytes(rest)

    def _blocks(self, until: Until) -> Iterator[bytes]:
        for at, file in enumerate(self.files):
            source = self._first if at == 0 else opened(file)
            try:
                yield from blocks(source, until)
            finally:
                if source.descriptor:
                    os.close(source.descriptor)


def _record(number: int, chunk: bytes | int) -> InputLine:
    if isinstance(chunk, int):
        why = f"has a line of {chunk:,} bytes; a chunk may have {LARGEST:,}"
        return InputLine(number, "", chunk, why=why)
    return InputLine(number, chunk.decode("utf-8", "surrogateescape"), len(chunk))
