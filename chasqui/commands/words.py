"""What a command says: words on standard error, results on standard output."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import TextIO

from chasqui.errors import ChasquiError

_instead: TextIO | None = None
_turn: AbstractContextManager[object] = contextlib.nullcontext()
"""Guards the one above and whole lines, once a console has drawn in this process."""


class Unwritable(ChasquiError):
    """Standard output takes no results: it is closed, full or broken."""


def say(text: str) -> None:
    """Write a line for a person on standard error."""
    from chasqui.control.safe_text import safe_line  # `--version` need not wait for it

    with _turn:
        stream = _instead or sys.stderr
        encoding = stream.encoding or "utf-8"
        line = safe_line(text).encode(encoding, "backslashreplace").decode(encoding)
        _write(stream, f"chasqui-tui: {line}\n")


def say_as_it_is(text: str, stream: TextIO | None = None) -> None:
    """Write on standard error, but not while a console has the terminal; it may be full or gone.

    Then the message is lost: results and status are what they would be, as with ``2>/dev/null``.
    """
    if _instead is None:
        _write(stream or sys.stderr, text)


def _write(stream: TextIO, text: str) -> None:
    with contextlib.suppress(OSError):
        stream.write(text)
        stream.flush()


@contextlib.contextmanager
def kept_while_drawn() -> Iterator[None]:
    """Keep what is said on a terminal until the end of the block, in which a console draws on it.

    Where standard error is no terminal, it is written there at once.
    """
    global _instead, _turn
    import threading

    _turn = threading.RLock()
    before = sys.stderr
    kept = _file(before) if before.isatty() else None
    _instead = kept or before
    try:
        yield
    finally:
        with _turn:
            _instead = None
            if kept is not None:
                kept.seek(0)
                for line in kept:
                    _write(before, line)
                kept.close()


def _file(stream: TextIO) -> TextIO:
    """Return an unnamed file for what a stream is to have later."""
    import tempfile

    return tempfile.TemporaryFile("w+", encoding=stream.encoding, errors="backslashreplace")


def show(text: str) -> None:
    """Write a line on standard output; what this locale cannot write is escaped.

    Raises:
        Unwritable, or BrokenPipeError if its reader has gone.
    """
    encoding = sys.stdout.encoding or "utf-8"
    with writing():
        sys.stdout.write(f"{text}\n".encode(encoding, "backslashreplace").decode(encoding))


def flush() -> None:
    """Have all of it written; raises as `show` does."""
    with writing():
        sys.stdout.flush()


@contextlib.contextmanager
def writing() -> Iterator[None]:
    """Say of what fails inside that standard output cannot be written; raises as `show` does."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Unwritable(f"cannot write to standard output: {error.strerror}") from None
