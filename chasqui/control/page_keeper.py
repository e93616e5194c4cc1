"""Making pages, and telling whether a page is the same as the one before.

A revision belongs to what is asked for: readers with other windows do not move each other's.
"""

from __future__ import annotations

import itertools
import threading
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from typing import Any, Final

import msgspec

from chasqui.control.port import Page, Row, Window
from chasqui.control.safe_text import SafeText

QUERIES: Final = 64  # of which the last page is held, to tell whether the next is another
NO_NOTE: Final = SafeText("")


class PageKeeper:
    """Makes the pages of all lists. Any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # guards the two below
        self._pages: OrderedDict[Hashable, Page[Any]] = OrderedDict()
        self._revisions = itertools.count(1)  # for all: what is held no more begins at no old one

    def page(
        self,
        listed: Hashable,
        window: Window,
        total: int,
        rows: Sequence[Row],
        *,
        is_partial: bool = False,
        note: SafeText = NO_NOTE,
        more: int = 0,
    ) -> Page[Row]:
        """Make a page; its ``rev`` changes only when something in it has changed.

        Args:
            listed: what is listed: the name of the list, with its filter if it has one.
        """
        made: Page[Row] = Page(
            rows=tuple(rows),
            offset=window.offset,
            total=total,
            is_partial=is_partial,
            note=note,
            more=more,
        )
        asked = (listed, window)
        with self._lock:
            last = self._pages.get(asked)
            if last is None or made != msgspec.structs.replace(last, rev=0):
                made = last = msgspec.structs.replace(made, rev=next(self._revisions))
            self._pages[asked] = last
            self._pages.move_to_end(asked)
            while len(self._pages) > QUERIES:
                self._pages.popitem(last=False)
            return last
