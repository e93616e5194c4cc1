"""What the consoles of a user remember: filters by name, and that the tour was seen.

The file is read at each look, since other consoles write it too. What in it makes no sense is
passed over. A file that is damaged, or that others can write, is left as it is: it has to be mended
first.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Final

from chasqui.console.model.form import is_shown_whole
from chasqui.control import kept

NAME: Final = re.compile(r"[\w.-]{1,30}")
LONGEST: Final = 1000  # characters of a filter
MOST: Final = 100  # filters of a pane


class Remembered:
    """A file of the user's.

    Args:
        file: the file, which may not exist yet; None: nothing is remembered.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file

    def filters(self, pane: str) -> Mapping[str, str]:
        """Return the filters of a pane by their names; none where the file cannot be used."""
        try:
            tables = self._read().get("filters")
        except (OSError, ValueError):
            return {}
        table = tables.get(pane) if isinstance(tables, dict) else None
        if not isinstance(table, dict):
            return {}
        sound = ((name, text) for name, text in sorted(table.items()) if _is_sound(name, text))
        return dict(islice(sound, MOST))

    def keep_filter(self, pane: str, name: str, text: str) -> None:
        """Keep a filter under a name, in the place of the one that has the name.

        Raises:
            OSError: the file cannot be read or written.
            ValueError: the file is damaged, there are too many filters, or this one is too long.
        """
        if not _is_sound(name, text):
            raise ValueError(f"a filter has at most {LONGEST:,} characters, and none is hidden")
        known = self.filters(pane)
        if name not in known and len(known) >= MOST:
            raise ValueError(f"there are {MOST} already; `:` forgets one")
        self._change(lambda tables: _table(tables, "filters", pane).update({name: text}))

    def drop_filter(self, pane: str, name: str) -> None:
        """Forget a filter; raises as `keep_filter` does."""
        self._change(lambda tables: _table(tables, "filters", pane).pop(name, None))

    @property
    def has_seen_tour(self) -> bool:
        """Whether the tour was ended once; also where that could not be remembered."""
        try:
            return self._file is None or bool(self._read().get("tour")) or not self._can_be_written
        except (OSError, ValueError):
            return True

    def end_tour(self) -> None:
        """Remember that the tour was seen; raises as `keep_filter` does."""
        self._change(lambda tables: tables.update({"tour": "seen"}))

    @property
    def _can_be_written(self) -> bool:
        assert self._file is not None
        folder = self._file.parent
        while not folder.exists():
            folder = folder.parent
        return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)

    def _read(self) -> dict[str, Any]:
        if self._file is None:
            return {}
        return kept.read_sound(self._file)

    def _change(self, change: Callable[[dict[str, Any]], object]) -> None:
        if self._file is None:
            raise ValueError("this console remembers nothing")
        try:
            tables = self._read()
        except ValueError as error:
            raise ValueError(f"{kept.from_home(self._file)} {error}; mend or remove it") from None
        change(tables)
        kept.write(self._file, tables)


def _is_sound(name: object, text: object) -> bool:
    if not (isinstance(name, str) and isinstance(text, str)):
        return False
    return bool(NAME.fullmatch(name)) and 0 < len(text) <= LONGEST and is_shown_whole(text)


def _table(tables: dict[str, Any], *keys: str) -> dict[str, Any]:
    """Return a table within tables; it is made if it is missing."""
    for key in keys:
        if not isinstance(tables.get(key), dict):
            tables[key] = {}
        tables = tables[key]
    return tables
