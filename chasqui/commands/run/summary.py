"""The summary of a run: totals, kinds of failure with an example each, and the slowest lines.

It takes no more memory for a million lines than for a thousand: so many kinds are told apart, and
so many of the slowest are kept. A kind is a task type, a class of error and the first line of the
message without its varying parts, as in the failures of an engine.
"""

from __future__ import annotations

import heapq
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from chasqui.commands.run.following import Follower
from chasqui.commands.run.line_keys import LineKey
from chasqui.commands.writing import Row
from chasqui.engine.failures.fingerprint import fold
from chasqui.pool.task import Task
from chasqui.secret import masked

KINDS: Final = 100
SLOWEST: Final = 5
TEXT: Final = 200  # characters of a line, or of a message


class FailureKind(NamedTuple):
    """What failures have in common."""

    type: str
    error: str
    message: str


class Slow(NamedTuple):
    """A line that took long; the order is that of the time."""

    ran: float
    line: int
    text: str
    type: str
    state: str


class RunSummary(Follower):
    """What has become of the lines of a run.

    Args:
        close: is called with the summary, once no line ends any more.
        clock: seconds that never go back.
    """

    def __init__(
        self,
        close: Callable[[RunSummary], object] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._close = close
        self._clock = clock
        self._began = clock()
        self.seconds = 0.0
        """How long the run took, once it is over."""
        # The lock guards the rest.
        self._lock = threading.Lock()
        self._accepted = 0
        self._refused = 0
        self._ended: Counter[str] = Counter()
        self._kinds: dict[FailureKind, tuple[int, dict[str, Any]]] = {}
        self._other = 0  # failures of kinds that are not told apart
        self._slowest: list[Slow] = []  # a heap

    def begin(self) -> None:
        """Take the time."""
        self._began = self._clock()

    def accepted(self, key: LineKey, task: Task) -> None:
        """Count a line that has become a task."""
        with self._lock:
            self._accepted += 1

    def ended(self, key: LineKey, task: Task, row: Row) -> None:
        """Count a task that has ended."""
        ran = row["ran"]
        with self._lock:
            self._ended[row["state"]] += 1
            if row["state"] == "failed":
                self._count(key, row, key.text)
            if ran is not None and (len(self._slowest) < SLOWEST or ran > self._slowest[0].ran):
                slow = Slow(ran, key.number, _cut(key.text), row["type"], row["state"])
                heapq.heappush(self._slowest, slow)
                if len(self._slowest) > SLOWEST:
                    heapq.heappop(self._slowest)

    def refused(self, key: LineKey, row: Row) -> None:
        """Count a line that could not become a task."""
        given = row["params"]  # masked where a secret may have been typed in the line
        with self._lock:
            self._refused += 1
            self._count(key, row, given if isinstance(given, str) else "")

    def close(self) -> None:
        """Take the time, and hand the summary on."""
        self.seconds = self._clock() - self._began
        self._close(self)

    @property
    def lines(self) -> int:
        """How many lines became a task or were refused."""
        return self._accepted + self._refused

    def facts(self) -> dict[str, Any]:
        """Return all of it, as JSON can hold it; see `chasqui-tui help run`."""
        with self._lock:
            ended, slowest = self._ended.copy(), sorted(self._slowest, reverse=True)
            kinds = sorted(self._kinds.items(), key=lambda one: -one[1][0])
            return {
                "lines": self._accepted + self._refused,
                "completed": ended["completed"],
                "failed": ended["failed"],
                "cancelled": ended["cancelled"],
                "refused": self._refused,
                "left": self._accepted - ended.total(),
                "seconds": round(self.seconds, 6),
                "rate": round(ended.total() / self.seconds, 3) if self.seconds > 0 else None,
                "failures": [
                    {**kind._asdict(), "count": count, "example": example}
                    for kind, (count, example) in kinds
                ],
                "other_failures": self._other,
                "slowest": [
                    {
                        "line": one.line,
                        "text": one.text,
                        "type": one.type,
                        "state": one.state,
                        "ran": one.ran,
                    }
                    for one in slowest
                ],
            }

    def _count(self, key: LineKey, row: Row, text: str) -> None:
        error = row["error"] or {"type": "", "message": ""}
        message = masked(str(error["message"]))
        kind = FailureKind(row["type"] or "", error["type"], fold(message))
        count, example = self._kinds.get(kind, (0, None))
        if example is None:
            if len(self._kinds) >= KINDS:
                self._other += 1
                return
            first = message.partition("\n")[0]
            example = {"line": key.number, "text": _cut(text), "message": first[:TEXT]}
        self._kinds[kind] = (count + 1, example)


def _cut(text: str) -> str:
    """Return a line as JSON can hold it, not too long and without what it must not show."""
    text = masked(text[: TEXT * 10])
    text = text if len(text) <= TEXT else f"{text[: TEXT - 1]}…"
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
