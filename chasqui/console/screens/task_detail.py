"""The details of a task with its live stack, or its log; followed until the task has ended."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Static

from chasqui.console.actions import bindings_for
from chasqui.console.model.detail import detail_lines, joined, log_lines
from chasqui.console.model.line import Span
from chasqui.console.screens.dialog import Dialog
from chasqui.console.session import Session
from chasqui.console.widgets.one_line import OneLine
from chasqui.console.widgets.text_view import TextView
from chasqui.control.port import FINAL, Snapshot, StackView, TaskDetail

ANSWERS = 20  # at most for a reading: a task may log faster than it can be read


class TaskDetailScreen(Dialog[None]):
    """Facts, stack, parameters, result, error and traceback of a task."""

    BINDINGS: ClassVar = [
        Binding("q,enter", "close", show=False),
        Binding("l", "switch", show=False),
        *bindings_for("detail"),
    ]

    def __init__(self, session: Session, number: int, *, log: bool = False) -> None:
        super().__init__()
        self._is_log = log
        self._session = session
        self._number = number
        self._known: TaskDetail | None = None
        self._stack: StackView | None = None
        self._is_gone = self._is_reading = self._is_unfolded = False
        self._title = ""

    def compose(self) -> ComposeResult:
        """Make the title and the text."""
        with Vertical(classes="page"):
            yield Static(self.text(f"Task {self._number}"), id="heading", classes="title")
            yield TextView(id="detail")
            yield OneLine(id="keys")

    def on_mount(self) -> None:
        """Show the task."""
        self.query_one(TextView).focus()
        snapshot = self._session.snapshot
        if snapshot is not None:
            self.show_snapshot(snapshot)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Read the task again, unless all of it is known or a reading is under way."""
        if not self._is_reading and not self._is_whole:
            self._is_reading = True
            self.run_worker(self._read(snapshot))
        elif self._known is not None:
            self._show(snapshot)

    @property
    def _is_whole(self) -> bool:
        """Whether the task has ended and everything kept of it was read."""
        known = self._known
        return known is not None and known.state in FINAL and not known.log_more

    async def _read(self, snapshot: Snapshot) -> None:
        try:
            for _ in range(ANSWERS):
                if not await self._ask():
                    break
            self._stack = await self._look()
            self._show(self._session.snapshot or snapshot)
        except Exception as error:  # no answer, or a bug in drawing it: the screen is stale
            self._session.poller.note(error)
        finally:
            self._is_reading = False

    async def _ask(self) -> bool:
        """Ask for what has changed; tell whether there is more of the log to ask for."""
        known = self._known
        detail = await self._session.detail(self._number, known.log_cursor if known else 0)
        self._is_gone = detail is None
        if detail is None:
            return False
        if known is None and detail.state == "failed":
            self.run_worker(self._session.see(self._number))
        self._known = joined(known, detail)
        return detail.log_more

    async def _look(self) -> StackView | None:
        """Ask where the task is, unless it does not run or its log is read."""
        known = self._known
        if known is None or known.state != "running" or not known.worker or self._is_log:
            return None
        stack = await self._session.stack(known.worker)
        return stack if stack is not None and stack.task == self._number else None

    def action_detail_frames(self) -> None:
        """Fold or unfold the frames of libraries."""
        self._is_unfolded = not self._is_unfolded
        if self._session.snapshot is not None:
            self._show(self._session.snapshot)

    def action_switch(self) -> None:
        """Switch between the task and its log."""
        self._is_log = not self._is_log
        self.query_one(TextView).start_over()
        if self._session.snapshot is not None:
            self._show(self._session.snapshot)

    def _show(self, snapshot: Snapshot) -> None:
        known, title = self._known, f"Task {self._number}"
        lines: list[Span] = []
        if self._is_gone:
            lines.append(Span(f"nothing is kept any more of task {self._number}", "warn"))
            lines.append(Span(""))
        if known is not None:
            title += f"  {known.type}"
            if self._is_log:
                lines.extend(log_lines(known))
            else:
                stack, unfolded = self._stack, self._is_unfolded
                lines.extend(
                    detail_lines(known, snapshot.at, self.glyphs, stack, unfolded=unfolded)
                )
        self._show_title(f"{title}  log" if self._is_log else title)
        view = self.query_one(TextView)
        view.show(lines, follow=self._is_log)
        self._show_keys(view)

    def _show_title(self, title: str) -> None:
        if title != self._title:
            self._title = title
            self.query_one("#heading", Static).update(self.text(title), layout=False)

    def _show_keys(self, view: TextView) -> None:
        known = self._known
        count = len(known.log) + known.log_dropped if known else 0
        keys = [Span("Esc Back", "key"), Span("arrows PgUp PgDn Scroll", "key", priority=2)]
        if self._is_log:
            keys.append(Span("l Task", "key"))
            behind = "" if view.at_end else "the newest lines are below: G goes there"
            keys.append(Span(behind or "follows the newest line", "dim", priority=1))
        else:
            keys.append(Span(f"l Log, {count:,} line{'s' * (count != 1)}", "key"))
            if self._stack is not None and any(not one.own for one in self._stack.frames[1:]):
                keys.append(Span("f Fold" if self._is_unfolded else "f All frames", "key"))
        self.query_one(OneLine).show(keys)
