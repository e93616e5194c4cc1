"""What keys do to the form of a task."""

from __future__ import annotations

from chasqui.console.actions.action import Action

FORM: tuple[Action, ...] = (
    Action(
        "form.submit", ("ctrl+s",), "Submit", "submit, and close the form", ("form",), priority=1
    ),
    Action("form.stay", ("f5",), "and stay", "submit, and keep the form", ("form",), shown="F5"),
    Action(
        "form.edit",
        ("ctrl+e",),
        "Expand",
        "edit a list or JSON in several lines",
        ("form",),
        priority=4,
    ),
    Action("form.copy", ("ctrl+y",), "Copy", "copy the equivalent command", ("form",)),
    Action(
        "form.reset",
        ("ctrl+r",),
        "Defaults",
        "reset the form to its defaults",
        ("form",),
        priority=6,
    ),
    Action(
        "close",
        ("escape",),
        "Close",
        "close the form; opened again, it is as you left it",
        ("form",),
        shown="Esc",
        priority=2,
    ),
)
