"""FakeContext: a context for calling the body of a task type in a test, without an engine.

It keeps what the body reports and logs. Its sleeps take no real time: each moves the clock at once,
up to the moment at which the body should stop. So a body that sleeps for an hour returns at once,
and one that is to stop after 90 s can be tested like any function.
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass
from typing import Final

from chasqui import loggers, numbers
from chasqui.errors import Cancelled, TimeLimit
from chasqui.pool.attempts import Attempt, Progress
from chasqui.pool.context import Context
from chasqui.testing.clock import FakeClock

FULL_NAME: Final = "app.task"

log = loggers.named("chasqui.task")


class FakeContext(Context):
    """What a body takes as its `Context`, for a test that calls the body itself.

    Args:
        time_limit: after so many seconds the body should stop, as with a time limit.
        stop_after: after so many seconds it is asked to stop; see `cancel` for at once.
        clock: what its sleeps move; a clock of its own if None.
        number, name, attempts, key, priority, earlier: of `Context.task`.
        redelivered, idempotency_key: as in `Context`.

    Raises:
        ValueError: a value makes no sense; the message says which.

    Example: `chasqui-tui help testing`.

    >>> ctx = FakeContext(stop_after=90)
    >>> ctx.sleep(60), ctx.sleep(60), ctx.slept
    (True, False, 90.0)
    >>> ctx.progress(1, 3)
    >>> ctx.log.info("one of %d", 3)
    >>> ctx.reports, ctx.lines
    ([Progress(done=1, total=3, message='')], ['info: one of 3'])
    >>> FakeContext().cancel()
    """

    __slots__ = (
        "_log",
        "_stop_at",
        "clock",
        "deadline",
        "idempotency_key",
        "lines",
        "redelivered",
        "reports",
        "slept",
        "task",
    )

    task: FakeTask
    clock: FakeClock
    """Moves when the body sleeps, and when the test moves it."""
    deadline: float | None
    """When the time limit comes, in seconds of the clock's `monotonic`; None without a limit."""
    redelivered: bool
    """Whether this attempt may have run before."""
    idempotency_key: str
    """The same text for each attempt of the task."""
    reports: list[Progress]
    """What the body has reported by `progress`, in order."""
    lines: list[str]
    """What the body has logged, in order, each line with its level: ``info: one of 3``."""
    slept: float
    """How many seconds the body has slept in all."""

    def __init__(
        self,
        *,
        time_limit: float | None = None,
        stop_after: float | None = None,
        clock: FakeClock | None = None,
        number: int = 1,
        name: str = FULL_NAME,
        attempts: int = 1,
        key: str | None = None,
        priority: int = 0,
        earlier: tuple[Attempt, ...] = (),
        redelivered: bool = False,
        idempotency_key: str = "",
    ) -> None:
        limit = None if time_limit is None else numbers.period("time_limit", time_limit)
        stop = math.inf if stop_after is None else numbers.duration("stop_after", stop_after)
        self.clock = FakeClock() if clock is None else clock
        began, since = self.clock.monotonic(), self.clock.time()
        self.task = FakeTask(
            number, name, priority, limit, attempts, key, since, since, earlier, _context=self
        )
        self.deadline = None if limit is None else began + limit
        self._stop_at = began + stop
        self.redelivered = redelivered
        self.idempotency_key = idempotency_key or f"fake:{number}"
        self.reports, self.lines, self.slept = [], [], 0.0
        # Not in logging's tree, which would keep it: its parent is, so other handlers get lines.
        logger = logging.Logger("chasqui.task", logging.DEBUG)
        logger.parent = log
        logger.addHandler(_Keeping(self.lines))
        self._log = logging.LoggerAdapter(logger, {"task": number, "type": name})

    @property
    def attempt(self) -> int:
        """Which attempt this is, as `FakeTask.attempts` says."""
        return self.task.attempts

    @property
    def log(self) -> logging.LoggerAdapter[logging.Logger]:
        """A logger that keeps each line in `lines`, and passes it on as that of a task does."""
        return self._log

    @property
    def cancelled(self) -> bool:
        """Whether the body should stop: it was asked to, or its time limit has passed."""
        return self.clock.monotonic() >= self._ends_at()

    def cancel(self) -> None:
        """Ask the body to stop, now; a body on another thread notices as in a pool."""
        self._stop_at = -math.inf

    def raise_if_cancelled(self) -> None:
        """Raise Cancelled or TimeLimit if the body should stop; see `Context`."""
        if self.clock.monotonic() >= self._stop_at:
            raise Cancelled(f"task {self.task.number} was asked to stop")
        if self.cancelled and self.task.time_limit is not None:
            raise TimeLimit(self.task.time_limit)

    def sleep(self, seconds: float) -> bool:
        """Move the clock, at most to when the body should stop; True when the whole time passed.

        Raises:
            ValueError: ``seconds`` is not a number of seconds.
            RuntimeError: the sleep would never end.
        """
        left = numbers.sleep("seconds", seconds)
        now = self.clock.monotonic()
        until = min(math.inf if left is None else now + left, max(now, self._ends_at()))
        if until == math.inf:
            raise RuntimeError(
                "the body sleeps until it is asked to stop, and nothing will ask it; "
                "give FakeContext stop_after= or time_limit="
            )
        self.clock.advance_to(until)
        self.slept += until - now
        return not self.cancelled

    def progress(self, done: float, total: float | None = None, message: str = "") -> None:
        """Keep a report in `reports`.

        Raises:
            ValueError: ``done`` or ``total`` is not a finite number of 0 or more.
        """
        done = numbers.amount("done", done)
        total = None if total is None else numbers.amount("total", total)
        self.reports.append(Progress(done, total, str(message)))

    def _ends_at(self) -> float:
        return min(self._stop_at, math.inf if self.deadline is None else self.deadline)


@dataclass(frozen=True)
class FakeTask:
    """The task that a `FakeContext` names; it has the fields of a task that its body may read.

    Example: `chasqui-tui help testing`.
    """

    number: int
    name: str
    priority: int
    time_limit: float | None
    attempts: int
    key: str | None
    created: float
    started: float | None
    earlier: tuple[Attempt, ...]
    _context: FakeContext
    worker: str | None = "worker-1"
    submissions: int = 1

    @property
    def stop_asked(self) -> bool:
        """Whether the body was asked to stop."""
        return self._context.clock.monotonic() >= self._context._stop_at


class _Keeping(logging.Handler):
    """Keeps each line with its level."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(f"{record.levelname.lower()}: {record.getMessage()}")
