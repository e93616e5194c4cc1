"""What keys do to the whole engine."""

from __future__ import annotations

from chasqui.console.actions.action import Action

ENGINE: tuple[Action, ...] = (
    Action(
        "engine.submit",
        ("s",),
        "Submit",
        "choose a task type, fill in its form, submit a task",
        dangerous=True,
        priority=1,
        filtered=4,
    ),
    Action(
        "engine.pause",
        ("p",),
        "Pause",
        "start no more tasks, or start them again; running tasks go on",
        dangerous=True,
        priority=1,
        filtered=3,
    ),
    Action(
        "engine.batch",
        ("B",),
        "Submit file",
        "choose a task type and a file, and submit a task for each row of it",
        dangerous=True,
        priority=9,
    ),
)
