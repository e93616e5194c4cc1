"""The tabs of a narrow screen: one pane at a time, its digit, its count."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from chasqui.console.model.format import short
from chasqui.console.model.line import Span
from chasqui.console.widgets.one_line import OneLine


class TabStrip(OneLine):
    """The panes by digit; the pane on screen is in brackets."""

    GAP = ""

    def show_tabs(self, titles: Sequence[str], active: int, past: Collection[int] = ()) -> None:
        """Show these titles; counts of the past, at these places, are dropped first."""
        self.show(
            [
                _tab(index, title, index == active, is_past=index in past)
                for index, title in enumerate(titles)
            ]
        )


def _tab(index: int, title: str, is_active: bool, *, is_past: bool) -> Span:
    """Return a tab; where it is narrow, its count is shortened, and then dropped."""
    digit, name, *count = title.split(" ")
    shorter = []
    if count:
        if not is_past and count[-1].replace(",", "").isdecimal():
            count[-1] = short(int(count[-1].replace(",", "")))
            shorter.append(" ".join((digit, name, *count)))
        shorter.append(f"{digit} {name}")
    frame = "[{}]" if is_active else " {} "
    return Span(
        frame.format(title),
        "title" if is_active else "",
        f"act('pane.focus({index})')",
        shorter=tuple(frame.format(one) for one in shorter),
    )
