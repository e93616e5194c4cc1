"""What keys do to finished tasks."""

from __future__ import annotations

from chasqui.console.actions.action import Action

FINISHED: tuple[Action, ...] = (
    Action(
        "finished.again",
        ("r",),
        "Run again",
        "submit the chosen task again, with the parameters it had",
        where=("finished",),
        dangerous=True,
        priority=3,
    ),
    Action(
        "finished.edit",
        ("e",),
        "Edit",
        "submit a task like the selected one: the form is filled in with its parameters",
        where=("finished",),
        dangerous=True,
        priority=3,
    ),
)
