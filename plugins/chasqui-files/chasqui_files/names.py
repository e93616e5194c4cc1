"""Names: of the one folder at the top of an archive, as Windows can make them, and as text.

A zip holds only names that Windows can make: no forbidden character, no name of a device, no dot or
space at the end, and no two in a folder that differ by case alone. Whatever is wrong in a name is
written as ``%XX``, byte by byte of its UTF-8, and so are bytes that are not UTF-8. Other names keep
their spelling, and no two names get the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

_FORBIDDEN: Final = frozenset('<>:"/\\|?*\x7f') | {chr(code) for code in range(32)}
_DEVICES: Final = frozenset(
    ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"]
    + [port + digit for port in ("COM", "LPT") for digit in "0123456789\xb9\xb2\xb3"]
)


def top_name(tree: Path) -> str:
    """Return the name that a tree has in an archive: one component, never ``.`` or ``..``.

    It is the last part of the path as it was given, so a link gives its own name. For a path such
    as ``..`` or ``x/..`` it is the name of the folder meant; ``/`` is called ``root``.
    """
    name = tree.name
    if name in ("", ".", ".."):
        try:
            name = tree.resolve().name
        except FileNotFoundError:
            raise FileNotFoundError("the folder that this program runs in was removed") from None
    return name or "root"


def shown(path: str | Path) -> str:
    """Return a name as printable text on one line, for messages."""
    return "".join(letter if letter.isprintable() else _escaped(letter) for letter in str(path))


def as_they_are(names: Iterable[str]) -> dict[str, str]:
    """Return the names in a folder with their spellings in a tar: any name will do."""
    return {name: name for name in names}


def for_windows(names: Iterable[str]) -> dict[str, str]:
    """Return the names in a folder with their spellings in a zip."""
    spellings: dict[str, str] = {}
    taken: set[str] = set()
    # Those that can keep their spelling choose first.
    for name in sorted(names, key=lambda name: (_spelled(name) != name, name)):
        spelling, kept = _spelled(name), len(name)
        while _folded(spelling) in taken:
            kept -= 1
            spelling = _spelled(name[: max(kept, 0)]) + _percent(name[max(kept, 0) :]) + "%" * -kept
        taken.add(_folded(spelling))
        spellings[name] = spelling
    return spellings


def _spelled(name: str) -> str:
    letters = [_percent(letter) if _is_refused(letter) else letter for letter in name]
    stem = name.partition(".")[0].rstrip(" ")
    if stem.upper() in _DEVICES:  # with any ending: nul.txt is the device, too
        letters[len(stem) - 1] = _percent(stem[-1])
    if name.endswith((".", " ")):
        letters[-1] = _percent(name[-1])
    return "".join(letters)


def _is_refused(letter: str) -> bool:
    return letter in _FORBIDDEN or "\udc80" <= letter <= "\udcff"


def _percent(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogateescape"))


def _folded(name: str) -> str:
    """Return a name as Windows compares it: letter by letter."""
    return "".join(upper if len(upper := letter.upper()) == 1 else letter for letter in name)


def _escaped(letter: str) -> str:
    if "\udc80" <= letter <= "\udcff":
        return f"\\x{ord(letter) - 0xDC00:02x}"
    return letter.encode("unicode_escape").decode("ascii")
