"""Secrets: kept as a reference, resolved where they are used, masked wherever text is shown.

A secret is given as ``env:NAME`` or ``file:PATH``. The reference travels through forms, journals,
rows and logs; the value exists from `Secret.reveal` on, which a task's body calls on its worker.
Values that were revealed are remembered by this process, so that `masked` finds them in whatever
text is about to be shown: error messages, tracebacks, results, log lines, screens. Values of fewer
than four characters are not looked for, since masking them would garble every text.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from typing import Final, Generic, TypeVar, cast

from chasqui import outline
from chasqui.errors import SecretMissing

MASK: Final = "••••"
SHORTEST: Final = 4  # characters of a value that is looked for
LARGEST_FILE: Final = 64 * 1024  # bytes
_REFERENCE: Final = re.compile(r"(env|file):(.+)", re.DOTALL)

Value = TypeVar("Value")


class Secret(Generic[Value]):
    """A value that is never shown; annotate a parameter or a setting ``Secret[str]``.

    Args:
        reference: ``env:NAME`` for an environment variable, ``file:PATH`` for a file's text
            without its last newline.

    Raises:
        ValueError: it is not such a reference; the text does not repeat what was given.

    Example: `chasqui-tui help parameters`.
    """

    __slots__ = ("reference",)

    def __init__(self, reference: str) -> None:
        if not is_reference(reference):
            raise ValueError("must be a reference to a secret, env:NAME or file:PATH, not a value")
        self.reference = reference

    def reveal(self) -> Value:
        """Return the value as it is now.

        Raises:
            SecretMissing: the variable is not set, or the file cannot be read.
        """
        kind, _, name = self.reference.partition(":")
        value = _from_environment(name) if kind == "env" else _from_file(name)
        _revealed.add(value)
        return cast("Value", value)

    def __str__(self) -> str:
        return MASK

    def __repr__(self) -> str:
        return f"<Secret {MASK}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other.reference == self.reference

    def __hash__(self) -> int:
        return hash(self.reference)


outline.trust(Secret)


def is_reference(text: str) -> bool:
    """Tell whether a text refers to a secret rather than being one."""
    return isinstance(text, str) and _REFERENCE.fullmatch(text) is not None


def masked(text: str) -> str:
    """Return a text with every revealed value in it masked."""
    pattern = _revealed.pattern
    return text if pattern is None else pattern.sub(MASK, text)


def longest_revealed() -> int:
    """Return how many characters the longest revealed value has in any of its spellings."""
    return _revealed.longest


def _from_environment(name: str) -> str:
    try:
        return os.environ[name]
    except KeyError:
        raise SecretMissing(f"secret env:{name}: the variable {name} is not set") from None


def _from_file(name: str) -> str:
    try:
        with open(name, "rb") as file:  # noqa: PTH123
            text = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise SecretMissing(f"secret file:{name}: cannot be read: {error.strerror}") from None
    if len(text) > LARGEST_FILE:
        raise SecretMissing(f"secret file:{name}: is larger than {LARGEST_FILE // 1024} KiB")
    return text.decode("utf-8", "surrogateescape").removesuffix("\n").removesuffix("\r")


class _Revealed:
    """The values revealed so far, and the pattern that finds them.

    A reader takes no lock: the pattern is replaced whole, and is there before `reveal` returns.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()  # guards the set; a signal handler may reveal too
        self._values: set[str] = set()
        self.pattern: re.Pattern[str] | None = None
        self.longest = 0

    def forked(self) -> None:
        """Take a new lock: the old one may be held by a thread that is not in this child."""
        self._lock = threading.RLock()

    def add(self, value: str) -> None:
        if value in self._values:
            return
        with self._lock:
            self._locked_add(value)

    def _locked_add(self, value: str) -> None:
        values = self._values | {value}
        # The longest first: one value may begin with another.
        spellings = {s for one in values for s in _spellings(one) if len(s) >= SHORTEST}
        if spellings:
            ordered = sorted(spellings, key=len, reverse=True)
            self.longest = len(ordered[0])
            self.pattern = re.compile("|".join(map(re.escape, ordered)))
        self._values = values  # last: who finds it there may rely on the pattern


def _spellings(value: str) -> Iterator[str]:
    """Give the ways in which a value is found in messages: as it is, quoted, escaped, by line."""
    yield value
    import json
    from urllib.parse import quote

    yield quote(value, safe="", errors="surrogateescape")
    yield quote(value, errors="surrogateescape")
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield repr(value)[1:-1]
    lines = value.splitlines()
    if len(lines) > 1:
        yield from lines


_revealed: Final = _Revealed()
os.register_at_fork(after_in_child=_revealed.forked)
