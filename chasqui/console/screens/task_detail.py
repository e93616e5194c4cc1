"""The details of a task with its live stack, or its log; followed until the task has ended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Static

from chasqui.console.acting.copying import Copying
from chasqui.console.acting.filling import Filling
from chasqui.console.acting.one_task import TaskActions
from chasqui.console.actions.table import bindings_for
from chasqui.console.following import Following
from chasqui.console.model.detail import detail_lines, folds, headline
from chasqui.console.model.detail_keys import PageState, page_keys
from chasqui.console.model.line import Span
from chasqui.console.model.task_log import log_lines
from chasqui.console.model.text import Text
from chasqui.console.refusing import refusal
from chasqui.console.screens.dialog import Dialog
from chasqui.console.session import Session
from chasqui.console.widgets.detail_line import DetailLine
from chasqui.console.widgets.one_line import OneLine
from chasqui.console.widgets.search_prompt import SearchPrompt
from chasqui.console.widgets.text_view import TextView
from chasqui.control.port import Snapshot, TaskDetail

Step = Callable[[int], Awaitable[int | None]]
"""Goes on in the list that the page was opened from; returns the number of the task there."""


class TaskDetailScreen(Dialog[None]):
    """Facts, stack, parameters, result, error and traceback of a task."""

    BINDINGS: ClassVar = [
        Binding("q,enter", "close", show=False),
        *bindings_for("detail"),
    ]

    def __init__(
        self, session: Session, number: int, *, log: bool = False, step: Step | None = None
    ) -> None:
        super().__init__()
        self.session = session
        self._following = Following(session, number)
        self._step = step
        self._is_log = log
        self._is_reading = self._is_unfolded = False
        self._title = self._words = ""
        self._seen: int | None = None
        self._change = None if session.snapshot is None else session.snapshot.change
        self._copying = Copying(self, session)
        self._actions = TaskActions(self)
        self._filling = Filling(self, session)
        self.is_asking = False
        """Whether a form is about to open, which gets the next keys."""

    def compose(self) -> ComposeResult:
        """Make the title and the text."""
        with Vertical(classes="page"):
            title = self.text(f"Task {self._following.number}")
            yield Static(title, id="heading", classes="title")
            yield TextView(id="detail")
            yield SearchPrompt()
            yield DetailLine(id="said")
            yield OneLine(id="keys")

    def on_mount(self) -> None:
        """Show the task."""
        self.query_one(TextView).focus()
        snapshot = self.session.snapshot
        if snapshot is not None:
            self.show_snapshot(snapshot)

    # Reading

    @property
    def known(self) -> TaskDetail | None:
        """What is known of the task."""
        return self._following.known

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Read the task again, unless all of it is known or a reading is under way."""
        if snapshot.change != self._change:  # a client has changed something, maybe this task
            self._change = snapshot.change
            self._following.expect_change()
        if not self._is_reading and not self._following.is_whole:
            self._is_reading = True
            self.run_worker(self._read())
        elif self.known is not None:
            self._show()

    def forget_numbers(self) -> None:
        """Follow the task no more; see `Dialog.forget_numbers`."""
        self._following.lose()
        self._show()

    async def read(self) -> None:
        """Read what a command has changed."""
        self._following.expect_change()
        if not self._is_reading:
            self._is_reading = True
            await self._read()

    async def _read(self) -> None:
        following = self._following
        try:
            await following.read(with_stack=not self._is_log)
            known = following.known
            if known is not None and known.state == "failed" and self._seen != known.number:
                self._seen = known.number
                self.run_worker(self.session.see(known.number))
            self._show()
        except Exception as error:  # no answer, or a bug in drawing it: the screen is stale
            self.session.poller.note(error)
        finally:
            self._is_reading = False

    # What keys do

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Refuse all actions while words are typed, or a form is about to open."""
        prompts = self.query(SearchPrompt)
        is_typing = self.is_asking or (bool(prompts) and prompts.first().display)
        if is_typing and action != "close":
            return False
        return super().check_action(action, parameters)

    async def on_one_line_clicked(self, event: OneLine.Clicked) -> None:
        """Carry out the clicked action."""
        await self.run_action(event.action)

    def say(self, text: str, role: str = "title", shorter: Sequence[str] = ()) -> None:
        """Show what was done, or why it was not."""
        self.query_one(DetailLine).say(text, role, shorter)

    def action_close(self) -> None:
        """Drop what is searched for; then close."""
        if self._words:
            self._find("")
        else:
            super().action_close()

    def action_detail_log(self) -> None:
        """Switch between the task and its log."""
        self._is_log = not self._is_log
        self._start_over()

    def action_detail_frames(self) -> None:
        """Fold or unfold the frames of libraries."""
        self._is_unfolded = not self._is_unfolded
        self._show()

    def action_detail_copy(self) -> None:
        """Ask what to copy of the task."""
        if self.known is not None:
            self._copying.menu(self.known)

    def action_detail_retry(self) -> None:
        """Retry the task."""
        self._actions.retry()

    def action_detail_edit(self) -> None:
        """Open the form with the parameters of the task."""
        known = self.known
        if known is not None and known.state == "failed":
            self._filling.edit_retry(known.number)
        elif known is not None:
            self._filling.submit_again(known.number)

    def action_detail_cancel(self) -> None:
        """Cancel the task."""
        self._actions.cancel()

    def action_detail_run_next(self) -> None:
        """Have the task run next."""
        self._actions.run_next()

    def action_detail_priority(self) -> None:
        """Give the task another priority."""
        self._actions.prioritize()

    def action_detail_undo(self) -> None:
        """Undo the last change."""
        self._actions.undo()

    # Finding words

    def action_detail_search(self) -> None:
        """Type words to find."""
        self.query_one(SearchPrompt).open()

    def on_search_prompt_searched(self, event: SearchPrompt.Searched) -> None:
        """Mark the words so far, and go to the first place from here on."""
        self._find(event.words)

    def on_search_prompt_search_ended(self, event: SearchPrompt.SearchEnded) -> None:
        """Give the keys back to the text."""
        self.query_one(TextView).focus()
        if event.words != self._words:
            self._find(event.words)

    def _find(self, words: str) -> None:
        self._words, view = words, self.query_one(TextView)
        view.search(words)
        view.go_to_found(1)
        self._show()

    # Going on to other tasks

    def action_detail_next(self) -> None:
        """Go to the next place of the words, else to the next task of the list."""
        self._go_on(1)

    def action_detail_previous(self) -> None:
        """Go to the place before, else to the task before."""
        self._go_on(-1)

    def _go_on(self, by: int) -> None:
        if self._words:
            self.query_one(TextView).go_to_found(by)
            self._show()
        elif self._step is None:
            self.say("this task was opened by its number, not from a list", "warn")
        else:
            self.run_worker(self._go(self._step, by), group="commands", exit_on_error=False)

    async def _go(self, step: Step, by: int) -> None:
        number = await step(by)
        if number is None or number == self._following.number:
            self.say(f"this is the {'last' if by > 0 else 'first'} task of the list", "warn")
            return
        self._following.turn_to(number)
        self.query_one(DetailLine).quiet()
        self._start_over()
        await self.read()

    # Showing

    def _start_over(self) -> None:
        view = self.query_one(TextView)
        view.start_over()
        view.search(self._words)
        self._show()

    def _show(self) -> None:
        snapshot, known, keys = self.session.snapshot, self.known, self.session.keys
        if snapshot is None:
            return
        title, lines = f"Task {self._following.number}", list[Text]()
        if gone := self._following.why_gone(snapshot.last_number):
            lines += [Span(gone, "warn"), Span("")]
        if known is not None:
            title = headline(known, snapshot.at, self.glyphs, is_log=self._is_log)
            if self._is_log:
                lines.extend(log_lines(known))
            else:
                stack, unfolded = self._following.stack, self._is_unfolded
                lines.extend(
                    detail_lines(known, snapshot.at, self.glyphs, keys, stack, unfolded=unfolded)
                )
        self._show_title(title)
        view = self.query_one(TextView)
        view.show(lines, follow=self._is_log)
        self.query_one(DetailLine).show_facts(self._position(view))
        self.query_one("#keys", OneLine).show([*page_keys(known, self._state(view), keys)])

    def _state(self, view: TextView) -> PageState:
        known = self.known
        return PageState(
            is_log=self._is_log,
            at_end=view.at_end,
            found=len(view.found),
            at_found=view.at_found,
            words=self._words,
            has_folds=known is not None and folds(known, self._following.stack),
            is_unfolded=self._is_unfolded,
            may_act=not refusal(self.session.caps),
            has_list=self._step is not None,
        )

    def _position(self, view: TextView) -> Sequence[Span]:
        """Say which lines are on screen, where not all of them are."""
        if view.length <= view.page:
            return ()
        last = min(view.length, view.top + view.page)
        return (Span(f"lines {view.top + 1:,} to {last:,} of {view.length:,}", "dim"),)

    def _show_title(self, title: str) -> None:
        if title != self._title:
            self._title = title
            self.query_one("#heading", Static).update(self.text(title), layout=False)
