"""What keys do to the selected task, in every list of tasks."""

from __future__ import annotations

from chasqui.console.actions.action import Action

TASKS: tuple[Action, ...] = (
    Action(
        "task.open",
        ("enter",),
        "Open",
        "everything about the selected task, with its traceback",
        where=("workers", "backlog", "finished", "failures", "events"),
        shown="Enter",
        priority=2,
    ),
    Action(
        "task.cancel",
        ("x",),
        "Cancel",
        "cancel the selected or marked waiting tasks, or ask the running one to stop",
        where=("workers", "backlog"),
        dangerous=True,
        priority=3,
        filtered=1,
    ),
    Action(
        "task.log",
        ("l",),
        "Log",
        "what the selected task logs, as it arrives",
        where=("workers", "backlog", "finished", "failures", "events"),
        priority=6,
    ),
    Action(
        "task.copy",
        ("y",),
        "Copy",
        "copy a part of the selected task, or the numbers of the marked ones",
        where=("workers", "backlog", "finished", "failures", "events"),
        priority=7,
    ),
)
