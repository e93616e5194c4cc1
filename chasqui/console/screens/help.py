"""The help: a topic at a time, chosen by its digit or letter; it opens at the pane in use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Static

from chasqui.console.model.help import TOPICS, Topic, topic_lines
from chasqui.console.model.line import Span
from chasqui.console.screens.dialog import Dialog
from chasqui.console.session import Session
from chasqui.console.widgets.one_line import OneLine
from chasqui.console.widgets.text_view import TextView

PANES_END = next(at for at, topic in enumerate(TOPICS) if not topic.key.isdigit())


class HelpScreen(Dialog[None]):
    """The help."""

    BINDINGS: ClassVar = [
        Binding("q,question_mark,f1", "close", show=False),
        Binding("tab", "turn(1)", show=False, priority=True),
        Binding("shift+tab", "turn(-1)", show=False, priority=True),
        *(Binding(topic.key, f"topic({topic.key!r})", show=False) for topic in TOPICS),
    ]

    def __init__(self, session: Session, topic: str) -> None:
        """Open at a topic, by its key or by its title."""
        super().__init__()
        self._session = session
        found = (at for at, one in enumerate(TOPICS) if topic in (one.key, one.title.lower()))
        self._at = next(found, 0)

    def compose(self) -> ComposeResult:
        """Make the lines of topics and the text."""
        with Vertical(classes="page"):
            yield Static(self.text("Help: Esc or q goes back, Tab turns the page"), classes="title")
            yield OneLine(id="topics-panes")
            yield OneLine(id="topics-others")
            yield TextView(id="help")

    def on_mount(self) -> None:
        """Show the topic."""
        self._show()
        self.query_one(TextView).focus()

    def action_topic(self, key: str) -> None:
        """Show a topic."""
        self._at = next(at for at, topic in enumerate(TOPICS) if topic.key == key)
        self._show()

    def action_turn(self, by: int) -> None:
        """Show the next topic, or the one before."""
        self._at = (self._at + by) % len(TOPICS)
        self._show()

    async def on_one_line_clicked(self, event: OneLine.Clicked) -> None:
        """Show the clicked topic."""
        await self.run_action(event.action)

    def _show(self) -> None:
        shown = tuple(self._spans())
        self.query_one("#topics-panes", OneLine).show(shown[:PANES_END])
        self.query_one("#topics-others", OneLine).show(shown[PANES_END:])
        view = self.query_one(TextView)
        view.start_over()
        snapshot, session = self._session.snapshot, self._session
        found = snapshot.metrics.findings if snapshot and snapshot.metrics else ()
        problems = (*found, *(snapshot.problems if snapshot else ()))
        said = (*filter(None, [session.caps.limited]), *session.keys.problems, *problems)
        view.show(tuple(topic_lines(self._topic, said, session.caps, session.keys.actions)))

    @property
    def _topic(self) -> Topic:
        return TOPICS[self._at]

    def _spans(self) -> Iterator[Span]:
        for topic in TOPICS:
            named = f"{topic.key} {topic.title}"
            is_shown = topic is self._topic
            role = "title" if is_shown else "key"
            yield Span(f"[{named}]" if is_shown else named, role, f"topic({topic.key!r})")
