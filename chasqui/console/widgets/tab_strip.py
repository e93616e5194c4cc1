"""The tabs of a narrow screen: one pane at a time, its digit, its count."""

from __future__ import annotations

from collections.abc import Sequence

from chasqui.console.model.line import Span
from chasqui.console.widgets.one_line import OneLine


class TabStrip(OneLine):
    """The panes by digit; the pane on screen is in brackets."""

    GAP = " "

    def show_tabs(self, titles: Sequence[str], active: int) -> None:
        """Show these titles."""
        self.show(
            [
                Span(
                    f"[{title}]" if index == active else f" {title} ",
                    "title" if index == active else "",
                    f"pane_focus({index})",
                )
                for index, title in enumerate(titles)
            ]
        )
