"""The tabs of a screen without room for all panes: of each its digit, its name, its count."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from chasqui.console.model.format import short
from chasqui.console.model.line import Span
from chasqui.console.widgets.one_line import OneLine


class TabStrip(OneLine):
    """The panes by digit; the pane on screen is in brackets, unless its frame names it."""

    GAP = ""

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
        self.show(
            [
                _tab(index, title, index == active, is_past=index in past)
                for index, title in enumerate(titles)
                if index not in framed
            ]
        )


def _tab(index: int, title: str, is_active: bool, *, is_past: bool) -> Span:
    """Return a tab; where it is narrow, its count is shortened, and then dropped."""
    digit, name, *count = title.split(" ")
    shorter = []
    if count:
        if not is_past and count[-1].replace(",", "").isdecimal():
            count[-1] = short(int(count[-1].replace(",", "")))
            shorter.append(" ".join((digit, name, count[-1])))  # without the mark before it
        shorter.append(f"{digit} {name}")
    frame = "[{}]" if is_active else " {} "
    return Span(
        frame.format(title),
        "title" if is_active else "",
        f"act('pane.focus({index})')",
        shorter=tuple(frame.format(one) for one in shorter),
    )
