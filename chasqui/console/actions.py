"""Every action of the console in one table; bindings, key bar and help are made from it.

A key is unique within a place. Dangerous actions change or end work: a read-only console hides them
from the key bar and dims them in the help.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from textual.binding import Binding, BindingType

Place = Literal["main", "list", "workers", "backlog", "failures", "metrics", "detail", "form"]
Pane = Literal["workers", "backlog", "failures", "metrics"]
PANES: tuple[Pane, ...] = ("workers", "backlog", "failures", "metrics")


@dataclass(frozen=True, slots=True)
class Action:
    """Something a key does."""

    id: str
    keys: tuple[str, ...]
    label: str
    """A word for the key bar; empty: only in the help."""
    help: str
    where: tuple[Place, ...] = ("main",)
    dangerous: bool = False
    shown: str = ""
    """The key as people read it; empty: the first of the keys."""
    priority: int = 5
    """A narrow key bar drops the highest numbers first."""

    @property
    def key(self) -> str:
        """The key as people read it."""
        return self.shown or self.keys[0]

    @property
    def method(self) -> str:
        """The name of the Textual action."""
        return self.id.replace(".", "_")


ACTIONS: tuple[Action, ...] = (
    Action(
        "engine.submit",
        ("s",),
        "Submit",
        "choose a task type, fill in its form, submit a task",
        dangerous=True,
        priority=1,
    ),
    Action(
        "engine.pause",
        ("p",),
        "Pause",
        "start no more tasks, or start them again; running tasks go on",
        dangerous=True,
        priority=1,
    ),
    Action(
        "task.open",
        ("enter",),
        "Open",
        "everything about the selected task, with its traceback",
        where=("workers", "backlog", "failures"),
        shown="Enter",
        priority=2,
    ),
    Action(
        "task.cancel",
        ("x",),
        "Cancel",
        "cancel the selected waiting task, or ask the running one to stop",
        where=("workers", "backlog"),
        dangerous=True,
        priority=3,
    ),
    Action(
        "task.log",
        ("l",),
        "Log",
        "what the selected task logs, as it arrives",
        where=("workers", "backlog", "failures"),
        priority=6,
    ),
    Action(
        "failures.retry",
        ("r",),
        "Retry",
        "retry the selected failure, or the whole selected group after a question",
        where=("failures",),
        dangerous=True,
        priority=2,
    ),
    Action(
        "failures.discard",
        ("x",),
        "Discard",
        "discard the selected failure, or the whole selected group after a question",
        where=("failures",),
        dangerous=True,
        priority=2,
    ),
    Action(
        "failures.undo",
        ("u",),
        "Undo",
        "undo the last retry or discard, within 30 seconds",
        where=("failures",),
        dangerous=True,
        priority=1,
    ),
    Action(
        "failures.view",
        ("c",),
        "Singles",
        "switch between single failures and groups",
        where=("failures",),
        priority=2,
    ),
    Action(
        "list.filter",
        ("/",),
        "Filter",
        "filter the failures, such as: type=demo.* err~timeout age<1h; no other list has a filter",
        where=PANES,
        priority=4,
    ),
    Action(
        "list.clear",
        ("escape",),
        "Back",
        "drop the filter, or go back to the groups",
        where=("failures",),
        shown="Esc",
        priority=1,
    ),
    Action(
        "failures.retry_all",
        ("R",),
        "",
        "retry all listed failures, after a question",
        where=("failures",),
        dangerous=True,
    ),
    Action(
        "failures.discard_all",
        ("X",),
        "",
        "discard all listed failures, after their number is typed",
        where=("failures",),
        dangerous=True,
    ),
    Action(
        "type.pause",
        ("P",),
        "Pause type",
        "start no more tasks of the selected type, or start them again",
        where=("metrics",),
        dangerous=True,
        priority=2,
    ),
    Action(
        "type.reset",
        ("b",),
        "Reset breaker",
        "close the open breaker of the selected type, after a question",
        where=("metrics",),
        dangerous=True,
        priority=3,
    ),
    Action(
        "workers.down",
        ("[",),
        "",
        "one worker fewer, remembered for the next start; a busy worker ends its task first",
        where=("workers",),
        dangerous=True,
        priority=6,
    ),
    Action(
        "workers.up",
        ("]",),
        "Workers",
        "one worker more, remembered for the next start",
        where=("workers",),
        dangerous=True,
        shown="[ ]",
        priority=6,
    ),
    Action(
        "view.theme",
        ("T",),
        "Theme",
        "the next theme, remembered for the next start",
        priority=8,
    ),
    Action("app.help", ("?", "f1"), "Help", "the list of all keys", priority=2),
    Action(
        "engine.shutdown",
        ("Q",),
        "Shut down",
        "stop the engine: drain, cancel what is queued, or abort",
        dangerous=True,
        priority=2,
    ),
    Action("app.leave", ("q", "ctrl+q"), "Leave", "leave; asks when work is left", priority=1),
    Action("host.log", ("L",), "", "the end of the host's log, also when the host is gone"),
    Action("pane.focus(0)", ("1",), "", "go to Workers"),
    Action("pane.focus(1)", ("2",), "", "go to Backlog"),
    Action("pane.focus(2)", ("3",), "", "go to Failures"),
    Action("pane.focus(3)", ("4",), "", "go to Metrics"),
    Action("pane.next", ("tab",), "", "go to the next pane"),
    Action("pane.previous", ("shift+tab",), "", "go to the previous pane"),
    Action("view.poll", ("ctrl+r",), "", "read the engine now"),
    Action("view.redraw", ("ctrl+l",), "", "draw the screen again"),
    Action("list.up", ("up", "k"), "", "the row above", where=("list",)),
    Action("list.down", ("down", "j"), "", "the row below", where=("list",)),
    Action("list.page_up", ("pageup", "ctrl+b"), "", "a page up", where=("list",)),
    Action("list.page_down", ("pagedown", "ctrl+f"), "", "a page down", where=("list",)),
    Action("list.first", ("home", "g"), "", "the first row", where=("list",)),
    Action("list.last", ("end", "G"), "", "the last row", where=("list",)),
    Action("detail.frames", ("f",), "", "show or fold the frames of libraries", ("detail",)),
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

DANGEROUS = frozenset(action.method for action in ACTIONS if action.dangerous)
TOO_SMALL = ("engine.pause", "engine.shutdown", "app.leave")
"""What still works when the terminal is too small to show anything."""


def bindings_for(*places: Place, namespace: str = "") -> list[BindingType]:
    """Return the key bindings of these places, for the namespace that carries them out.

    Bindings of the main screen and its lists have priority over other widgets. So each key finds
    the screen as the key before it left it, even in a burst, and what follows a ``/`` goes to the
    prompt that it opens. While a prompt is open, `MainScreen.check_action` blocks all of them.
    """
    return [
        Binding(
            ",".join(_textual_key(key) for key in action.keys),
            namespace + action.method,
            show=False,
            priority="form" not in places,
        )
        for action in ACTIONS
        if set(action.where) & set(places)
    ]


def _textual_key(key: str) -> str:
    return {
        "?": "question_mark",
        "/": "slash",
        "[": "left_square_bracket",
        "]": "right_square_bracket",
    }.get(key, key)
