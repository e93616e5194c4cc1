"""What a command says: words on standard error, results on standard output."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

from chasqui.errors import ChasquiError


class Unwritable(ChasquiError):
    """Standard output takes no results: it is closed, full or broken."""


def say(text: str) -> None:
    """Write a line for a person on standard error."""
    from chasqui.control.safe_text import safe_line  # `--version` need not wait for it

    encoding = sys.stderr.encoding or "utf-8"
    line = safe_line(text).encode(encoding, "backslashreplace").decode(encoding)
    say_as_it_is(f"chasqui-tui: {line}\n")


def say_as_it_is(text: str) -> None:
    """Write on standard error, which may be full or gone.

    Then the message is lost: results and status are what they would be, as with ``2>/dev/null``.
    """
    with contextlib.suppress(OSError):
        sys.stderr.write(text)
        sys.stderr.flush()


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
