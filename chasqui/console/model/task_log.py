"""The log of a task in words: its lines as they come, or the last of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

import msgspec

from chasqui.console.model.line import Span
from chasqui.console.model.text import Styled
from chasqui.control.port import LogLineView, TaskDetail

TAIL: Final = 8  # lines of the log in the page of a task
KEPT: Final = 10_000  # lines of a log that the console keeps; the oldest are dropped first
LEVEL: Final = 8  # cells of a level
ROLES: Final = {"debug": "dim", "warning": "warn", "error": "error", "critical": "error"}


def joined(known: TaskDetail | None, new: TaskDetail) -> TaskDetail:
    """Return an answer with its log appended to that of the answers before.

    The engine drops the oldest lines first: if it has dropped some since, all before are gone.
    """
    if known is None:
        return new
    log, dropped = known.log + new.log, known.log_dropped
    if new.log_dropped:
        log, dropped = new.log, dropped + len(known.log) + new.log_dropped
    over = max(0, len(log) - KEPT)
    return msgspec.structs.replace(new, log=log[over:], log_dropped=dropped + over)


def log_lines(detail: TaskDetail) -> Iterator[Span | Styled]:
    """Yield the lines kept of a task's log, or a line that says it has logged nothing."""
    if not detail.log and not detail.log_dropped:
        so_far = "" if detail.finished is not None else " so far"
        yield Span(f"this task has logged nothing{so_far}", "dim")
    if detail.log_dropped:
        yield Span(f"{detail.log_dropped:,} earlier lines are not kept", "warn")
    yield from (_line(line, "") for line in detail.log)


def tail_lines(detail: TaskDetail, key: str) -> Iterator[Span | Styled]:
    """Yield the last lines of a task's log; the header says which key shows all."""
    if not detail.log:
        return
    count = len(detail.log) + detail.log_dropped
    yield Span("")
    yield Span(
        f"log, the last {TAIL} of {count:,}: {key} shows all" if count > TAIL else "log", "header"
    )
    yield from (_line(line, "  ") for line in detail.log[-TAIL:])


def clock(at: float) -> str:
    """Return the time of day."""
    return datetime.fromtimestamp(at).astimezone().strftime("%H:%M:%S")


def _line(line: LogLineView, margin: str) -> Styled:
    head = f"{margin}{clock(line.at)} {line.level:{LEVEL - 1}} "
    return Styled((Span(head, "dim"), Span(line.text, ROLES.get(line.level, ""))), len(head))
