"""Following a task: all that is known of it, asked for again until it has ended."""

from __future__ import annotations

from typing import Final

from chasqui.console.model.task_log import joined
from chasqui.console.session import Session
from chasqui.control.port import FINAL, StackView, TaskDetail
from chasqui.control.unkept import why_unkept

ANSWERS = 20  # at most for a reading: a task may log faster than it can be read
REOPEN: Final = "Esc, and open it again"


class Following:
    """What is known of a task; of another one after `turn_to`."""

    def __init__(self, session: Session, number: int) -> None:
        self._session = session
        self.number = number
        self.known: TaskDetail | None = None
        self.stack: StackView | None = None
        """Where it is now, if it runs and that was asked for."""
        self._is_gone = self._is_stale = self._is_lost = False

    def lose(self) -> None:
        """Follow no task any more: another one has its number."""
        self.known = self.stack = None
        self._is_lost = True

    def turn_to(self, number: int) -> None:
        """Follow another task."""
        self.number = number
        self.known = self.stack = None
        self._is_gone = self._is_stale = self._is_lost = False

    def why_gone(self, last: int | None) -> str:
        """Say why the task is not followed any more; empty while it is.

        Args:
            last: the highest number that a task has got; None: it is not known.
        """
        if self._is_lost:
            number = self.number
            return f"the host was started again, and {number} may be another task now: {REOPEN}"
        return why_unkept(self.number, last) if self._is_gone else ""

    def expect_change(self) -> None:
        """Ask once more, even if the task has ended: something was done about it."""
        self._is_stale = True

    @property
    def is_whole(self) -> bool:
        """Whether the task has ended and everything kept of it was read."""
        known = self.known
        ended = known is not None and known.state in FINAL and not known.log_more
        return self._is_lost or (ended and not self._is_stale)

    async def read(self, *, with_stack: bool) -> None:
        """Ask for what has changed; raise what the port raises."""
        self._is_stale = False
        if self._is_lost:
            return
        for _ in range(ANSWERS):
            if not await self._ask():
                break
        self.stack = await self._look() if with_stack else None

    async def _ask(self) -> bool:
        """Ask for what has changed; tell whether there is more of the log to ask for."""
        number, known = self.number, self.known
        detail = await self._session.detail(number, known.log_cursor if known else 0)
        if self._is_lost:
            return False
        if number != self.number:  # it was turned to another task meanwhile
            return True
        self._is_gone = detail is None
        if detail is None:
            return False
        self.known = joined(known, detail)
        return detail.log_more

    async def _look(self) -> StackView | None:
        """Ask where the task is, unless it does not run."""
        number, known = self.number, self.known
        if known is None or known.state != "running" or not known.worker:
            return None
        stack = await self._session.stack(known.worker)
        return stack if stack is not None and stack.task == number == self.number else None
