"""What keys do to several rows of a list: mark them; and what it is sorted by."""

from __future__ import annotations

from chasqui.console.actions.action import Action

MARKING: tuple[Action, ...] = (
    Action(
        "list.mark",
        ("space",),
        "Mark",
        "mark the selected row, or take its mark away; keys then act on all that is marked",
        where=("backlog", "failures"),
        shown="Space",
        priority=8,
    ),
    Action(
        "list.range",
        ("v",),
        "",
        "mark the rows from the last mark to the selected one",
        where=("backlog", "failures"),
    ),
    Action(
        "list.mark_all",
        ("*",),
        "",
        "mark all that match the filter, and no others",
        where=("backlog", "failures"),
    ),
    Action(
        "list.sort_prev",
        ("<",),
        "",
        "sort the tasks by the column before, or list them as they will start",
        where=("backlog",),
    ),
    Action(
        "list.sort_next",
        (">",),
        "Sort",
        "sort the tasks by the next column; a click on its title does the same",
        where=("backlog",),
        shown="< >",
        priority=8,
    ),
    Action(
        "list.invert",
        ("i",),
        "",
        "sort from the other end",
        where=("backlog",),
    ),
)
