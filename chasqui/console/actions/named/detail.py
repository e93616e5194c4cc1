"""What keys do to the details of a task."""

from __future__ import annotations

from chasqui.console.actions.action import Action

DETAIL: tuple[Action, ...] = (
    Action(
        "detail.retry",
        ("r",),
        "",
        "retry the failed task",
        ("detail",),
        dangerous=True,
    ),
    Action(
        "detail.edit",
        ("e",),
        "",
        "edit the parameters, and retry the failed task or submit another like it",
        ("detail",),
        dangerous=True,
    ),
    Action(
        "detail.cancel",
        ("x",),
        "",
        "cancel the waiting task, or ask the running one to stop",
        ("detail",),
        dangerous=True,
    ),
    Action(
        "detail.run_next",
        ("t",),
        "",
        "have the waiting task start before all others",
        ("detail",),
        dangerous=True,
    ),
    Action(
        "detail.priority",
        ("o",),
        "",
        "give the waiting task another priority",
        ("detail",),
        dangerous=True,
    ),
    Action("detail.undo", ("u",), "", "undo the last change", ("detail",), dangerous=True),
    Action("detail.copy", ("y",), "", "copy a part of the task", ("detail",)),
    Action("detail.log", ("l",), "", "what the task logs, or the task again", ("detail",)),
    Action("detail.frames", ("f",), "", "show or fold the frames of libraries", ("detail",)),
    Action("detail.search", ("/",), "", "find words in the text", ("detail",)),
    Action("detail.next", ("n",), "", "the next place of the words, or the next task", ("detail",)),
    Action(
        "detail.previous", ("N",), "", "the place of the words before, or the task", ("detail",)
    ),
)
