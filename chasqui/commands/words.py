"""What a command says: words on standard error, results on standard output."""

from __future__ import annotations

import sys

from chasqui.control.safe_text import safe_line


def say(text: str) -> None:
    """Write a line for a person on standard error."""
    encoding = sys.stderr.encoding or "utf-8"
    line = safe_line(text).encode(encoding, "backslashreplace").decode(encoding)
    sys.stderr.write(f"chasqui-tui: {line}\n")
    sys.stderr.flush()


def show(text: str) -> None:
    """Write a line on standard output; what this locale cannot write is escaped."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(f"{text}\n".encode(encoding, "backslashreplace").decode(encoding))
