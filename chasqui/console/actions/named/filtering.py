"""What keys do to what a list shows."""

from __future__ import annotations

from chasqui.console.actions.action import PANES, Action

FILTERING: tuple[Action, ...] = (
    Action(
        "list.filter",
        ("/",),
        "Filter",
        "filter the list, such as: type=demo.* age<1h; ctrl+s saves it, @name recalls it",
        where=PANES,
        priority=4,
    ),
    Action(
        "list.clear",
        ("escape",),
        "Back",
        "drop the filter; then the marks, then the zoom; in Failures, then go back to the groups",
        where=PANES,
        shown="Esc",
        priority=1,
    ),
)
