"""The command that does the same as a filled-in form.

The line is printable whatever the values are, so that what is shown is what is copied. A value with
control characters, with invisible characters or ones that change the direction of text, or with
bytes that are not UTF-8, is written as ``$'…'`` with those bytes in octal. Bash, zsh, ksh and every
POSIX 2024 shell read that; dash does not.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping

from chasqui.control.safe_text import safe_line

_NAMED = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\t": "\\t"}


def run_command(type: str, values: Mapping[str, str], options: Iterable[str] = ()) -> str:
    """Return the `chasqui-tui run` line of these values, quoted for a shell.

    Args:
        options: words such as ``--priority=5``, which `chasqui-tui submit` takes as well.
    """
    given = (f"{name}={value}" for name, value in values.items())
    words = ["chasqui-tui", "run", type, *given, *options]
    return " ".join(quoted(word) for word in words)


def quoted(word: str) -> str:
    """Return a word as a shell reads it, in printable characters."""
    if _is_seen(word):
        return shlex.quote(word)
    return "$'" + "".join(_escaped(character) for character in word) + "'"


def _escaped(character: str) -> str:
    named = _NAMED.get(character)
    if named is not None:
        return named
    if _is_seen(character):
        return character
    # Always three digits, so that a digit that follows is not read as part of the number.
    return "".join(f"\\{byte:03o}" for byte in character.encode("utf-8", "surrogateescape"))


def _is_seen(text: str) -> bool:
    """Tell whether every character of a text is visible as it is."""
    return text.isprintable() and safe_line(text, len(text) + 1) == text
