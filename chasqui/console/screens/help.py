"""The help: every key, from the table of actions, and what an operator should know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Static

from chasqui.console.actions import ACTIONS, Action
from chasqui.console.model.line import Span
from chasqui.console.model.types import EXPLAINED
from chasqui.console.refusing import READ_ONLY, refusal_of
from chasqui.console.screens.dialog import Dialog
from chasqui.console.session import Session
from chasqui.console.widgets.text_view import TextView
from chasqui.control.port import ENDED, OPEN, Capabilities

KEYS_WIDTH = 16
NAMES = {
    "enter": "Enter",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "tab": "Tab",
    "shift+tab": "shift+Tab",
    "f1": "F1",
    "home": "Home",
    "end": "End",
    "escape": "Esc",
    "f5": "F5",
}
STATES = f"task states: {' '.join((*OPEN, *ENDED))}"


CHECK = (
    "  The number at the right of the status line is the count of accepted tasks. It turns red "
    "with both sums when the engine's counters do not add up."
)


class HelpScreen(Dialog[None]):
    """The help."""

    BINDINGS: ClassVar = [Binding("q,question_mark,f1", "close", show=False)]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def compose(self) -> ComposeResult:
        """Make the text."""
        with Vertical(classes="page"):
            yield Static(self.text("Help: Esc or q goes back"), classes="title")
            yield TextView(id="help")

    def on_mount(self) -> None:
        """Show the text."""
        view = self.query_one(TextView)
        snapshot = self._session.snapshot
        found = snapshot.metrics.findings if snapshot and snapshot.metrics else ()
        problems = (*found, *(snapshot.problems if snapshot else ()))
        caps = self._session.caps
        view.show(tuple(help_lines((*filter(None, [caps.limited]), *problems), caps)))
        view.focus()


def help_lines(problems: Sequence[str], caps: Capabilities) -> Iterator[Span]:
    """Return the help; actions that a read-only console refuses are dim."""
    if problems:
        yield Span("to report", "header")
        yield from (Span(f"  {problem}", "warn", hang=2) for problem in problems)
        yield Span("")
    for title, actions in _groups():
        yield Span(title, "header")
        for action in actions:
            refused = refusal_of(action, caps)
            keys = " ".join(NAMES.get(key, key) for key in action.keys)
            why = READ_ONLY if caps.read_only else "the host has another version"
            note = f" (refused: {why})" if refused else ""
            yield _entry(keys, f"{action.help}{note}", "dim" if refused else "")
        yield Span("")
    yield Span("columns of Metrics", "header")
    yield from (_entry(title, meaning) for title, meaning in EXPLAINED.items())
    yield Span("")
    yield Span("what is remembered", "header")
    yield Span(f"  {_remembered(caps)}", hang=2)
    yield Span("")
    yield Span("the check", "header")
    yield Span(CHECK, hang=2)
    yield Span("")
    yield Span(STATES, "dim", hang=2)


def _remembered(caps: Capabilities) -> str:
    if caps.remembered_in:
        return (
            f"The number of workers and the theme, in {caps.remembered_in}. It overrides the "
            "config, for `chasqui-tui run` as well; remove the file to go back."
        )
    return (
        str(caps.forgets) or "Nothing: number of workers and theme count until this console ends."
    )


def _entry(name: str, meaning: str, role: str = "") -> Span:
    return Span(f"  {name:{KEYS_WIDTH}}{meaning}", role, hang=2 + KEYS_WIDTH)


def _groups() -> Iterator[tuple[str, list[Action]]]:
    yield "everywhere", [action for action in ACTIONS if action.where == ("main",)]
    yield "lists", [action for action in ACTIONS if action.where == ("list",)]
    panes = {action.where: None for action in ACTIONS if action.where not in (("main",), ("list",))}
    for where in panes:
        yield (
            ", ".join(name.capitalize() for name in where),
            [action for action in ACTIONS if action.where == where],
        )
