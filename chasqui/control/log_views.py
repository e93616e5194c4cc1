"""Turning the lines of a task's log into the port's rows, as many as an answer may have.

The rest is asked for next, by the cursor of the answer. A line is never split between two answers:
a traceback is a single line of the engine's log, and many rows here.
"""

from __future__ import annotations

import msgspec

from chasqui.control.port import LogLineView, TaskDetail
from chasqui.control.safe_text import SafeText, safe_line
from chasqui.engine.logs.task_log import LogLine, LogPage

ROWS = 500  # of an answer, and of a single line
CHARACTERS = 64 * 1024  # of an answer that has more than a single line
LEVEL = 20  # characters
CUT = SafeText("… (cut here)")


def with_log(detail: TaskDetail, page: LogPage) -> TaskDetail:
    """Return a detail with the first lines of a page."""
    rows: list[LogLineView] = []
    characters, cursor = 0, page.cursor
    for line in page.lines:
        views = _rows_of(line)
        characters += sum(len(view.text) for view in views)
        if rows and (len(rows) + len(views) > ROWS or characters > CHARACTERS):
            cursor = line.number - 1
            break
        rows += views
    return msgspec.structs.replace(
        detail,
        log=tuple(rows),
        log_dropped=page.dropped,
        log_cursor=cursor,
        log_more=cursor < page.cursor,
    )


def _rows_of(line: LogLine) -> list[LogLineView]:
    """View a line of a log; a line with line breaks becomes several rows."""
    level = safe_line(line.level.lower(), LEVEL)
    texts = line.text.split("\n", ROWS)
    rows = [LogLineView(at=line.at, level=level, text=safe_line(text)) for text in texts[:ROWS]]
    if len(texts) > ROWS:
        rows[-1] = msgspec.structs.replace(rows[-1], text=CUT)
    return rows
