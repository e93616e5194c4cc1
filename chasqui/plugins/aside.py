"""Keeps what a plugin prints while it is imported, and nothing that other threads print.

A program's plugins are imported when one of their types is first used, while the program's threads
print. So the standard streams are replaced by objects that look at the thread: what the importing
thread writes is kept, everything else goes to the original stream.
"""

from __future__ import annotations

import contextlib
import io
import sys
import threading
from collections.abc import Iterable, Iterator
from typing import Any, Final, cast

STREAMS: Final = ("stdout", "stderr")


class AsideStream:
    """Replaces a standard stream for one thread."""

    def __init__(self, stream: Any, kept: io.StringIO) -> None:
        self._stream = stream
        self._kept = kept
        self._thread: int | None = threading.get_ident()

    def write(self, text: str) -> int:
        """Write, or keep it."""
        return cast("int", self._here().write(text))

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each, or keep them."""
        self._here().writelines(lines)

    def end(self) -> Any:
        """Keep nothing more: a plugin may have stored this; return the stream behind it."""
        self._thread = None
        return self._stream

    def _here(self) -> Any:
        return self._kept if threading.get_ident() == self._thread else self._stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._here(), name)


@contextlib.contextmanager
def aside(kept: io.StringIO) -> Iterator[None]:
    """Keep what this thread prints meanwhile."""
    # Without a standard stream, as under pythonw, there is nothing to replace.
    streams = {name: getattr(sys, name) for name in STREAMS if getattr(sys, name) is not None}
    put = {name: AsideStream(stream, kept) for name, stream in streams.items()}
    for name, stream in put.items():
        setattr(sys, name, stream)
    try:
        yield
    finally:
        for name, stream in put.items():
            before = stream.end()
            if getattr(sys, name) is stream:  # else another thread has replaced it meanwhile
                setattr(sys, name, before)
