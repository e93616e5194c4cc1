"""A file of rows on its way into the engine: checked as a whole, then submitted row by row.

The file is read on threads of its own, a chunk at a time, and so is the port asked: what is held is
one chunk and the first bad rows. The file is read twice, so it must not be written meanwhile. A
backlog without room is waited for. What is stopped says how far it has come.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Literal

from chasqui.console.poller import ask
from chasqui.console.session import Session
from chasqui.control.intake.files import RowChunk, RowFile
from chasqui.control.intake.lines import Unreadable
from chasqui.control.intake.shapes import Row, Shape
from chasqui.control.port import CheckTasks, CommandOutcome, SubmitTask, SubmitTasks

WRONG: Final = 200
"""Bad rows that are named; all are counted."""
FIRST: Final = 5
"""Rows that are shown as they were understood."""
ROOM_SECONDS: Final = 0.5
"""Between two tries at a backlog without room."""

State = Literal["checking", "ready", "submitting", "ended"]


class FileSubmission:
    """The rows of one file in one shape.

    Args:
        changed: is called when there is something new to show.
    """

    def __init__(
        self, session: Session, file: RowFile, shape: Shape, changed: Callable[[], object]
    ) -> None:
        self._session = session
        self._file = file
        self._changed = changed
        self._stopping = asyncio.Event()
        self._lock = asyncio.Lock()  # held by what reads the file
        self.shape = shape
        self.state: State = "checking"
        self.share = 0.0
        """How much of the work at hand is done, from 0 to 1."""
        self.first: list[Row] = []
        self.wrong: list[tuple[int, str]] = []
        self.rows = self.bad = 0
        """As they were checked."""
        self.submitted = self.refused = self.expected = 0
        self.numbers: tuple[int, int] | None = None
        """The first and the last task."""
        self.waits = ""
        """Why nothing is accepted now."""
        self.problem = ""
        """Why it ended early."""
        self.doubt: tuple[int, int] | None = None
        """The first and the last line that were sent and not answered."""

    @property
    def good(self) -> int:
        """How many rows can be submitted."""
        return self.rows - self.bad

    @property
    def is_stopped(self) -> bool:
        """Whether an operator has stopped it."""
        return self._stopping.is_set()

    def stop(self) -> None:
        """Go no further than what is under way."""
        self._stopping.set()
        self._file.stop()

    async def close(self) -> None:
        """Stop, and close the file once it is not read any more."""
        self.stop()
        async with self._lock:
            await ask(self._file.close)

    async def check(self) -> None:
        """Have every row checked, and submit none."""
        await self._go_through(self._check)
        self.state = "ended" if self.problem or self.is_stopped else "ready"
        self._changed()

    async def submit(self) -> None:
        """Submit the good rows, in order, unless the file was written since it was opened."""
        if self.state != "ready":
            return
        self.state, self.share, self.expected = "submitting", 0.0, self.good
        self._changed()
        await self._go_through(self._submit)
        self.state, self.waits = "ended", ""
        self._changed()

    async def _go_through(self, each: Callable[[RowChunk], Awaitable[None]]) -> None:
        async with self._lock:
            try:
                await ask(lambda: self._file.begin(self.shape))
                while not self.is_stopped and not self.problem:
                    chunk = await ask(self._file.chunk)
                    if chunk is None:
                        break
                    await each(chunk)
                    self._changed()
            except (Unreadable, OSError) as error:
                self.problem = str(error)

    async def _check(self, chunk: RowChunk) -> None:
        self.rows += len(chunk.rows)
        tasks, lines = self._sorted(chunk)
        if tasks:
            outcome = await self._session.look(CheckTasks(tasks=tuple(tasks)))
            if not outcome.ok:
                self.problem = outcome.reason
                return
            self._refuse(outcome, lines)
        self.share = chunk.share
        self.first += chunk.rows[: max(0, FIRST - len(self.first))]

    async def _submit(self, chunk: RowChunk) -> None:
        tasks, lines = self._sorted(chunk)
        while tasks and not self.is_stopped:
            asked = tuple(tasks)
            outcome = await self._session.apply(lambda: SubmitTasks(tasks=asked))  # noqa: B023
            self._accept(outcome.numbers)
            self.share = self.submitted / max(1, self.expected)
            self._refuse(outcome, lines)
            wrong = {at for at, _ in outcome.skipped}
            right = [at for at in range(len(tasks)) if at not in wrong]
            rest = right[len(outcome.numbers) :]
            if not outcome.ok:
                self.problem = outcome.reason
                if outcome.kind == "lost":
                    self.doubt = (lines[0], lines[-1])
                return
            self.waits = outcome.reason if rest else ""
            tasks, lines = [tasks[at] for at in rest], [lines[at] for at in rest]
            if rest:
                self._changed()
                await self._rest()

    async def _rest(self) -> None:
        """Wait a moment, or until it is stopped."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), ROOM_SECONDS)

    def _sorted(self, chunk: RowChunk) -> tuple[list[SubmitTask], list[int]]:
        """Return the tasks of a chunk, and the lines that they are of; name its other rows."""
        for row in chunk.rows:
            if row.task is None:
                self._name(row.line, row.why)
        found = [(row.task, row.line) for row in chunk.rows if row.task is not None]
        return [task for task, _ in found], [line for _, line in found]

    def _accept(self, numbers: Sequence[int]) -> None:
        if numbers:
            self.submitted += len(numbers)
            self.numbers = (self.numbers[0] if self.numbers else numbers[0], numbers[-1])

    def _refuse(self, outcome: CommandOutcome, lines: Sequence[int]) -> None:
        for at, why in outcome.skipped:
            self._name(lines[at], why)

    def _name(self, line: int, why: str) -> None:
        if self.state == "submitting":
            self.refused += 1
        else:
            self.bad += 1
        if len(self.wrong) < WRONG and (line, why) not in self.wrong:
            self.wrong.append((line, why))
            self.wrong.sort()
