"""The tabs of a screen without room for all panes: of each its digit, its name, its count.

Where it is narrow, tabs are shortened in the order of `Rank`, those of a rank from the left. The
pane on screen keeps its name at any width.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from enum import IntEnum
from typing import NamedTuple

from rich.cells import cell_len

from chasqui.console.model.format import short
from chasqui.console.model.line import Span
from chasqui.console.widgets.one_line import MARGIN, OneLine


class Rank(IntEnum):
    """What goes first: the smaller, the earlier."""

    COUNT_OF_PAST = 0
    LONG_COUNT = 1
    COUNT = 2
    """The status line says how many workers there are, and how long the backlog is."""
    NAME_OF_PAST = 3
    NAME = 4
    MARKED = 5
    """All but the digit of a tab whose count says that something is wrong."""
    MARK_ON_SCREEN = 6


class Shortening(NamedTuple):
    """How a tab is shortened: what goes, of which tab, and what is left of it."""

    rank: Rank
    at: int
    text: str


class TabStrip(OneLine):
    """The panes by digit; the pane on screen is in brackets, unless its frame names it."""

    GAP = ""

    _steps: Sequence[Shortening] = ()

    def show_tabs(
        self,
        titles: Sequence[str],
        active: int,
        past: Collection[int] = (),
        framed: Collection[int] = (),
    ) -> None:
        """Show these titles; counts of the past, at these places, are dropped first.

        Those of panes on screen with a frame are left out: the frame says the same.
        """
        shown = [at for at in range(len(titles)) if at not in framed]
        steps: list[Shortening] = []
        for place, at in enumerate(shown):
            for rank, text in _shorter(titles[at], at == active, is_past=at in past):
                steps.append(Shortening(rank, place, _framed(text, at == active)))
        self._steps = sorted(steps)
        self.show([_tab(at, titles[at], at == active) for at in shown])

    def fitted(self) -> tuple[Span, ...]:
        """Return the tabs, shortened until they fit the present width."""
        tabs, room = list(self.spans), self.size.width - 2 * len(MARGIN)
        for _, at, text in self._steps:
            if sum(cell_len(tab.text) for tab in tabs) <= room:
                break
            tabs[at] = tabs[at]._replace(text=text)
        return tuple(tabs)


def _tab(at: int, title: str, is_active: bool) -> Span:
    role = "title" if is_active else ""
    return Span(_framed(title, is_active), role, f"act('pane.focus({at})')")


def _framed(title: str, is_active: bool) -> str:
    return f"[{title}]" if is_active else f" {title} "


def _shorter(title: str, is_active: bool, *, is_past: bool) -> Iterator[tuple[Rank, str]]:
    """Yield what a tab becomes, and when."""
    digit, name, *count = title.split(" ")
    is_marked = bool(count) and not count[0][:1].isdecimal()
    if is_past and count:
        yield Rank.COUNT_OF_PAST, f"{digit} {name}"
    elif count and count[-1].replace(",", "").isdecimal():  # also without the mark before it
        yield Rank.LONG_COUNT, f"{digit} {name} {short(int(count[-1].replace(',', '')))}"
    if count and not is_past and not is_marked:
        yield Rank.COUNT, f"{digit} {name}"
    if not is_active:
        rank = Rank.NAME_OF_PAST if is_past else Rank.MARKED if is_marked else Rank.NAME
        yield rank, digit
    elif is_marked:
        yield Rank.MARK_ON_SCREEN, f"{digit} {name}"
