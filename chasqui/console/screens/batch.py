"""Submitting a file: a task for each of its rows, once they are shown and checked.

Enter reads the file; all of it is checked before the first row is submitted. What is typed into the
field then makes all of that void. The screen closes by Esc, which stops a submission first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from chasqui.console.actions.table import bindings_for
from chasqui.console.batching import FileSubmission
from chasqui.console.model import batch as said
from chasqui.console.model import options
from chasqui.console.model.workers import bar
from chasqui.console.paths import PathCompletion, completed
from chasqui.console.poller import ask
from chasqui.console.screens.dialog import Dialog
from chasqui.console.screens.options import OptionsScreen
from chasqui.console.session import Session
from chasqui.console.widgets.answer_line import AnswerLine
from chasqui.console.widgets.field_input import FieldInput
from chasqui.console.widgets.key_bar import KeyBar
from chasqui.console.widgets.one_line import OneLine
from chasqui.control.intake.files import RowFile
from chasqui.control.intake.lines import Unreadable
from chasqui.control.intake.shapes import Shape, shapes_of
from chasqui.control.option_texts import read_options
from chasqui.control.port import TaskTypeInfo

Tell = Callable[[str, str], None]
HINT: Final = "a path; Tab completes it, Enter reads and checks the file, Esc goes back"
NAMES: Final = 30
"""Completions that are offered; three lines hold no more."""


class BatchScreen(Dialog[None]):
    """A file of rows for one type.

    Args:
        tell: shows the outcome on the main screen, in a role.
    """

    BINDINGS: ClassVar = bindings_for("batch")

    def __init__(self, session: Session, info: TaskTypeInfo, tell: Tell) -> None:
        super().__init__()
        self._session = session
        self._info = info
        self._tell = tell
        self._batch: FileSubmission | None = None
        self._path = ""
        """The path whose file is read, or is about to be."""
        self._is_guessed = True
        self._options: dict[str, str] = {}
        """The options of every row, as they were typed."""
        self._turn = asyncio.Lock()  # one file at a time

    def compose(self) -> ComposeResult:
        """Make the field, and room for the rows."""
        with Vertical(classes="page"):
            package = self.text(f"  {self._info.package}").stylize("dim")
            title = self.text(f"Submit a file of {self._info.name}").stylize("bold")
            yield Static(title + package, id="heading")
            yield FieldInput("", placeholder="the file")
            yield Static(id="file-shape", classes="file-label hint")
            with VerticalScroll(id="file-rows", can_focus=False):
                yield Static(id="file-first")
                yield Static(id="file-counts", classes="title")
                yield Static(id="file-wrong", classes="wrong")
            yield Static(id="file-share")
            yield AnswerLine(id="file-said", classes="answer")
            yield KeyBar()

    def on_mount(self) -> None:
        """Ask for a file."""
        self.query_one(AnswerLine).say(HINT, "dim")
        self.query_one(FieldInput).focus()
        self._show_keys()

    # The path

    def on_key(self, event: events.Key) -> None:
        """Complete the path, or scroll the rows."""
        rows = self.query_one("#file-rows", VerticalScroll)
        moves: dict[str, Callable[[], None]] = {
            "tab": self._complete,
            "shift+tab": self.app.bell,
            "down": lambda: rows.scroll_down(animate=False),
            "up": lambda: rows.scroll_up(animate=False),
            "pagedown": lambda: rows.scroll_page_down(animate=False),
            "pageup": lambda: rows.scroll_page_up(animate=False),
        }
        if event.key in moves:
            event.stop()
            moves[event.key]()
        else:
            super().on_key(event)

    def _complete(self) -> None:
        typed = self.query_one(FieldInput).value
        self.run_worker(self._ask_completion(typed), group="paths", exit_on_error=False)

    async def _ask_completion(self, typed: str) -> None:
        found = await ask(lambda: completed(typed))
        if self.is_attached and self.query_one(FieldInput).value == typed:
            self._show_completion(typed, found)

    def _show_completion(self, typed: str, found: PathCompletion) -> None:
        field, answer = self.query_one(FieldInput), self.query_one(AnswerLine)
        if found.text != typed:
            self._forget()
            field.value = found.text
            field.action_end()
        if not found.names:
            answer.say("nothing begins like that", "dim")
        elif len(found.names) > 1:
            more = f"   … {len(found.names):,} in all" if len(found.names) > NAMES else ""
            answer.say("   ".join(found.names[:NAMES]) + more, "dim")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Forget the file that was read: another is named."""
        if self._path and event.value != self._path:
            self._forget()
            self.query_one(AnswerLine).say(HINT, "dim")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Read the file."""
        self._read(event.value, None)

    def on_field_input_told(self, event: FieldInput.Told) -> None:
        """Say what was refused."""
        self.query_one(AnswerLine).say(event.reason, "error")

    # Reading and checking

    def _read(self, path: str, shape: Shape | None) -> None:
        """Read a file and have it checked, in a shape or in the one that is guessed."""
        self._forget()
        self._path = path
        self._is_guessed = shape is None
        self.query_one(AnswerLine).say("reading", "dim")
        self.app.run_worker(self._open(path, shape), group="files", exit_on_error=False)

    async def _open(self, path: str, shape: Shape | None) -> None:
        async with self._turn:
            if not self._is_wanted(path):
                return
            try:
                chosen, _ = read_options(self._options)
                file = await ask(lambda: RowFile(path, self._info, chosen))
            except Unreadable as error:
                if self._is_wanted(path):
                    self.query_one(AnswerLine).say(str(error), "error")
                return
            batch = FileSubmission(self._session, file, shape or file.guess, self._changed)
            if not self._is_wanted(path):
                await batch.close()
                return
            self._batch = batch
            self._changed()
        await batch.check()

    def _is_wanted(self, path: str) -> bool:
        return self.is_attached and self._batch is None and self._path == path

    def _forget(self) -> None:
        """Read no further, and show nothing of it."""
        batch, self._batch, self._path = self._batch, None, ""
        if batch is not None:
            self.app.run_worker(batch.close(), group="files", exit_on_error=False)
        if self.is_attached:
            for name in ("shape", "first", "counts", "wrong", "share"):
                self.query_one(f"#file-{name}", Static).update("")
            self._show_keys()

    def action_batch_shape(self) -> None:
        """Read the file in the next shape."""
        batch = self._batch
        if batch is None:
            self.query_one(AnswerLine).say("Enter reads the file first", "dim")
        elif batch.state == "submitting" or batch.submitted:
            self.app.bell()
        else:
            shapes = shapes_of(self._info)
            at = shapes.index(batch.shape)
            self._read(self._path, shapes[(at + 1) % len(shapes)])

    def action_batch_options(self) -> None:
        """Ask for the options of every row; the file is checked anew with them."""
        batch = self._batch
        if batch is not None and (batch.state == "submitting" or batch.submitted):
            self.app.bell()
            return
        fields = [one for one in options.fields_of(self._session.pools) if one.name != "key"]
        asked = OptionsScreen(fields, self._options)
        self.app.push_screen(asked, lambda _: self._choose(asked.chosen))

    def _choose(self, texts: dict[str, str] | None) -> None:
        if texts is None or texts == self._options:
            return
        self._options = texts
        if self._batch is not None:
            self._read(self._path, None if self._is_guessed else self._batch.shape)
            return
        words = options.summary(texts) or "no options"
        self.query_one(AnswerLine).say(f"every row is submitted with {words}", "dim")

    # Submitting

    def action_batch_submit(self) -> None:
        """Submit the good rows."""
        batch, answer = self._batch, self.query_one(AnswerLine)
        if batch is None:
            answer.say("Enter reads and checks the file first", "dim")
        elif batch.state == "ready" and batch.good:
            self.query_one(FieldInput).disabled = True
            # Run by the app, so that it says what came of it even if the screen is gone.
            self.app.run_worker(self._submit(batch), group="commands", exit_on_error=False)
        else:
            self.app.bell()

    async def _submit(self, batch: FileSubmission) -> None:
        await batch.submit()
        is_whole = not batch.problem and not batch.is_stopped
        self._tell(said.outcome(batch), "ok" if is_whole else "warn")
        if self.is_attached:
            field = self.query_one(FieldInput)
            field.disabled = False
            field.focus()

    def action_batch_close(self) -> None:
        """Stop what is being submitted, else close."""
        batch = self._batch
        if batch is not None and batch.state == "submitting":
            batch.stop()
            self.query_one(AnswerLine).say("stopping: what was sent is waited for", "dim")
            return
        self._forget()
        self.dismiss(None)

    def action_close(self) -> None:
        """Stop what is being submitted, else close."""
        self.action_batch_close()

    # Showing

    def _changed(self) -> None:
        batch = self._batch
        if batch is None or not self.is_attached:
            return
        key = self._session.keys.key("batch.shape")
        shape = f"{batch.shape}{' (guessed)' if self._is_guessed else ''}; {key} changes it"
        self.query_one("#file-shape", Static).update(self.text(shape))
        first = said.first_lines(batch, self._info, self.glyphs)
        self.query_one("#file-first", Static).update(Content("\n".join(first)))
        counts = said.counts(batch) if batch.rows else ""
        if counts and self._options:
            counts += f"; each with {options.summary(self._options)}"
        self.query_one("#file-counts", Static).update(self.text(counts))
        wrong = said.wrong_lines(batch, self.glyphs)
        self.query_one("#file-wrong", Static).update(Content("\n".join(wrong)))
        self._show_share(batch)
        keys = self._session.keys
        text, role = said.answer(batch, keys.key("batch.submit"), keys.key("batch.close"))
        self.query_one(AnswerLine).say(text, role)
        self._show_keys()

    def _show_share(self, batch: FileSubmission) -> None:
        shown = ""
        if batch.state in ("checking", "submitting"):
            percent = f" {int(batch.share * 100):3d} %"
            width = max(1, self.query_one("#file-share").size.width - len(percent))
            shown = bar(batch.share, width, self.glyphs) + percent
        self.query_one("#file-share", Static).update(Content(shown))

    def _show_keys(self) -> None:
        batch = self._batch
        labels = {"batch.submit": "", "batch.shape": "" if batch is None else "Format"}
        if batch is not None and batch.state == "ready" and batch.good:
            labels["batch.submit"] = f"Submit {batch.good:,}"
        if batch is not None and (batch.state == "submitting" or batch.submitted):
            labels["batch.shape"] = labels["batch.options"] = ""
        if batch is not None and batch.state == "submitting":
            labels["batch.close"] = "Stop"
        actions = [one for one in self._session.keys.actions if "batch" in one.where]
        self.query_one(KeyBar).show_actions(actions, labels)

    async def on_one_line_clicked(self, event: OneLine.Clicked) -> None:
        """Carry out the clicked action."""
        await self.run_action(f"screen.{event.action}")
