"""What keys do to the backlog as a whole, and what takes it back."""

from __future__ import annotations

from chasqui.console.actions.action import PANES, Action

BACKLOG: tuple[Action, ...] = (
    Action(
        "engine.undo",
        ("u",),
        "Undo",
        "undo the last cancel, retry or discard, within 30 seconds",
        where=PANES,
        dangerous=True,
        priority=1,
    ),
    Action(
        "task.run_next",
        ("t",),
        "Run next",
        "have what is marked, else the selected task, start before all others",
        where=("backlog",),
        dangerous=True,
        priority=8,
    ),
    Action(
        "task.priority",
        ("o",),
        "Priority",
        "give what is marked, else the selected task, another priority",
        where=("backlog",),
        dangerous=True,
        priority=9,
    ),
    Action(
        "backlog.view",
        ("c",),
        "Types",
        "switch between types with their next tasks, and single tasks",
        where=("backlog",),
        priority=3,
    ),
    Action(
        "backlog.cancel_all",
        ("X",),
        "Cancel all",
        "cancel all waiting tasks that match the filter, marked or not, after a question",
        where=("backlog",),
        dangerous=True,
        priority=6,
        filtered=1,
    ),
)
