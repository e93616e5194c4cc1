"""Fingerprints: which failures are of the same kind, whatever numbers their messages have.

A kind is a task type, a class of exception, the innermost places in the task's own code, and the
first line of the message with the varying parts folded to …: numbers, hexadecimals, UUIDs, quoted
parts. A place is the name of a file and of a function. The line number is left out: it moves with
every edit, and a failure should stay in the same group across releases.

A task's own code is code that belongs neither to Chasqui, nor to Python, nor to an installed
package; for an installed task type, it is the code of its own package. If no place is in own code,
the innermost places of all code count.
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from traceback import FrameSummary
from types import CodeType
from typing import Final

from chasqui import foreign
from chasqui.pool.rendering import place
from chasqui.pool.trace import Steps

OWN_PLACES: Final = 3  # a single place would merge all callers of a shared function
MESSAGE: Final = 200  # characters of the folded first line that count
FOLDED: Final = 2000  # characters that are folded: an earlier cut would move with varying parts
KNOWN: Final = 1024  # origins in the cache

_VARIES: Final = re.compile(
    # An apostrophe within a word begins no quotation; after a prefix of bytes or raw text it does.
    r"""(?<!\w)[bBrRuUfF]{0,2}(?:'[^'\n]*'|"[^"\n]*"|`[^`\n]*`)(?!\w)"""
    r"|\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"
    r"|\b0[xX][0-9a-fA-F]+\b"
    r"|\b(?=[a-fA-F]*[0-9])[0-9a-fA-F]{8,}\b"
    r"|(?:(?<![\w)\]])[-+])?[0-9]+(?:[.,:][0-9]+)*(?:[eE][-+]?[0-9]+)?"
)
_INSTALLED: Final = ("site-packages", "dist-packages")
_CHASQUI: Final = str(Path(__file__).resolve().parent.parent) + os.sep


@dataclass(frozen=True, slots=True)
class Frame:
    """A place that an error came through."""

    file: str
    line: int
    function: str
    end_line: int | None
    column: int | None
    end_column: int | None

    @classmethod
    def of(cls, place: FrameSummary) -> Frame:
        """Return a place of a traceback."""
        line = place.lineno or 0
        where = place.filename, line, place.name
        return cls(*where, place.end_lineno, place.colno, place.end_colno)

    def summary(self) -> FrameSummary:
        """Return it as a place of a traceback."""
        return FrameSummary(
            self.file,
            self.line,
            self.function,
            lookup_line=False,
            end_lineno=self.end_line,
            colno=self.column,
            end_colno=self.end_column,
        )


@dataclass(frozen=True, slots=True)
class Origin:
    """Where failures come from; a record shared by all failures from there."""

    type: str
    exception: str
    """The name of the exception's class."""
    label: str
    """That name with its module, as in a traceback."""
    where: str
    """The own places, the innermost first, such as ``resize in images.py < thumbnail in …``."""
    frames: tuple[Frame, ...]
    """The places that it came through, the outermost first."""

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return 200 + 120 * len(self.frames) + sys.getsizeof(self.where)

    def fingerprint(self, folded: str) -> str:
        """Return the id of the kind with this message; it is the same in every process."""
        key = "\0".join((self.type, self.label, self.where, folded))
        from hashlib import blake2b  # 5 ms, and most programs never see a failure

        digest = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=5)
        return sys.intern(f"g-{digest.hexdigest()}")


class Origins:
    """Finds the origin of a failure, and caches what it knows about code."""

    def __init__(self) -> None:
        # By identities, which the entry keeps alive: hashing a code object is slow, and a class of
        # errors may define its own hash.
        self._known: dict[tuple[object, ...], tuple[tuple[CodeType, ...], type, Origin]] = {}

    def of(self, name: str, kind: type, steps: Steps) -> Origin:
        """Return the origin of an exception of this class, raised there by a task type."""
        key = (name, id(kind), *[id(code) for code, _ in steps], *[at for _, at in steps])
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= KNOWN:
                self._known.clear()  # code objects made for each call must not pile up
            codes = tuple(code for code, _ in steps)
            found = self._known[key] = (codes, kind, _look(name, kind, steps))
        return found[2]


FOLD: Final = "…"


def fold(message: str) -> str:
    """Return the first line of a message with varying parts folded."""
    return _VARIES.sub(FOLD, message.partition("\n")[0][:FOLDED])[:MESSAGE]


def _look(name: str, kind: type, steps: Steps) -> Origin:
    frames = tuple(Frame.of(place(*step)) for step in steps)
    places: list[str] = []
    for code in reversed(_own([code for code, _ in steps])):
        called = f"{code.co_qualname} in {Path(code.co_filename).name}"
        if called not in places[-1:]:  # a recursive function counts as one place
            places.append(called)
        if len(places) == OWN_PLACES:
            break
    label = foreign.label_of(kind)
    where = " < ".join(places)
    return Origin(name, foreign.name_of(kind), label, where, frames)


def _own(codes: list[CodeType]) -> list[CodeType]:
    home = _package(codes[0].co_filename) if codes else ""
    own = [code for code in codes if _is_own(code.co_filename, home)]
    return own or codes


def _is_own(file: str, home: str) -> bool:
    package = _package(file)
    if package:
        return package == home
    return not file.startswith(("<frozen ", _CHASQUI, *_python()))


@cache
def _python() -> tuple[str, ...]:
    """Return the folders of the standard library."""
    import sysconfig

    return tuple(sysconfig.get_path(name) + os.sep for name in ("stdlib", "platstdlib"))


@lru_cache(maxsize=1024)
def _package(file: str) -> str:
    """Return the installed folder or file that a file belongs to; "" if it is not installed."""
    parts = Path(file).parts
    at = next((at for at, part in enumerate(parts) if part in _INSTALLED), None)
    return "" if at is None else str(Path(*parts[: at + 2]))
